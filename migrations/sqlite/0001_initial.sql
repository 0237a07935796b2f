-- The same tables and columns as migrations/postgres/0001_initial.sql; a test compares them.
-- Moments are milliseconds since 1970. `autoincrement`: an id, and so an address, is never used again.

create table meta (
    name text not null primary key,
    value text not null
) strict;

create table users (
    id integer primary key autoincrement,
    username text not null,
    -- The username in lower case: it is unique without case.
    username_key text not null unique,
    display_name text not null,
    -- Username and display name without accents and case: what completion looks in.
    name_key text not null,
    email text not null,
    password text not null,
    admin integer not null,
    created_at integer not null,
    deactivated_at integer
) strict;

create table sessions (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- SHA-256 of the token; the token itself is only in the browser.
    token_hash blob not null unique,
    agent text not null,
    address text not null,
    created_at integer not null,
    seen_at integer not null
) strict;
-- A person's sessions: the account page, and ending them all.
create index sessions_user on sessions (user_id);

create table boards (
    id integer primary key autoincrement,
    name text not null,
    -- The number of the newest task; numbers are never used again.
    tasks integer not null default 0,
    created_at integer not null
) strict;

create table board_members (
    board_id integer not null references boards (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    role text not null check (role in ('viewer', 'member', 'owner')),
    primary key (board_id, user_id)
) strict, without rowid;
-- A person's boards: the sidebar of every page.
create index board_members_user on board_members (user_id);

create table board_columns (
    id integer primary key autoincrement,
    board_id integer not null references boards (id) on delete cascade,
    name text not null,
    position text not null
) strict;
-- A board's columns in order.
create index board_columns_board on board_columns (board_id, position);

create table tasks (
    id integer primary key autoincrement,
    board_id integer not null references boards (id) on delete cascade,
    number integer not null,
    column_id integer not null references board_columns (id),
    position text not null,
    title text not null,
    description text not null,
    description_html text not null,
    version integer not null default 1,
    author_id integer references users (id) on delete set null,
    created_at integer not null,
    unique (board_id, number)
) strict;
-- The cards of a column in order.
create index tasks_column on tasks (column_id, position);

create table rooms (
    id integer primary key autoincrement,
    board_id integer not null references boards (id) on delete cascade,
    name text not null,
    -- The name without accents and case: it is unique on the board.
    name_key text not null,
    topic text not null,
    private integer not null,
    creator_id integer references users (id) on delete set null,
    created_at integer not null,
    unique (board_id, name_key)
) strict;

create table room_members (
    room_id integer not null references rooms (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    primary key (room_id, user_id)
) strict, without rowid;
-- The rooms a person is in: the sidebar.
create index room_members_user on room_members (user_id);

-- The head of each stream: the number of its newest event, and of its newest message.
create table streams (
    name text not null primary key,
    seq integer not null default 0,
    n integer not null default 0
) strict, without rowid;

create table events (
    stream text not null references streams (name) on delete cascade,
    seq integer not null,
    at integer not null,
    -- The message the event is about, so that a deletion finds what it must redact.
    message_id integer,
    body text not null,
    primary key (stream, seq)
) strict, without rowid;
create index events_message on events (message_id) where message_id is not null;

-- Messages of rooms and comments on tasks alike.
create table messages (
    id integer primary key autoincrement,
    stream text not null references streams (name) on delete cascade,
    n integer not null,
    author_id integer references users (id) on delete set null,
    client_id blob not null,
    -- Digest of what was asked: tells a retry from a key used twice.
    request blob not null,
    parent_id integer references messages (id) on delete cascade,
    source text not null,
    html text not null,
    at integer not null,
    deleted_at integer,
    -- The same write sent twice happens once.
    unique (author_id, client_id),
    -- History by page.
    unique (stream, n)
) strict;
-- The replies under a comment.
create index messages_parent on messages (parent_id, n) where parent_id is not null;

create table mentions (
    message_id integer not null references messages (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    primary key (message_id, user_id)
) strict, without rowid;
create index mentions_user on mentions (user_id);

-- How far a person has read a room or a task; every unread count is computed from it.
create table watermarks (
    user_id integer not null references users (id) on delete cascade,
    stream text not null references streams (name) on delete cascade,
    n integer not null,
    primary key (user_id, stream)
) strict, without rowid;
create index watermarks_stream on watermarks (stream);

-- Who is told of comments on a task.
create table watches (
    stream text not null references streams (name) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    primary key (stream, user_id)
) strict, without rowid;
create index watches_user on watches (user_id);

-- One row per person and place; what it says is computed from its sources.
create table notifications (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    stream text not null references streams (name) on delete cascade,
    -- When its newest source came: the order of the inbox.
    at integer not null,
    unique (user_id, stream)
) strict;
create index notifications_inbox on notifications (user_id, at, id);
create index notifications_stream on notifications (stream);

create table notification_sources (
    id integer primary key autoincrement,
    notification_id integer not null references notifications (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    reason text not null,
    message_id integer references messages (id) on delete cascade,
    actor_id integer references users (id) on delete set null,
    at integer not null,
    read_at integer
) strict;
create index notification_sources_row on notification_sources (notification_id, id);
create index notification_sources_message on notification_sources (message_id) where message_id is not null;
-- The unread count of every page.
create index notification_sources_unread on notification_sources (user_id, notification_id) where read_at is null;

-- Writes other than messages, kept for a week so that the same one sent twice happens once.
create table writes (
    author_id integer not null references users (id) on delete cascade,
    client_id blob not null,
    request blob not null,
    answer text not null,
    at integer not null,
    primary key (author_id, client_id)
) strict, without rowid;
create index writes_at on writes (at);
