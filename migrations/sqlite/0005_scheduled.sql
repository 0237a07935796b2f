-- The same tables and columns as migrations/postgres/0005_scheduled.sql; a test compares them.
-- Messages that are sent later. Only adds: a node of the release before runs on it too.

create table scheduled_messages (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- A room or a task; it may be gone by then, which its author is told.
    stream text not null,
    -- The comment that it replies to.
    parent_id integer,
    -- With which it is posted: once, whoever posts it.
    client_id blob not null,
    source text not null,
    due_at integer not null,
    -- Why it could not be sent, in words.
    failed text
) strict;
create index scheduled_messages_user on scheduled_messages (user_id, due_at);
-- What is to be sent next.
create index scheduled_messages_due on scheduled_messages (due_at) where failed is null;
