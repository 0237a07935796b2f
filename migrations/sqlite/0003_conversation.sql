-- The same tables and columns as migrations/postgres/0003_conversation.sql; a test compares them.
-- What happens to a message after it was posted. Only adds: a node of the release before runs on it.

-- When the text was last changed; null where it stands as posted.
alter table messages add column edited_at integer;

-- What a message said before it was edited, the oldest first.
create table message_versions (
    message_id integer not null references messages (id) on delete cascade,
    version integer not null,
    source text not null,
    html text not null,
    -- Since when it said this.
    at integer not null,
    primary key (message_id, version)
) strict, without rowid;
