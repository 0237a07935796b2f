-- The same tables and columns as migrations/postgres/0024_file_positions.sql; a test compares them.
-- Files stand in the order in which they were chosen. Only adds: a node of the release before runs on it too.

-- Where it stands among the files of its message or task; of equal ones the one that came first.
alter table files add column position integer not null default 0;
