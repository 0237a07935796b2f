-- The same tables and columns as migrations/sqlite/0025_item_assignees.sql; a test compares them.
-- Items of checklists that somebody shall do. Only adds: a node of the release before runs on it too.

-- Who shall do it; null is whoever does the task.
alter table checklist_items add column assignee_id bigint references users (id) on delete set null;
-- What somebody shall do, and what goes with an account.
create index checklist_items_assignee on checklist_items (assignee_id) where assignee_id is not null;
