-- The same tables and columns as migrations/postgres/0007_columns.sql; a test compares them.
-- Columns with a colour and a limit. Only adds: a node of the release before runs on it too.

-- The name of a colour of the palette.
alter table board_columns add column colour text;
-- How many tasks should be in it at most.
alter table board_columns add column task_limit integer;
