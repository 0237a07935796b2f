-- The same tables and columns as migrations/sqlite/0003_conversation.sql; a test compares them.
-- What happens to a message after it was posted. Only adds: a node of the release before runs on it.

-- When the text was last changed; null where it stands as posted.
alter table messages add column edited_at bigint;

-- What a message said before it was edited, the oldest first.
create table message_versions (
    message_id bigint not null references messages (id) on delete cascade,
    version bigint not null,
    source text not null,
    html text not null,
    -- Since when it said this.
    at bigint not null,
    primary key (message_id, version)
);
