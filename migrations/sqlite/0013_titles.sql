-- The same as migrations/postgres/0013_titles.sql.

-- Tasks are also found by the beginnings of the words of their titles, which the index did not have. The
-- job that puts in what the index lacks takes them in anew; a task that a node of the release before writes
-- meanwhile is found so once it is changed.
delete from task_words;
delete from counters where name = 'search:tasks';
