-- The same tables and columns as migrations/postgres/0010_files.sql; a test compares them.
-- Files that come with messages. Only adds: a node of the release before runs on it.

create table files (
    id integer primary key autoincrement,
    user_id integer references users (id) on delete set null,
    client_id blob not null,
    -- Its name in the data folder.
    content text not null,
    -- What it is called.
    name text not null,
    size integer not null,
    -- What kind of picture it is, by its content, and of what kind and size the small one of it is;
    -- null where it is none.
    media text,
    small text,
    width integer,
    height integer,
    at integer not null,
    -- None before it is sent.
    message_id integer references messages (id) on delete set null,
    -- From then on nobody wants it any more; null while a message shows it.
    expires_at integer,
    -- The same file sent twice is there once.
    unique (user_id, client_id)
) strict;
create index files_message on files (message_id, id) where message_id is not null;
create index files_expired on files (expires_at) where expires_at is not null;
-- Whose message is gone.
create index files_left on files (id) where message_id is null and expires_at is null;
-- Looked for among what a shard of the data folder has.
create index files_content on files (content);
