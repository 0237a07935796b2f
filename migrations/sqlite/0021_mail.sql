-- The same tables and columns as migrations/postgres/0021_mail.sql; a test compares them.
-- What reaches people by mail and by time. Only adds: a node of the release before runs on it too.

-- The zone of the wall before somebody when they were last seen, like Europe/Berlin.
alter table users add column zone text;

-- What somebody wants to be told by mail and by time, who has said so.
create table notice_choices (
    user_id integer not null primary key references users (id) on delete cascade,
    mail text not null check (mail in ('never', 'hourly', 'daily')),
    -- The minute of the day at which a daily mail goes.
    mail_at integer not null,
    remind text not null check (remind in ('never', 'on_the_day', 'day_before')),
    -- Of the wall by which that is.
    zone text not null,
    -- In the links of their mails: who has it may end them.
    token text not null unique,
    -- What was in their inbox when they began to want mail has no greater id among the sources.
    from_id integer not null,
    -- When something was last mailed to them.
    mailed_at integer
) strict;

-- Addresses that people gave, and whether they are theirs: nothing but the question is mailed before.
create table mail_addresses (
    user_id integer not null primary key references users (id) on delete cascade,
    -- As it stands with the person; of another one there nothing is known.
    address text not null,
    -- In the link of the mail that asks.
    token text not null unique,
    -- When it was last asked, and how often on that day.
    asked_at integer not null,
    asked integer not null,
    confirmed_at integer,
    -- When that mail is to be sent; null where it was.
    due_at integer,
    tries integer not null default 0
) strict;
create index mail_addresses_due on mail_addresses (due_at) where due_at is not null;

-- People to whom what is in their inbox is to be mailed.
create table digests (
    user_id integer not null primary key references users (id) on delete cascade,
    -- Since when something waits.
    since integer not null,
    -- When to look again.
    due_at integer not null,
    -- Counts what came, so that what comes while a mail is sent is not taken for sent.
    raised integer not null default 0,
    tries integer not null default 0
) strict;
create index digests_due on digests (due_at);

-- The newest source of a row that was mailed.
alter table notifications add column mailed_id integer;

-- When it is next looked what is due for somebody: once a day.
create table daily_looks (
    user_id integer not null primary key references users (id) on delete cascade,
    due_at integer not null
) strict;
create index daily_looks_due on daily_looks (due_at);
insert into daily_looks (user_id, due_at) select id, 0 from users;

-- Of which date of a task somebody was reminded.
create table reminded (
    task_id integer not null references tasks (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    day text not null,
    primary key (task_id, user_id)
) strict, without rowid;
create index reminded_user on reminded (user_id);
