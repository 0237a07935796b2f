-- A column that is archived with its tasks. Only adds: a node of the release before runs on it too, and shows the
-- column as one without tasks. Archived at the same moment as the tasks that come back with it.
alter table board_columns add column archived_at bigint;
alter table board_columns add column archived_by bigint references users (id) on delete set null;
