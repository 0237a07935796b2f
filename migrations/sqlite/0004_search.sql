-- The same tables as migrations/postgres/0004_search.sql, each in the way of its database. Only adds:
-- a node of the release before runs on it, and what it posts is put into the index a little later.

-- The words of messages and comments. What a word is, the program says, so that both databases find
-- the same; here words are between spaces. The texts themselves are in `messages` alone.
create virtual table message_words using fts5 (
    words,
    content = '',
    contentless_delete = 1,
    tokenize = "ascii tokenchars '#@:._-'"
);
-- A message goes with its room or its task, which takes no statement of ours.
create trigger messages_words after delete on messages begin
    delete from message_words where rowid = old.id;
end;

-- The words of tasks.
create virtual table task_words using fts5 (
    words,
    content = '',
    contentless_delete = 1,
    tokenize = "ascii tokenchars '#@:._-'"
);
create trigger tasks_words after delete on tasks begin
    delete from task_words where rowid = old.id;
end;
