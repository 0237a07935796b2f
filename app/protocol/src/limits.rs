//! The figures of PRODUCT.md's table of constants that both sides use.

/// Characters of a message or comment, after trimming.
pub const MESSAGE: usize = 10_000;
/// Texts of one message that its history keeps, the one of now included.
pub const VERSIONS: i64 = 50;
/// Seconds within which who deleted a message may undo it; its text is shown to nobody meanwhile.
pub const UNDO_S: i64 = 10;
/// Different emoji under one message.
pub const REACTIONS: i64 = 20;
/// People named under one emoji; of more only the number is told.
pub const REACTED: i64 = 20;
/// Messages pinned in one room or on one task.
pub const PINS: i64 = 50;
/// Characters of a task's title.
pub const TASK_TITLE: usize = 200;
/// Bytes of a task's description.
pub const DESCRIPTION_BYTES: usize = 64 * 1024;
/// Tasks named on one page whose chips are made for it; of the others only the numbers are shown.
pub const REFERENCES: usize = 500;
/// Texts that name a task, on one page of them.
pub const REFERRERS: i64 = 10;
/// The progress of a task that is done.
pub const DONE: i64 = 100;
/// People assigned to one task.
pub const ASSIGNEES: usize = 30;
/// Invitations to one board that are in force at once.
pub const INVITES: i64 = 20;
/// Days for which an invitation may be in force.
pub const INVITE_DAYS: [i64; 3] = [1, 7, 30];
/// Labels of one board.
pub const LABELS: i64 = 100;
/// Characters of a label's name.
pub const LABEL_NAME: usize = 50;
/// Members of a board among whom assignees are chosen.
pub const PICKED: i64 = 300;
/// Filters that one person keeps of one board.
pub const FILTERS: i64 = 20;
/// Rows of a list of tasks at first, and so many more at a time.
pub const LIST_ROWS: usize = 300;
/// Characters of a filter's name.
pub const FILTER_NAME: usize = 50;
/// Bytes of the query that a filter is.
pub const FILTER_BYTES: usize = 1_000;
/// Items of one checklist.
pub const ITEMS: i64 = 100;
/// Characters of an item of a checklist.
pub const ITEM: usize = 500;
/// Files of one task.
pub const TASK_FILES: i64 = 100;
/// Changes of a task in one write.
pub const CHANGES: usize = 50;
/// Characters of a room's name.
pub const ROOM_NAME: usize = 100;
/// Characters of a room's topic.
pub const ROOM_TOPIC: usize = 500;
/// Characters of a board's name.
pub const BOARD_NAME: usize = 100;
/// Characters of a column's name.
pub const COLUMN_NAME: usize = 50;
/// Columns of one board.
pub const COLUMNS: usize = 50;
/// The greatest limit that a column may have for its tasks.
pub const COLUMN_LIMIT: i64 = 999;
/// Days for which a deleted task can be brought back.
pub const TRASH_DAYS: i64 = 30;
/// Tasks whose archiving is undone at once.
pub const PUT_BACK: usize = 5_000;
/// Tasks that are moved, changed or archived at once.
pub const SEVERAL: usize = 100;
/// Seconds for which a move offers to be undone.
pub const MOVE_UNDO_S: u64 = 10;
/// Characters of a display name.
pub const DISPLAY_NAME: usize = 60;
/// Characters of a password: at least, at most.
pub const PASSWORD: (usize, usize) = (8, 128);
/// Messages of one page of history.
pub const PAGE: i64 = 50;
/// Messages kept in the page at most.
pub const WINDOW: usize = 300;
/// The largest `?offset=` of the original's history.
pub const OFFSET: i64 = 10_000;
/// Seconds after which a typist says again that they type.
pub const TYPING_RESEND_S: u32 = 3;
/// Seconds after which a typing line goes away by itself.
pub const TYPING_EXPIRE_S: u32 = 6;
/// Viewers of a room above which nobody is told who types, or who comes and goes.
pub const CROWD: usize = 100;
/// Seconds between two `heads` of the server.
pub const HEARTBEAT_S: u64 = 25;
/// Seconds of silence after which a client reconnects.
pub const SILENCE_S: u32 = 30;
/// Seconds after which the server closes a socket that does not answer.
pub const DEAD_S: u64 = 55;
/// Seconds between the last page closed and the person shown as gone.
pub const HIDE_DELAY_S: u64 = 5;
/// Milliseconds of the first wait before a reconnect; it doubles up to the second figure.
pub const RECONNECT_MS: (u32, u32) = (500, 60_000);
/// Milliseconds between two read marks of one person and place.
pub const SEEN_EVERY_MS: u32 = 2_000;
/// Minutes within which messages of one author are shown as one group.
pub const GROUP_MIN: i64 = 5;
/// Members of a room that its page comes with; the others are asked for when somebody looks.
pub const ROOM_PEOPLE: usize = 30;
/// Seconds for which a person is taken to be in a place after a node has last said so.
pub const LEASE_S: u64 = 60;
/// Seconds without activity after which a person is away.
pub const AWAY_S: u64 = 5 * 60;
/// Seconds between two times that a client says its person is active.
pub const ACTIVE_EVERY_S: u32 = 60;
/// Bytes of a file.
pub const FILE_BYTES: u64 = 10 * 1024 * 1024;
/// Files of one message.
pub const FILES: usize = 10;
/// Bytes of all files of one person.
pub const FILES_BYTES: i64 = 1024 * 1024 * 1024;
/// Characters of a file's name.
pub const FILE_NAME: usize = 200;
/// Pixels of a picture; one of more would take too much memory to be made small.
pub const PIXELS: u64 = 50_000_000;
/// Messages of one person that wait to be sent.
pub const SCHEDULED: i64 = 100;
/// How far ahead a message may be scheduled, in days.
pub const SCHEDULED_DAYS: i64 = 366;
/// People from whom on naming a group must be confirmed.
pub const GROUP_CONFIRM: usize = 5;
/// People that who is no owner of the board may notify by naming a group, at most.
pub const GROUP_OWNER: usize = 20;
/// People that anybody may, at most: all are told in one write.
pub const GROUP: usize = 2_000;
/// People whom a page keeps to complete mentions; where there are more, the server is asked with each key.
pub const MENTIONABLE: i64 = 10_000;
/// Seconds after which they are asked for again.
pub const MENTIONABLE_S: i64 = 60;
/// Seconds after which it is decided whether what came into an inbox goes to its person's devices: in less, who
/// looks at it right now has not read it yet, and what comes meanwhile would be told twice.
pub const OUTSIDE_AFTER_S: u64 = 10;
/// Seconds after which it is looked again at what somebody was told who is active on a page: the page shows it, and
/// whoever has just left the desk has it on their devices once they count as away.
pub const OUTSIDE_AGAIN_S: u64 = 60;
/// Seconds since the last page was closed within which nothing is sent: whoever has just closed the laptop, or
/// changes from one device to another, may be back and read it there.
pub const OUTSIDE_GRACE_S: u64 = 30;
/// Seconds after which nothing is sent any more to somebody who was active all the time: they have seen it and left
/// it unread.
pub const OUTSIDE_UNTIL_S: u64 = 15 * 60;
/// Milliseconds between two times that the same row of an inbox goes to devices: a thread in which much is said is
/// no alarm clock.
pub const OUTSIDE_CALM_MS: i64 = 60 * 1000;
/// Characters of the line above what a device shows of a row of an inbox.
pub const NOTICE_TITLE: usize = 120;
/// Characters of what it shows of what was said: encrypted, no more than 4,096 bytes may be pushed in all.
pub const NOTICE_BODY: usize = 160;
/// Milliseconds for which what comes into an inbox gathers before it is mailed: whoever reads it meanwhile gets no mail.
pub const MAIL_GATHER_MS: i64 = 15 * 60 * 1000;
/// Milliseconds between two mails to one person who has them as they gather.
pub const MAIL_EVERY_MS: i64 = 60 * 60 * 1000;
/// Rows of an inbox in one mail; of more only the number is told.
pub const MAIL_ROWS: i64 = 50;
/// Milliseconds between two mails that ask whether an address is somebody's, and how many go in a day.
pub const MAIL_ASK: (i64, i64) = (2 * 60 * 1000, 5);
/// Days for which the link in such a mail is good.
pub const MAIL_ASK_DAYS: i64 = 7;
/// The minute of the day at which people are reminded, by the wall where they are: 9 o'clock.
pub const REMIND_AT: i64 = 9 * 60;
/// Browsers of one person that are sent to; the oldest gives way to the next.
pub const PUSHED: i64 = 10;
