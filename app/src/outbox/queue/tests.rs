use protocol::{Person, RoomId, UserId};

use super::*;

const ROOM: Stream = Stream::Room(RoomId(12));
const HALL: Stream = Stream::Room(RoomId(13));

fn draft(key: u128, text: &str) -> Draft {
    let author = Person { id: UserId(1), username: "ana".into(), display_name: "Ana".into() };
    Draft {
        key: Uuid::from_u128(key),
        author,
        text: text.into(),
        parent: None,
        at: 0,
        quote: None,
        files: Vec::new(),
        confirmed: false,
    }
}

fn queue(texts: &[&str]) -> Queue {
    let mut queue = Queue::default();
    for (index, text) in texts.iter().enumerate() {
        // Client ids that stand the other way round: the order is the queue's own.
        queue.add(ROOM, draft(100 - index as u128, text));
    }
    queue
}

fn next(queue: &Queue) -> &str {
    queue.next().map_or("", |letter| &letter.draft.text)
}

fn answer(queue: &mut Queue, answer: Result<(), Error>) -> Then {
    let key = queue.next().unwrap().draft.key;
    queue.answered(key, answer.as_ref().copied(), 0.5)
}

#[test]
fn first_in_is_first_out_also_after_being_kept() {
    let mut queue = queue(&["one", "two", "three"]);
    let mut kept = queue.letters().to_vec();
    kept.reverse();
    queue.read(kept);
    for text in ["one", "two", "three"] {
        assert_eq!(next(&queue), text);
        assert_eq!(answer(&mut queue, Ok(())), Then::Next);
    }
    assert_eq!(queue.letters(), []);
}

#[test]
fn what_two_tabs_wrote_stands_in_one_order() {
    let mut one = queue(&["one"]);
    let mut other = Queue::default();
    other.read(one.letters().to_vec());
    other.add(HALL, draft(7, "two"));
    one.read(other.letters().to_vec());
    one.add(ROOM, draft(3, "three"));
    let texts: Vec<&str> = one.letters().iter().map(|letter| letter.draft.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[test]
fn one_that_is_refused_says_why_and_holds_up_nobody() {
    let mut queue = queue(&["one", "two"]);
    assert_eq!(answer(&mut queue, Err(Error::Forbidden)), Then::Failed);
    assert_eq!(next(&queue), "two");
    assert_eq!((queue.waiting(), queue.letters().len()), (1, 2));
    assert_eq!(queue.letters()[0].failed.as_deref(), Some("You may not do that here."));

    let key = queue.letters()[0].draft.key;
    assert_eq!(queue.retry(key).map(|letter| letter.draft.text), Some("one".into()));
    assert_eq!(next(&queue), "one", "under the same client id, at its place");
    assert_eq!(queue.retry(key), None, "it is on its way already");
}

#[test]
fn without_a_server_the_same_one_is_tried_again_after_ever_longer_waits() {
    let mut queue = queue(&["one", "two"]);
    for wait in [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
        assert_eq!(answer(&mut queue, Err(Error::Unavailable)), Then::Away(wait));
        assert_eq!(next(&queue), "one");
    }
    assert_eq!(answer(&mut queue, Ok(())), Then::Next);
    assert_eq!(answer(&mut queue, Err(Error::Unavailable)), Then::Away(250), "it had been reached");
}

#[test]
fn too_much_at_once_waits_as_long_as_the_server_says() {
    let mut queue = queue(&["one"]);
    assert_eq!(answer(&mut queue, Err(Error::TooMany { retry_after: 3 })), Then::Slower(3250));
    assert_eq!(next(&queue), "one");
    assert_eq!(answer(&mut queue, Err(Error::TooMany { retry_after: u64::MAX })), Then::Slower(u32::MAX));
}

#[test]
fn who_is_signed_out_keeps_what_was_written() {
    let mut queue = queue(&["one"]);
    assert_eq!(answer(&mut queue, Err(Error::SignedOut)), Then::SignedOut);
    assert_eq!(next(&queue), "one");
}

#[test]
fn what_its_event_has_shown_was_sent_whatever_the_answer_says() {
    for late in [Ok(()), Err(Error::Unavailable), Err(Error::Forbidden)] {
        let mut queue = queue(&["one", "two"]);
        let key = queue.next().unwrap().draft.key;
        queue.remove(key);
        assert_eq!(queue.answered(key, late.as_ref().copied(), 0.5), Then::Next);
        assert_eq!(queue.letters().len(), 1);
        assert_eq!(next(&queue), "two");
    }
}

#[test]
fn a_letter_reads_back_what_it_writes() {
    let mut queue = queue(&["one"]);
    let mut letter = queue.add(HALL, Draft { parent: Some(protocol::MessageId(4)), ..draft(5, "“two”\n") });
    letter.failed = Some("why".into());
    let text = serde_json::to_string(&letter).unwrap();
    assert_eq!(serde_json::from_str::<Letter>(&text).unwrap(), letter);
}
