//! What an event says to who looks at one place. A room's stream tells of its threads, too.

use std::borrow::Cow;

use protocol::{Event, MessageId, StoredEvent, Stream};

/// The event as `place` has it; none where it is about another place.
///
/// The messages of a thread have numbers of their own, so its events mean nothing to the list of the
/// room but how many replies there are.
pub fn told(place: Stream, stored: &StoredEvent) -> Option<Cow<'_, StoredEvent>> {
    match place {
        Stream::Thread(root) => in_thread(root, stored),
        Stream::Room(_) => match &stored.event {
            Event::MessageEdited { message } | Event::MessageRestored { message } if message.parent.is_some() => None,
            _ => Some(Cow::Borrowed(stored)),
        },
        Stream::Task(_) | Stream::Board(_) | Stream::User(_) => Some(Cow::Borrowed(stored)),
    }
}

fn in_thread(root: MessageId, stored: &StoredEvent) -> Option<Cow<'_, StoredEvent>> {
    let event = match &stored.event {
        Event::ReplyPosted { message, .. } if message.parent == Some(root) => {
            Event::MessagePosted { message: message.clone() }
        }
        Event::ReplyRestored { message, .. } if message.parent == Some(root) => {
            Event::MessageRestored { message: message.clone() }
        }
        Event::ReplyDeleted { id, n, root: under, .. } if *under == root => Event::MessageDeleted { id: *id, n: *n },
        Event::MessageEdited { message } if message.parent == Some(root) => stored.event.clone(),
        Event::ReplyPosted { .. }
        | Event::ReplyRestored { .. }
        | Event::ReplyDeleted { .. }
        | Event::MessageEdited { .. }
        | Event::MessagePosted { .. }
        | Event::MessageRestored { .. }
        | Event::MessageDeleted { .. } => return None,
        _ => return Some(Cow::Borrowed(stored)),
    };
    Some(Cow::Owned(StoredEvent { event, ..stored.clone() }))
}

#[cfg(test)]
mod tests {
    use protocol::{Message, Replies, RoomId};

    use super::*;

    const ROOM: Stream = Stream::Room(RoomId(1));
    const THREAD: Stream = Stream::Thread(MessageId(7));

    fn stored(event: Event) -> StoredEvent {
        StoredEvent { stream: ROOM, seq: 1, at: 0, event }
    }

    fn message(id: i64, parent: Option<i64>) -> Box<Message> {
        Box::new(Message { id: MessageId(id), parent: parent.map(MessageId), ..Message::default() })
    }

    fn heard(place: Stream, event: &Event) -> Option<Event> {
        told(place, &stored(event.clone())).map(|stored| stored.event.clone())
    }

    #[test]
    fn a_reply_is_posted_in_its_thread_and_counted_in_the_room() {
        let replies = Replies { count: 1, at: 0, by: None };
        let event = Event::ReplyPosted { message: message(8, Some(7)), replies };
        assert_eq!(heard(THREAD, &event), Some(Event::MessagePosted { message: message(8, Some(7)) }));
        assert_eq!(heard(ROOM, &event), Some(event.clone()));
        assert_eq!(heard(Stream::Thread(MessageId(9)), &event), None, "another thread");
    }

    #[test]
    fn what_is_edited_or_deleted_is_so_where_it_stands() {
        let (reply, root) =
            (Event::MessageEdited { message: message(8, Some(7)) }, Event::MessageEdited { message: message(7, None) });
        assert_eq!((heard(THREAD, &reply), heard(ROOM, &reply)), (Some(reply.clone()), None));
        assert_eq!((heard(THREAD, &root), heard(ROOM, &root)), (None, Some(root.clone())));
        let deleted = Event::MessageDeleted { id: MessageId(6), n: 3 };
        assert_eq!((heard(THREAD, &deleted), heard(ROOM, &deleted)), (None, Some(deleted.clone())));
    }
}
