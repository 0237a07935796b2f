-- The same tables and columns as migrations/postgres/0009_levels.sql; a test compares them.
-- How much people want to hear. Only adds: a node of the release before runs on it too.

-- Of a room or a board, where somebody has said so.
create table levels (
    user_id integer not null references users (id) on delete cascade,
    stream text not null references streams (name) on delete cascade,
    -- Null for a room that is heard as its board is.
    level text check (level in ('everything', 'mentions', 'nothing')),
    muted integer not null default 0,
    primary key (user_id, stream)
) strict, without rowid;
-- Who is told of each message of a place, and what goes with it.
create index levels_stream on levels (stream, level);
