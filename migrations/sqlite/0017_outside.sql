-- The same tables and columns as migrations/postgres/0017_outside.sql; a test compares them.
-- What reaches people outside the page. Only adds: a node of the release before runs on it too.

-- When nothing is to leave the page for somebody, who has said so.
create table quiet_hours (
    user_id integer not null primary key references users (id) on delete cascade,
    -- Of the wall by which they are, like Europe/Berlin.
    zone text not null,
    -- Minutes of the day; the end is of the next day unless it is later.
    begins integer not null,
    ends integer not null,
    -- On which they begin: the bit 0 is Monday.
    days integer not null
) strict;
