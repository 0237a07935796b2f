-- The same tables and columns as migrations/sqlite/0021_mail.sql; a test compares them.
-- What reaches people by mail and by time. Only adds: a node of the release before runs on it too.

-- The zone of the wall before somebody when they were last seen, like Europe/Berlin.
alter table users add column zone text;

-- What somebody wants to be told by mail and by time, who has said so.
create table notice_choices (
    user_id bigint not null primary key references users (id) on delete cascade,
    mail text not null check (mail in ('never', 'hourly', 'daily')),
    -- The minute of the day at which a daily mail goes.
    mail_at bigint not null,
    remind text not null check (remind in ('never', 'on_the_day', 'day_before')),
    -- Of the wall by which that is.
    zone text not null,
    -- In the links of their mails: who has it may end them.
    token text collate "C" not null unique,
    -- What was in their inbox when they began to want mail has no greater id among the sources.
    from_id bigint not null,
    -- When something was last mailed to them.
    mailed_at bigint
);

-- Addresses that people gave, and whether they are theirs: nothing but the question is mailed before.
create table mail_addresses (
    user_id bigint not null primary key references users (id) on delete cascade,
    -- As it stands with the person; of another one there nothing is known.
    address text not null,
    -- In the link of the mail that asks.
    token text collate "C" not null unique,
    -- When it was last asked, and how often on that day.
    asked_at bigint not null,
    asked bigint not null,
    confirmed_at bigint,
    -- When that mail is to be sent; null where it was.
    due_at bigint,
    tries bigint not null default 0
);
create index mail_addresses_due on mail_addresses (due_at) where due_at is not null;

-- People to whom what is in their inbox is to be mailed.
create table digests (
    user_id bigint not null primary key references users (id) on delete cascade,
    -- Since when something waits.
    since bigint not null,
    -- When to look again.
    due_at bigint not null,
    -- Counts what came, so that what comes while a mail is sent is not taken for sent.
    raised bigint not null default 0,
    tries bigint not null default 0
);
create index digests_due on digests (due_at);

-- The newest source of a row that was mailed.
alter table notifications add column mailed_id bigint;

-- When it is next looked what is due for somebody: once a day.
create table daily_looks (
    user_id bigint not null primary key references users (id) on delete cascade,
    due_at bigint not null
);
create index daily_looks_due on daily_looks (due_at);
insert into daily_looks (user_id, due_at) select id, 0 from users;

-- Of which date of a task somebody was reminded.
create table reminded (
    task_id bigint not null references tasks (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    day text not null,
    primary key (task_id, user_id)
);
create index reminded_user on reminded (user_id);
