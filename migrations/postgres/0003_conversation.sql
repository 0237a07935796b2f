-- The same tables and columns as migrations/sqlite/0003_conversation.sql; a test compares them.
-- What happens to a message after it was posted. Only adds: a node of the release before runs on it.

-- When the text was last changed; null where it stands as posted.
alter table messages add column edited_at bigint;

-- What a message said before it was edited, the oldest first.
create table message_versions (
    message_id bigint not null references messages (id) on delete cascade,
    version bigint not null,
    source text not null,
    html text not null,
    -- Since when it said this.
    at bigint not null,
    primary key (message_id, version)
);

-- Who deleted it; they may undo that for a while, so the text goes a little later than the message.
alter table messages add column deleted_by bigint references users (id) on delete set null;
-- Texts that nobody can bring back any more.
create index messages_wiped on messages (deleted_at) where deleted_at is not null and source <> '';

-- What a deletion took out of inboxes, for as long as it can be undone.
create table withdrawn_sources (
    message_id bigint not null references messages (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    reason text not null,
    actor_id bigint references users (id) on delete set null,
    at bigint not null,
    read_at bigint,
    primary key (message_id, user_id)
);

-- A room that was cleared shows nothing of its messages up to this number, and the log nothing of
-- them up to that event; how far their texts are gone from the tables, which takes a while.
alter table streams add column cleared bigint not null default 0;
alter table streams add column cleared_seq bigint not null default 0;
alter table streams add column wiped bigint not null default 0;
create index streams_wiped on streams (name) where wiped < cleared;

-- Who answered a message with which emoji.
create table reactions (
    message_id bigint not null references messages (id) on delete cascade,
    emoji text collate "C" not null,
    user_id bigint not null references users (id) on delete cascade,
    at bigint not null,
    primary key (message_id, emoji, user_id)
);
create index reactions_user on reactions (user_id);

-- A thread in a room has numbers of its own, and so a row here; `home` is the room's stream, on which
-- its events are told and with which it goes.
alter table streams add column home text collate "C" references streams (name) on delete cascade;
create index streams_home on streams (home) where home is not null;

-- The message that this one quotes; its words are looked up whenever they are shown.
alter table messages add column quote_id bigint references messages (id) on delete set null;
create index messages_quote on messages (quote_id) where quote_id is not null;

-- Messages that are pinned in a room, its threads included, or on a task.
create table pins (
    message_id bigint not null primary key references messages (id) on delete cascade,
    stream text collate "C" not null references streams (name) on delete cascade,
    user_id bigint references users (id) on delete set null,
    at bigint not null
);
-- A place's pins, newest first.
create index pins_stream on pins (stream, at);

-- What people have begun to write, for their other browsers.
create table drafts (
    user_id bigint not null references users (id) on delete cascade,
    -- A room or a task.
    stream text collate "C" not null references streams (name) on delete cascade,
    -- The message that it replies to; 0 where it is no reply.
    parent_id bigint not null,
    source text not null,
    at bigint not null,
    primary key (user_id, stream, parent_id)
);
create index drafts_stream on drafts (stream);
