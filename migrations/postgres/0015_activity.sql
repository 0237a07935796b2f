-- The same as migrations/sqlite/0015_activity.sql.

-- Who did what on a board or to a task, beside the event that tells it, so that activity is read from the log.
-- Only adds: a node of the release before runs on it too; what it tells is not in the activity.
alter table events add column actor_id bigint;
-- The task that it was done to.
alter table events add column about bigint;
-- What was done, as JSON; null where an event is nothing that somebody did.
alter table events add column deeds text;
-- What was told before says so itself, as far as it does.
update events set deeds = '[]', about = task_id
where (stream like 'board:%' or stream like 'task:%')
  and (body like '{"task_created"%' or body like '{"task_changed"%' or body like '{"card_changed"%'
    or body like '{"cards_archived"%' or body like '{"task_restored"%' or body like '{"task_deleted"%'
    or body like '{"columns_changed"%' or body like '{"label_changed"%' or body like '{"label_deleted"%'
    or body like '{"board_member_changed"%' or body like '{"room_created"%');
-- A page of the activity of a board, or of a task, however much else is told there. By an expression, since SQLite
-- would take the primary key where that does as well at first sight.
create index events_deeds on events ((case when deeds is not null then stream end), seq) where deeds is not null;
