-- The same tables and columns as migrations/postgres/0014_invites.sql; a test compares them.
-- Links by which people come onto a board. Only adds: a node of the release before runs on it too.

create table invites (
    id integer primary key autoincrement,
    board_id integer not null references boards (id) on delete cascade,
    -- What stands in the link, 128 random bits. It is kept as it is, since owners look it up to send it again.
    token text not null unique,
    role text not null check (role in ('owner', 'member', 'viewer')),
    created_by integer not null references users (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer
) strict;
create index invites_board on invites (board_id, id);
create index invites_created_by on invites (created_by);

-- Who has come by which, each once: who was removed does not come back by the same link.
create table invite_joins (
    invite_id integer not null references invites (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    joined_at integer not null,
    primary key (invite_id, user_id)
) strict, without rowid;
create index invite_joins_user on invite_joins (user_id);
