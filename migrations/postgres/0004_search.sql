-- The same tables as migrations/sqlite/0004_search.sql, each in the way of its database. Only adds:
-- a node of the release before runs on it, and what it posts is put into the index a little later.

-- The words of messages and comments. What a word is, the program says, so that both databases find
-- the same.
create table message_words (
    message_id bigint not null primary key references messages (id) on delete cascade,
    words tsvector not null
);
-- What has certain words. Without a list of what is yet to be put in, which each search would read.
create index message_words_words on message_words using gin (words) with (fastupdate = off);

-- The words of tasks.
create table task_words (
    task_id bigint not null primary key references tasks (id) on delete cascade,
    words tsvector not null
);
create index task_words_words on task_words using gin (words) with (fastupdate = off);
