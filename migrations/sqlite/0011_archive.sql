-- The same tables and columns as migrations/postgres/0011_archive.sql; a test compares them.
-- Tasks that are put away: archived, or deleted for a while. Only adds: a node of the release before
-- runs on it too, and shows them as if nothing had happened.

-- When it was taken off the board, and by whom; null while it is there.
alter table tasks add column archived_at integer;
alter table tasks add column archived_by integer references users (id) on delete set null;
-- When it was deleted, with its comments, and by whom. It can be brought back for some weeks.
alter table tasks add column deleted_at integer;
alter table tasks add column deleted_by integer references users (id) on delete set null;
-- The cards of a board, and of a column in order, however many were put away.
create index tasks_shown on tasks (board_id) where archived_at is null and deleted_at is null;
create index tasks_shown_in on tasks (column_id, position) where archived_at is null and deleted_at is null;
-- The archive's pages, newest first.
create index tasks_archived on tasks (board_id, archived_at, id) where archived_at is not null;
create index tasks_deleted on tasks (board_id, deleted_at, id) where deleted_at is not null;
-- What is to go for good.
create index tasks_expired on tasks (deleted_at) where deleted_at is not null;

-- What the deletion of a task took out of inboxes, for as long as it can be brought back.
create table trashed_sources (
    id integer primary key autoincrement,
    task_id integer not null references tasks (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    reason text not null,
    message_id integer references messages (id) on delete cascade,
    actor_id integer references users (id) on delete set null,
    at integer not null,
    read_at integer
) strict;
create index trashed_sources_task on trashed_sources (task_id);
create index trashed_sources_message on trashed_sources (message_id) where message_id is not null;

-- The task whose text an event shows to its board or to a person, so that a deletion finds what it must
-- redact.
alter table events add column task_id integer;
update events set task_id = coalesce(
    json_extract(body, '$.task_created.card.id'), json_extract(body, '$.card_changed.card.id'))
where stream like 'board:%' and (body like '{"task_created"%' or body like '{"card_changed"%');
update events set task_id = cast(substr(json_extract(body, '$.notified.notification.stream'), 6) as integer)
where stream like 'user:%' and body like '{"notified"%'
  and json_extract(body, '$.notified.notification.stream') like 'task:%';
create index events_task on events (task_id) where task_id is not null;
