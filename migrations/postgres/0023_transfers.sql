-- The same tables and columns as migrations/sqlite/0023_transfers.sql; a test compares them.
-- Tasks that went to another board. Only adds: a node of the release before runs on it too.

-- The numbers that tasks had on boards where they are no longer. Each leads to its task, and is given to it again
-- should it come back.
create table task_numbers (
    board_id bigint not null references boards (id) on delete cascade,
    number bigint not null,
    task_id bigint not null references tasks (id) on delete cascade,
    -- When it left that board, the last time.
    at bigint not null,
    primary key (board_id, number)
);
-- The number that a task had on a board, and what goes with a task.
create unique index task_numbers_task on task_numbers (task_id, board_id);

-- Tasks whose comments are yet to be put into the index of words anew, and up to which number that was done.
create table search_moves (
    task_id bigint not null primary key references tasks (id) on delete cascade,
    n bigint not null
);
