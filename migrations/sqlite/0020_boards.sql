-- The same tables and columns as migrations/postgres/0020_boards.sql; a test compares them.
-- Boards made of a file, and filters that are kept. Only adds: a node of the release before runs on it too.

-- What came of an import, for who made it: what was left out, and who was not found.
create table board_imports (
    board_id integer not null primary key references boards (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    at integer not null,
    outcome text not null
) strict;
-- What goes with an account.
create index board_imports_user on board_imports (user_id);

-- What somebody often wants to see of a board.
create table saved_filters (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    board_id integer not null references boards (id) on delete cascade,
    name text not null,
    -- The name without accents and case: each person has it once on a board.
    name_key text not null,
    -- What the address of the board has after its `?`.
    query text not null,
    unique (user_id, board_id, name_key)
) strict;
-- What goes with a board.
create index saved_filters_board on saved_filters (board_id);
