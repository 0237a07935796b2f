-- A board that is archived is read and not written, and off the lists of its members; none where it is in use.
alter table boards add column archived_at bigint;
alter table boards add column archived_by bigint references users (id) on delete set null;

-- A board that is deleted has no members any more; its rows are taken out in steps.
alter table boards add column deleted_at bigint;
create index boards_deleted on boards (id) where deleted_at is not null;
