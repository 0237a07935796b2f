-- The same tables and columns as migrations/sqlite/0009_levels.sql; a test compares them.
-- How much people want to hear. Only adds: a node of the release before runs on it too.

-- Of a room or a board, where somebody has said so.
create table levels (
    user_id bigint not null references users (id) on delete cascade,
    stream text collate "C" not null references streams (name) on delete cascade,
    -- Null for a room that is heard as its board is.
    level text check (level in ('everything', 'mentions', 'nothing')),
    muted boolean not null default false,
    primary key (user_id, stream)
);
-- Who is told of each message of a place, and what goes with it.
create index levels_stream on levels (stream, level);
