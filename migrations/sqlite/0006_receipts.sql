-- The same tables and columns as migrations/postgres/0006_receipts.sql; a test compares them.
-- Who has read what. Only adds: a node of the release before runs on it too.

-- May others see how far this person has read?
alter table users add column receipts integer not null default 1;
-- When they read that far; 0 where they did not read, but came when it was there already.
alter table watermarks add column at integer not null default 0;
