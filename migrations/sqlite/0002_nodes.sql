-- Several nodes, presence, jobs. Only adds: a node of the release before runs on it too.

-- Numbers that are taken one after the other: who takes one holds the row until the commit, so
-- that what is numbered becomes visible in the order of its numbers.
create table counters (
    name text not null primary key,
    value integer not null
) strict;

-- What must be taken back from readers: rights, sign-ins, hidden text, the epoch. Every node reads
-- from here what it has not heard otherwise. Kept for a day.
create table revocations (
    seq integer not null primary key,
    at integer not null,
    body text not null
) strict;
-- What is old enough to be forgotten.
create index revocations_at on revocations (at);

-- Jobs that one node does for all: who holds the lease until when.
create table jobs (
    name text not null primary key,
    holder text not null,
    until integer not null
) strict;

-- May others see that this person is here?
alter table users add column shown integer not null default 1;
-- When this person was last here, to some minutes; null where they were not, or don't show it.
alter table users add column last_seen_at integer;
