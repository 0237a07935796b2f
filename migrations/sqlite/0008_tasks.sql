-- The same tables and columns as migrations/postgres/0008_tasks.sql; a test compares them.
-- What a task has besides its text and place. Only adds: a node of the release before runs on it too.

-- Counts the changes of what the card shows, comments apart.
alter table tasks add column revision integer not null default 0;
-- A day of the calendar, `2026-11-23`: it has no zone.
alter table tasks add column due text;
-- low, medium, high, urgent; null is as usual.
alter table tasks add column priority text;
-- Of a hundred.
alter table tasks add column progress integer not null default 0;

create table labels (
    id integer primary key autoincrement,
    board_id integer not null references boards (id) on delete cascade,
    name text not null,
    -- The name without accents and case: it is unique on the board.
    name_key text not null,
    colour text not null,
    unique (board_id, name_key)
) strict;

create table task_labels (
    task_id integer not null references tasks (id) on delete cascade,
    label_id integer not null references labels (id) on delete cascade,
    primary key (task_id, label_id)
) strict, without rowid;
-- How many tasks bear a label, and what goes with it.
create index task_labels_label on task_labels (label_id);

create table task_assignees (
    task_id integer not null references tasks (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    at integer not null,
    primary key (task_id, user_id)
) strict, without rowid;
-- What somebody shall do.
create index task_assignees_user on task_assignees (user_id);

-- What is to be done for a task, one after the other.
create table checklist_items (
    id integer primary key autoincrement,
    task_id integer not null references tasks (id) on delete cascade,
    -- Its place in the list, as that of a card in its column.
    position text not null,
    text text not null,
    -- When it was ticked, and by whom; null where it is still to be done.
    done_at integer,
    done_by integer references users (id) on delete set null
) strict;
-- A task's list in order, and how far it has come.
create index checklist_items_task on checklist_items (task_id, position);
