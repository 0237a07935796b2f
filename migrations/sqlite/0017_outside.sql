-- The same tables and columns as migrations/postgres/0017_outside.sql; a test compares them.
-- What reaches people outside the page. Only adds: a node of the release before runs on it too.

-- When nothing is to leave the page for somebody, who has said so.
create table quiet_hours (
    user_id integer not null primary key references users (id) on delete cascade,
    -- Of the wall by which they are, like Europe/Berlin.
    zone text not null,
    -- Minutes of the day; the end is of the next day unless it is later.
    begins integer not null,
    ends integer not null,
    -- On which they begin: the bit 0 is Monday.
    days integer not null
) strict;

-- Browsers that show notifications while no page is open.
create table push_subscriptions (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- The sign-in of that browser, with which it ends.
    session_id integer not null unique references sessions (id) on delete cascade,
    -- Where its push service takes messages for it: who knows it may send, so it is nobody else's business.
    endpoint text not null unique,
    -- Its public key, and the secret that it shares with us.
    p256dh blob not null,
    auth blob not null,
    created_at integer not null
) strict;
create index push_subscriptions_user on push_subscriptions (user_id, id);

-- Rows of inboxes of which is yet to be decided whether they go to their person's devices.
create table outside (
    notification_id integer not null primary key references notifications (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    -- When its person was told, and the moment a little after which it is decided.
    told_at integer not null,
    from_at integer not null
) strict;
create index outside_from on outside (from_at);
create index outside_user on outside (user_id);

-- What is to be sent to a browser, once.
create table pushes (
    id integer primary key autoincrement,
    subscription_id integer not null references push_subscriptions (id) on delete cascade,
    notification_id integer not null references notifications (id) on delete cascade,
    due_at integer not null,
    tries integer not null default 0,
    unique (subscription_id, notification_id)
) strict;
create index pushes_due on pushes (due_at);
create index pushes_notification on pushes (notification_id);

-- When a row of an inbox last went to its person's devices.
alter table notifications add column sent_at integer;
