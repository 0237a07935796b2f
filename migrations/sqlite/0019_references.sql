-- The same tables and columns as migrations/postgres/0019_references.sql; a test compares them.
-- Only adds: a node of the release before runs on it too.

-- Where tasks are named by their number: in a message or comment, or in another task's description. A row comes and
-- goes in the write that changes the text. What the text says stays in its own row.
create table task_references (
    -- Grows with time: the order in which a task's page shows them.
    id integer primary key autoincrement,
    task_id integer not null references tasks (id) on delete cascade,
    message_id integer references messages (id) on delete cascade,
    described_id integer references tasks (id) on delete cascade,
    by_id integer references users (id) on delete set null,
    at integer not null,
    check ((message_id is null) <> (described_id is null))
) strict;
create index task_references_of_task on task_references (task_id, id);
create unique index task_references_in_message on task_references (message_id, task_id);
create unique index task_references_in_description on task_references (described_id, task_id);
create index task_references_by on task_references (by_id);

-- The message that a task was made from; its row shows the task, and the task leads back to it.
alter table tasks add column message_id integer references messages (id) on delete set null;
create index tasks_of_message on tasks (message_id) where message_id is not null;

-- What was written before: the links in the rendered texts.
with recursive found (id, by_id, at, rest) as (
    select m.id, m.author_id, m.at, substr(m.html, instr(m.html, '<a class="task-link" href="/boards/') + 35)
    from messages m where m.deleted_at is null and instr(m.html, '<a class="task-link" href="/boards/') > 0
    union all
    select id, by_id, at, substr(rest, instr(rest, '<a class="task-link" href="/boards/') + 35)
    from found where instr(rest, '<a class="task-link" href="/boards/') > 0
)
insert into task_references (task_id, message_id, by_id, at)
select distinct t.id, f.id, f.by_id, f.at
from found f join tasks t on t.id = cast(substr(f.rest, instr(f.rest, '/tasks/') + 7) as integer)
order by f.at, f.id;

with recursive found (id, by_id, at, rest) as (
    select t.id, t.author_id, t.created_at,
        substr(t.description_html, instr(t.description_html, '<a class="task-link" href="/boards/') + 35)
    from tasks t where instr(t.description_html, '<a class="task-link" href="/boards/') > 0
    union all
    select id, by_id, at, substr(rest, instr(rest, '<a class="task-link" href="/boards/') + 35)
    from found where instr(rest, '<a class="task-link" href="/boards/') > 0
)
insert into task_references (task_id, described_id, by_id, at)
select distinct t.id, f.id, f.by_id, f.at
from found f join tasks t on t.id = cast(substr(f.rest, instr(f.rest, '/tasks/') + 7) as integer)
where t.id <> f.id
order by f.at, f.id;
