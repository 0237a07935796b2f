-- The same tables and columns as migrations/sqlite/0022_task_files.sql; a test compares them.
-- Files of tasks, and the one that a card shows. Only adds: a node of the release before runs on it too.

-- The task that has the file. Such a file expires in the year 9999 (253402300799999), so that a node of the release
-- before does not take it for one that nobody wants; earlier once it is removed.
alter table files add column task_id bigint references tasks (id) on delete set null;
create index files_task on files (task_id, id) where task_id is not null;
-- Whose task is gone.
create index files_task_left on files (id)
    where message_id is null and task_id is null and expires_at = 253402300799999;

-- The picture among its files that its card shows, for as long as the task has it.
alter table tasks add column cover_id bigint references files (id) on delete set null;
-- What goes with a file.
create index tasks_cover on tasks (cover_id) where cover_id is not null;
