-- The same tables and columns as migrations/postgres/0003_conversation.sql; a test compares them.
-- What happens to a message after it was posted. Only adds: a node of the release before runs on it.

-- When the text was last changed; null where it stands as posted.
alter table messages add column edited_at integer;

-- What a message said before it was edited, the oldest first.
create table message_versions (
    message_id integer not null references messages (id) on delete cascade,
    version integer not null,
    source text not null,
    html text not null,
    -- Since when it said this.
    at integer not null,
    primary key (message_id, version)
) strict, without rowid;

-- Who deleted it; they may undo that for a while, so the text goes a little later than the message.
alter table messages add column deleted_by integer references users (id) on delete set null;
-- Texts that nobody can bring back any more.
create index messages_wiped on messages (deleted_at) where deleted_at is not null and source <> '';

-- What a deletion took out of inboxes, for as long as it can be undone.
create table withdrawn_sources (
    message_id integer not null references messages (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    reason text not null,
    actor_id integer references users (id) on delete set null,
    at integer not null,
    read_at integer,
    primary key (message_id, user_id)
) strict, without rowid;

-- A room that was cleared shows nothing of its messages up to this number, and the log nothing of
-- them up to that event; how far their texts are gone from the tables, which takes a while.
alter table streams add column cleared integer not null default 0;
alter table streams add column cleared_seq integer not null default 0;
alter table streams add column wiped integer not null default 0;
create index streams_wiped on streams (name) where wiped < cleared;

-- Who answered a message with which emoji.
create table reactions (
    message_id integer not null references messages (id) on delete cascade,
    emoji text not null,
    user_id integer not null references users (id) on delete cascade,
    at integer not null,
    primary key (message_id, emoji, user_id)
) strict, without rowid;
create index reactions_user on reactions (user_id);

-- A thread in a room has numbers of its own, and so a row here; `home` is the room's stream, on which
-- its events are told and with which it goes.
alter table streams add column home text references streams (name) on delete cascade;
create index streams_home on streams (home) where home is not null;

-- The message that this one quotes; its words are looked up whenever they are shown.
alter table messages add column quote_id integer references messages (id) on delete set null;
create index messages_quote on messages (quote_id) where quote_id is not null;

-- Messages that are pinned in a room, its threads included, or on a task.
create table pins (
    message_id integer not null primary key references messages (id) on delete cascade,
    stream text not null references streams (name) on delete cascade,
    user_id integer references users (id) on delete set null,
    at integer not null
) strict;
-- A place's pins, newest first.
create index pins_stream on pins (stream, at);

-- What people have begun to write, for their other browsers.
create table drafts (
    user_id integer not null references users (id) on delete cascade,
    -- A room or a task.
    stream text not null references streams (name) on delete cascade,
    -- The message that it replies to; 0 where it is no reply.
    parent_id integer not null,
    source text not null,
    at integer not null,
    primary key (user_id, stream, parent_id)
) strict, without rowid;
create index drafts_stream on drafts (stream);
