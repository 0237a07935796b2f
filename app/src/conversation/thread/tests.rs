use protocol::{Pin, Quote, Reaction, Replies, RoomId, Stream, limits};

use super::*;
use crate::outbox::Queue;

const ME: UserId = UserId(1);
const MINUTE: i64 = 60_000;

fn person(id: i64) -> Person {
    Person { id: UserId(id), username: format!("user{id}"), display_name: format!("User {id}") }
}

fn clock(at: i64) -> Clock {
    let (day, hour) = (at / (1440 * MINUTE) + 1, at / (60 * MINUTE) % 24);
    Clock { day: format!("2026-11-{day:02}"), day_text: format!("{day} November"), time: format!("{hour:02}:00") }
}

fn message(n: i64, author: i64, at: i64) -> Message {
    Message {
        id: MessageId(100 + n),
        n,
        author: Some(person(author)),
        at,
        source: format!("text {n}"),
        html: format!("<p>text {n}</p>"),
        client_id: Uuid::from_u128(n as u128),
        parent: None,
        deleted: false,
        mentions: vec![],
        ..Message::default()
    }
}

fn reply(n: i64, parent: i64) -> Message {
    Message { parent: Some(MessageId(100 + parent)), ..message(n, 2, n * MINUTE) }
}

fn history(messages: impl IntoIterator<Item = Message>) -> History {
    let rows =
        messages.into_iter().map(|message| Row { clock: clock(message.at), message, mine: Vec::new() }).collect();
    History { rows, older: false, newer: false, refs: None }
}

fn flat(messages: impl IntoIterator<Item = Message>) -> Thread {
    Thread::new(Shape::Flat, history(messages), 0, ME)
}

fn posted(message: Message) -> StoredEvent {
    let event = Event::MessagePosted { message: Box::new(message) };
    StoredEvent { stream: Stream::Room(RoomId(1)), seq: 1, at: 0, event }
}

fn draft(key: u128, text: &str) -> Draft {
    Draft {
        key: Uuid::from_u128(key),
        author: person(1),
        text: text.into(),
        parent: None,
        at: 0,
        quote: None,
        confirmed: false,
        files: Vec::new(),
    }
}

/// An outbox with these in it.
fn outbox(drafts: &[Draft]) -> Queue {
    let mut queue = Queue::default();
    drafts.iter().for_each(|draft| {
        queue.add(Stream::Room(RoomId(1)), draft.clone());
    });
    queue
}

fn sending(thread: &mut Thread, drafts: &[Draft]) {
    thread.unsent(outbox(drafts).letters(), false, clock);
}

/// The rows as `n:state`, with `?` for the number of what isn't sent.
fn rows(thread: &Thread) -> Vec<String> {
    let row = |entry: &Arc<Entry>| match &entry.state {
        State::Sent if entry.message.deleted => format!("{} deleted", entry.message.n),
        State::Sent => entry.message.n.to_string(),
        State::Sending => format!("? {}", entry.message.source),
        State::Waiting => format!("… {}", entry.message.source),
        State::Failed(why) => format!("! {} ({why})", entry.message.source),
    };
    thread.entries.iter().map(row).collect()
}

/// The list in short: `| day`, `~` for the first-unread line, `n` for the first of a group, `+n`.
fn shown(thread: &Thread) -> Vec<String> {
    let item = |item: &Item| match item {
        Item::Day { text, .. } => format!("| {text}"),
        Item::Unread => "~".into(),
        Item::Reply { to } => format!("reply to {to}"),
        Item::Edit { of } => format!("edit {of}"),
        Item::Row { entry, first } => format!("{}{}", if *first { "" } else { "+" }, entry.message.n),
    };
    thread.items(None, None).list.iter().map(item).collect()
}

#[test]
fn messages_stand_by_number_however_they_come() {
    let mut thread = flat([message(1, 2, 0)]);
    for n in [3, 2, 3, 1, 4] {
        thread.apply(&posted(message(n, 2, 0)), clock);
    }
    assert_eq!(rows(&thread), ["1", "2", "3", "4"]);
    assert_eq!(thread.newest(), 4);
}

#[test]
fn the_echo_of_ones_own_message_takes_the_place_of_the_sending_row() {
    let mut thread = flat([message(1, 2, 0)]);
    sending(&mut thread, &[draft(3, "mine")]);
    thread.apply(&posted(message(2, 2, 0)), clock);
    assert_eq!(rows(&thread), ["1", "2", "? mine"], "what others said meanwhile stands above");

    thread.apply(&posted(message(3, 1, 0)), clock);
    assert_eq!(rows(&thread), ["1", "2", "3"]);
    thread.posted(message(3, 1, 0), clock);
    assert_eq!(rows(&thread), ["1", "2", "3"], "the answer after the event changes nothing");
}

#[test]
fn the_answer_may_come_before_the_event_and_before_others_events() {
    let mut thread = flat([message(1, 2, 0)]);
    sending(&mut thread, &[draft(3, "mine")]);
    thread.posted(message(3, 1, 0), clock);
    thread.apply(&posted(message(2, 2, 0)), clock);
    thread.apply(&posted(message(3, 1, 0)), clock);
    assert_eq!(rows(&thread), ["1", "2", "3"]);
}

#[test]
fn anothers_message_with_my_client_id_is_another_row() {
    let mut thread = flat([]);
    sending(&mut thread, &[draft(1, "mine")]);
    thread.apply(&posted(message(1, 2, 0)), clock);
    assert_eq!(rows(&thread), ["1", "? mine"]);
}

#[test]
fn what_was_refused_says_so_until_it_is_sent_again_or_given_up() {
    let mut thread = flat([]);
    let (first, second) = (draft(7, "one"), draft(8, "two"));
    let mut queue = outbox(&[first.clone(), second]);
    thread.unsent(queue.letters(), false, clock);
    let refused = protocol::Error::invalid("content", "too long");
    queue.answered(first.key, Err(&refused), 0.0);
    thread.unsent(queue.letters(), false, clock);
    assert_eq!(rows(&thread), ["! one (too long)", "? two"], "one that fails doesn't hold up the next");

    queue.retry(first.key);
    thread.unsent(queue.letters(), true, clock);
    assert_eq!(rows(&thread), ["… one", "… two"], "without a server both wait");

    queue.answered(first.key, Err(&refused), 0.0);
    thread.unsent(queue.letters(), false, clock);
    queue.remove(first.key);
    thread.unsent(queue.letters(), false, clock);
    assert_eq!(rows(&thread), ["? two"]);
}

#[test]
fn what_another_tab_has_sent_stays_until_its_event_comes() {
    let mut thread = flat([]);
    sending(&mut thread, &[draft(1, "mine")]);
    sending(&mut thread, &[]);
    assert_eq!(rows(&thread), ["? mine"]);
    thread.apply(&posted(message(1, 1, 0)), clock);
    assert_eq!(rows(&thread), ["1"]);
}

#[test]
fn a_message_that_arrived_after_all_has_not_failed() {
    let mut thread = flat([]);
    let mut queue = outbox(&[draft(1, "mine")]);
    thread.unsent(queue.letters(), false, clock);
    thread.apply(&posted(message(1, 1, 0)), clock);
    assert!(thread.is_sent(draft(1, "mine").row()));
    queue.answered(Uuid::from_u128(1), Err(&protocol::Error::Forbidden), 0.0);
    thread.unsent(queue.letters(), false, clock);
    assert_eq!(rows(&thread), ["1"]);
}

#[test]
fn a_copy_has_the_newest_rows_that_are_sent() {
    let mut thread = flat((1..=60).map(|n| message(n, 2, 0)));
    sending(&mut thread, &[draft(99, "mine")]);
    let copy = thread.history().unwrap();
    let numbers: Vec<i64> = copy.rows.iter().map(|row| row.message.n).collect();
    assert_eq!((numbers, copy.older), ((11..=60).collect(), true));
    thread.away = true;
    assert_eq!(thread.history(), None, "the newest are not here");
}

#[test]
fn a_deletion_leaves_a_tombstone_without_its_words() {
    let mut thread = flat([message(1, 2, 0), message(2, 2, 0)]);
    let event = Event::MessageDeleted { id: MessageId(101), n: 1 };
    thread.apply(&StoredEvent { stream: Stream::Room(RoomId(1)), seq: 2, at: 0, event }, clock);
    assert_eq!(rows(&thread), ["1 deleted", "2"]);
    assert_eq!((thread.entries[0].message.source.as_str(), thread.entries[0].message.html.as_str()), ("", ""));
}

#[test]
fn an_edit_and_an_undone_deletion_change_the_row_where_it_stands() {
    let said = |event| StoredEvent { stream: Stream::Room(RoomId(1)), seq: 2, at: 0, event };
    let mut thread = flat([message(1, 2, 0), message(2, 2, 0)]);
    let edited = Message { source: "edited".into(), edited_at: Some(5), ..message(1, 2, 0) };
    thread.apply(&said(Event::MessageEdited { message: Box::new(edited.clone()) }), clock);
    assert_eq!(thread.entries[0].message, edited);
    thread.apply(&said(Event::MessageDeleted { id: MessageId(101), n: 1 }), clock);
    thread.apply(&said(Event::MessageRestored { message: Box::new(edited.clone()) }), clock);
    assert_eq!((&thread.entries[0].message, thread.entries.len()), (&edited, 2));
    let unknown = said(Event::MessageEdited { message: Box::new(message(3, 2, 0)) });
    assert!(thread.lacks(&unknown), "what posted it says nothing any more");
    thread.apply(&unknown, clock);
    assert_eq!(thread.entries.len(), 2);
    assert!(thread.lacks(&said(Event::RoomCleared { n: 2 })));
}

#[test]
fn the_tombstone_of_a_message_that_never_came_must_be_fetched() {
    let deleted = |n: i64| {
        let event = Event::MessageDeleted { id: MessageId(100 + n), n };
        StoredEvent { stream: Stream::Room(RoomId(1)), seq: 2, at: 0, event }
    };
    let mut thread = flat([message(3, 2, 0)]);
    assert!(thread.lacks(&deleted(4)));
    assert!(!thread.lacks(&deleted(3)), "it is here");
    assert!(thread.lacks(&deleted(2)));
    thread.older = true;
    assert!(!thread.lacks(&deleted(2)), "it is older than what is here");
}

#[test]
fn a_reset_takes_the_rows_anew_and_keeps_what_is_not_sent() {
    let mut thread = flat([message(1, 2, 0)]);
    let (mine, sent) = (draft(9, "mine"), draft(10, "sent by another tab"));
    sending(&mut thread, &[mine.clone(), sent]);
    thread.replace(history([message(4, 2, 0), message(5, 2, 0)]));
    thread.settle(outbox(&[mine]).letters());
    assert_eq!(rows(&thread), ["4", "5", "? mine"]);
}

#[test]
fn rows_are_grouped_by_author_within_five_minutes_and_by_day() {
    let day = 1440 * MINUTE;
    let thread = flat([
        message(1, 2, 0),
        message(2, 2, 4 * MINUTE),
        message(3, 2, 9 * MINUTE),
        message(4, 3, 9 * MINUTE),
        message(5, 3, day),
        message(6, 3, day + MINUTE),
    ]);
    assert_eq!(shown(&thread), ["| 1 November", "1", "+2", "3", "4", "| 2 November", "5", "+6"]);
}

#[test]
fn the_unread_line_stands_before_the_first_that_others_wrote() {
    let thread =
        |read| Thread::new(Shape::Flat, history([message(1, 2, 0), message(2, 1, 0), message(3, 2, 0)]), read, ME);
    assert_eq!(shown(&thread(1)), ["| 1 November", "1", "2", "~", "3"]);
    assert_eq!(shown(&thread(3)), ["| 1 November", "1", "2", "3"]);
    assert_eq!(shown(&thread(0)), ["| 1 November", "1", "2", "3"], "who never read has no line in between");
}

#[test]
fn the_unread_line_waits_for_what_is_above_it() {
    let page = |from: i64, to, older| History { older, ..history((from..=to).map(|n| message(n, 2, 0))) };
    let mut thread = Thread::new(Shape::Flat, page(5, 6, true), 2, ME);
    assert_eq!(
        (shown(&thread), thread.unread_above()),
        (vec!["| 1 November".into(), "5".into(), "+6".into()], Some(2))
    );
    thread.ask(End::Oldest);
    thread.join(Some(page(2, 4, true)), clock);
    assert_eq!(shown(&thread), ["| 1 November", "2", "~", "3", "+4", "+5", "+6"]);
    assert_eq!(thread.unread_above(), None);
    thread.apply(&posted(message(7, 2, 0)), clock);
    assert_eq!(shown(&thread).iter().filter(|item| *item == "~").count(), 1);
}

#[test]
fn what_happens_while_a_page_is_on_its_way_holds_for_it_too() {
    let page = |from: i64, to, older, newer| History { older, newer, ..history((from..=to).map(|n| message(n, 2, 0))) };
    let deleted = |n| StoredEvent {
        stream: Stream::Room(RoomId(1)),
        seq: 9,
        at: 0,
        event: Event::MessageDeleted { id: MessageId(100 + n), n },
    };
    let mut thread = Thread::new(Shape::Flat, page(4, 5, true, true), 0, ME);
    assert_eq!(thread.ask(End::Oldest), Some(MessageId(104)));
    thread.apply(&deleted(2), clock);
    assert!(!thread.join(Some(page(2, 3, false, true)), clock));
    assert_eq!(rows(&thread), ["2 deleted", "3", "4", "5"]);
    assert_eq!(thread.ask(End::Oldest), None, "there is nothing before it");

    assert_eq!(thread.ask(End::Newest), Some(MessageId(105)));
    thread.apply(&posted(message(7, 2, 0)), clock);
    thread.join(Some(page(6, 6, true, false)), clock);
    assert_eq!((rows(&thread), thread.away), (["2 deleted", "3", "4", "5", "6", "7"].map(String::from).into(), false));
}

#[test]
fn a_page_that_no_longer_fits_is_left_out() {
    let mut thread = Thread::new(Shape::Flat, History { older: true, ..history([message(9, 2, 0)]) }, 0, ME);
    thread.ask(End::Oldest);
    thread.replace(History { older: true, ..history([message(20, 2, 0)]) });
    thread.join(Some(history([message(8, 2, 0)])), clock);
    assert_eq!((rows(&thread), thread.older), (vec!["20".to_owned()], true));
    thread.ask(End::Oldest);
    thread.join(None, clock);
    assert_eq!(thread.ask(End::Oldest), Some(MessageId(120)), "what failed can be asked for again");
}

#[test]
fn replies_stand_under_their_comment_and_one_without_it_is_left_out() {
    let mut thread = Thread::new(Shape::Threads, history([message(1, 2, 0), reply(3, 1), message(2, 2, 0)]), 0, ME);
    assert_eq!(rows(&thread), ["1", "3", "2"]);
    thread.apply(&posted(reply(4, 1)), clock);
    thread.apply(&posted(reply(5, 2)), clock);
    thread.apply(&posted(reply(6, 40)), clock);
    assert_eq!(rows(&thread), ["1", "3", "4", "2", "5"]);

    let keys: Vec<ItemKey> = thread.items(Some(MessageId(101)), None).list.iter().map(Item::key).collect();
    assert_eq!(keys[3], ItemKey::Reply(MessageId(101)), "a reply is written under its thread");

    let mine = Draft { parent: Some(MessageId(101)), ..draft(9, "mine") };
    sending(&mut thread, &[mine]);
    assert_eq!(rows(&thread), ["1", "3", "4", "? mine", "2", "5"]);
    sending(&mut thread, &[draft(10, "a new thread")]);
    assert_eq!(rows(&thread).last().map(String::as_str), Some("? a new thread"));
}

#[test]
fn at_most_three_hundred_rows_are_kept() {
    let many = || (1..=310).map(|n| message(n, 2, 0));
    let mut thread = flat(many());
    thread.trim(End::Oldest, limits::WINDOW);
    assert_eq!((thread.entries.len(), thread.oldest(), thread.older), (300, Some(MessageId(111)), true));

    let mut thread = flat(many());
    sending(&mut thread, &[draft(999, "mine")]);
    thread.trim(End::Newest, limits::WINDOW);
    assert_eq!((thread.newest(), thread.away, thread.entries.len()), (300, true, 301));
    thread.apply(&posted(message(311, 2, 0)), clock);
    assert_eq!(thread.newest(), 300, "what comes while the newest are away is loaded with them");
}

#[test]
fn an_answer_that_comes_after_the_deletion_shows_the_text_no_more() {
    let mut thread = flat([message(1, 2, 0)]);
    thread.posted(message(2, 1, 0), clock);
    thread.deleted(MessageId(102));
    // The answer to the post, or its event once more.
    thread.posted(message(2, 1, 0), clock);
    thread.apply(&posted(message(2, 1, 0)), clock);
    let shown = thread.history().expect("the newest rows are here");
    let last = &shown.rows[1].message;
    assert!(last.deleted && last.source.is_empty() && last.html.is_empty(), "{last:?}");
}

fn happened(event: Event) -> StoredEvent {
    StoredEvent { stream: Stream::Room(RoomId(1)), seq: 2, at: 0, event }
}

fn reaction(emoji: &str, people: &[i64]) -> Reaction {
    Reaction { emoji: emoji.into(), count: people.len() as i64, people: people.iter().map(|id| person(*id)).collect() }
}

#[test]
fn an_emoji_comes_under_its_message_and_goes_with_the_last_who_put_it_there() {
    let mut thread = flat([message(1, 2, 0)]);
    let id = MessageId(101);
    let mut hear = |people: &[i64], by: i64, on| {
        let event = Event::ReactionChanged { id, reaction: reaction("👍", people), by: UserId(by), on };
        thread.apply(&happened(event), clock);
        let entry = thread.entry(id).unwrap();
        (entry.message.reactions.clone(), entry.mine.clone())
    };
    assert_eq!(hear(&[2], 2, true), (vec![reaction("👍", &[2])], vec![]));
    assert_eq!(hear(&[2, 1], 1, true), (vec![reaction("👍", &[2, 1])], vec!["👍".to_owned()]));
    assert_eq!(hear(&[1], 2, false), (vec![reaction("👍", &[1])], vec!["👍".to_owned()]));
    assert_eq!(hear(&[], 1, false), (vec![], vec![]));
}

#[test]
fn my_emoji_is_there_before_the_server_has_said_so_and_its_event_changes_nothing() {
    let mut thread = flat([message(1, 2, 0)]);
    let id = MessageId(101);
    thread.toggle(id, "👍", &person(1));
    let at_once = thread.clone();
    thread.apply(&happened(Event::ReactionChanged { id, reaction: reaction("👍", &[1]), by: ME, on: true }), clock);
    assert_eq!(thread, at_once);
    thread.toggle(id, "👍", &person(1));
    assert_eq!(thread, flat([message(1, 2, 0)]));
}

#[test]
fn pins_and_replies_are_seen_on_the_message() {
    let mut thread = flat([message(1, 2, 0)]);
    let (id, pin) = (MessageId(101), Pin { by: Some(person(2)), at: 0 });
    let replies = Replies { count: 1, at: 0, by: Some(person(2)) };
    thread.apply(&happened(Event::MessagePinned { id, pin: pin.clone() }), clock);
    let told = Event::ReplyPosted { message: Box::new(reply(1, 1)), replies: replies.clone() };
    thread.apply(&happened(told), clock);
    let entry = thread.entry(id).unwrap();
    assert_eq!((entry.message.pinned.clone(), entry.message.replies.clone()), (Some(pin), Some(replies)));
    assert_eq!(rows(&thread).len(), 1, "a reply is no row of the room");
    thread.apply(&happened(Event::MessageUnpinned { id }), clock);
    assert_eq!(thread.entry(id).unwrap().message.pinned, None);
}

#[test]
fn a_quote_keeps_its_words_when_an_event_says_it_without_them() {
    let quote = |excerpt: Option<&str>| Quote {
        id: MessageId(101),
        author: Some(person(2)),
        excerpt: excerpt.map(Into::into),
        deleted: false,
    };
    let quoting = |excerpt| Message { quote: Some(quote(excerpt)), ..message(2, 2, 0) };
    let mut thread = flat([message(1, 2, 0), quoting(Some("text 1"))]);
    assert!(thread.quotes(MessageId(101)) && thread.wordless_quotes().is_empty());
    thread.apply(&happened(Event::MessageEdited { message: Box::new(quoting(None)) }), clock);
    assert_eq!(thread.entry(MessageId(102)).unwrap().message.quote, Some(quote(Some("text 1"))));

    let mut thread = flat([message(1, 2, 0)]);
    thread.apply(&posted(quoting(None)), clock);
    assert_eq!(thread.wordless_quotes(), [MessageId(101)]);
    thread.quoted(&quote(Some("text 1")));
    assert!(thread.wordless_quotes().is_empty());
}

#[test]
fn an_edit_stands_below_its_message_whatever_becomes_of_that() {
    let mut thread = flat([message(1, 1, 0), message(2, 1, 0)]);
    let edited = MessageId(101);
    let place = |thread: &Thread| {
        thread.items(None, Some(edited)).list.iter().position(|item| item.key() == ItemKey::Edit(edited))
    };
    assert_eq!(place(&thread), Some(2), "after the day and the message");
    thread.deleted(edited);
    assert_eq!(place(&thread), Some(2));
    assert_eq!(thread.items(None, Some(MessageId(999))).list.len(), 3, "a message that is not here has no place");
}
