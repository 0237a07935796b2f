//! What was posted, what was acknowledged, and what arrived: the account that every figure must pass.

use std::{collections::HashMap, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use uuid::Uuid;

/// Characters of a message.
const LENGTH: usize = 120;

/// A message that we have sent.
pub struct Post {
    /// What it says; it begins with the word of this run and its number.
    pub text: String,
    /// The same when it is sent again.
    pub key: Uuid,
    /// When it was first sent, or should have been.
    pub sent: Instant,
    /// When it was acknowledged, and under which id.
    pub acked: Option<(Instant, i64)>,
    /// Its place among the messages that arrived.
    pub place: Option<usize>,
}

/// A message that has arrived.
struct Arrival {
    bytes: Vec<u8>,
    id: i64,
    number: usize,
    /// Receivers that have it, and when the last of them got it.
    receivers: usize,
    last: Instant,
}

/// The account of one server.
pub struct Book {
    tag: String,
    receivers: usize,
    posts: Vec<Post>,
    arrivals: Vec<Arrival>,
    /// Messages that every receiver has, from the first on without a gap.
    complete: usize,
    /// Messages that were acknowledged.
    acked: usize,
}

impl Book {
    /// Nothing yet, for so many receivers.
    pub fn new(receivers: usize) -> Self {
        let tag = format!("bench-{}", &Uuid::now_v7().simple().to_string()[24..]);
        Self { tag, receivers, posts: Vec::new(), arrivals: Vec::new(), complete: 0, acked: 0 }
    }

    /// Enters a new message and gives its number.
    pub fn write(&mut self, sent: Instant) -> usize {
        let number = self.posts.len();
        let mut text = format!("{} {number} of a benchmark says", self.tag);
        while text.len() < LENGTH {
            text.push_str(" something short");
        }
        text.truncate(LENGTH);
        let text = text.trim_end().to_owned();
        self.posts.push(Post { text, key: Uuid::now_v7(), sent, acked: None, place: None });
        number
    }

    /// A message by its number.
    pub fn post(&self, number: usize) -> &Post {
        &self.posts[number]
    }

    /// How many were posted.
    pub fn posted(&self) -> usize {
        self.posts.len()
    }

    /// How many have arrived anywhere.
    pub fn arrived(&self) -> usize {
        self.arrivals.len()
    }

    /// How many were acknowledged.
    pub fn acked(&self) -> usize {
        self.acked
    }

    /// How many every receiver has.
    pub fn complete(&self) -> usize {
        self.complete
    }

    /// Has everything that was posted been acknowledged, and reached everybody?
    pub fn settled(&self) -> bool {
        self.acked == self.posts.len() && (self.receivers == 0 || self.complete == self.posts.len())
    }

    /// The server has acknowledged a message.
    ///
    /// # Errors
    /// It was another text, or is acknowledged again under another id.
    pub fn ack(&mut self, number: usize, id: i64, text: &str) -> Result<()> {
        let post = &mut self.posts[number];
        ensure!(post.text == text, "message {number} was acknowledged with another text: {text}");
        match post.acked {
            Some((_, known)) => ensure!(known == id, "message {number} has two ids, {known} and {id}"),
            None => {
                post.acked = Some((Instant::now(), id));
                self.acked += 1;
            }
        }
        Ok(())
    }

    /// A receiver got this at this place in its own order. True, and counted, if it is to the byte what
    /// others got there; else it is to be read.
    pub fn receive(&mut self, place: usize, bytes: &[u8]) -> bool {
        let Some(arrival) = self.arrivals.get_mut(place).filter(|arrival| arrival.bytes == bytes) else { return false };
        arrival.receivers += 1;
        if arrival.receivers == self.receivers {
            arrival.last = Instant::now();
            while self.arrivals.get(self.complete).is_some_and(|next| next.receivers >= self.receivers) {
                self.complete += 1;
            }
        }
        true
    }

    /// Enters the next message that has arrived, as read from its frame.
    ///
    /// # Errors
    /// We never sent it, it has arrived before, or others got something else at this place.
    pub fn arrive(&mut self, place: usize, bytes: &[u8], id: i64, text: &str) -> Result<()> {
        if let Some(known) = self.arrivals.get(place) {
            let (known, other) = (String::from_utf8_lossy(&known.bytes), String::from_utf8_lossy(bytes));
            bail!("two receivers got different things at one place:\n{known}\n{other}");
        }
        ensure!(place == self.arrivals.len(), "a receiver is ahead of everybody: messages are missing before this one");
        let number = self.number_of(text).with_context(|| format!("a message that nobody sent: {text}"))?;
        let post = &mut self.posts[number];
        ensure!(post.text == text, "message {number} arrived with another text: {text}");
        ensure!(post.place.is_none(), "message {number} arrived twice");
        post.place = Some(self.arrivals.len());
        let arrival = Arrival { bytes: bytes.to_vec(), id, number, receivers: 0, last: Instant::now() };
        self.arrivals.push(arrival);
        Ok(())
    }

    /// The number of the message with this text.
    pub fn number_of(&self, text: &str) -> Option<usize> {
        let number: usize = text.strip_prefix(&self.tag)?.split_whitespace().next()?.parse().ok()?;
        (number < self.posts.len()).then_some(number)
    }

    /// Milliseconds from sending to the arrival at the last receiver, of the messages from this number on.
    pub fn delivery_ms(&self, from: usize) -> Vec<f64> {
        let ms = |post: &Post| Some(millis(self.arrivals[post.place?].last.duration_since(post.sent)));
        self.posts[from..].iter().filter_map(ms).collect()
    }

    /// Milliseconds from sending to the acknowledgement, of the messages from this number on.
    pub fn ack_ms(&self, from: usize) -> Vec<f64> {
        self.posts[from..].iter().filter_map(|post| Some(millis(post.acked?.0.duration_since(post.sent)))).collect()
    }

    /// Compares with what the database holds: every acknowledged message once, under the id that was
    /// acknowledged, and nothing that we did not send.
    ///
    /// # Errors
    /// The first difference.
    pub fn audit(&self, stored: &[(i64, String)]) -> Result<()> {
        let mut ids: HashMap<usize, i64> = HashMap::new();
        for (id, text) in stored {
            let number = self.number_of(text).with_context(|| format!("the database has what nobody sent: {text}"))?;
            ensure!(self.posts[number].text == *text, "the database has message {number} with another text");
            ensure!(ids.insert(number, *id).is_none(), "the database has message {number} twice");
        }
        for (number, post) in self.posts.iter().enumerate() {
            let Some((_, id)) = post.acked else { continue };
            match ids.get(&number) {
                Some(stored) => ensure!(*stored == id, "message {number} has another id in the database"),
                None => bail!("message {number} was acknowledged and is not in the database"),
            }
        }
        for arrival in &self.arrivals {
            ensure!(
                ids.get(&arrival.number) == Some(&arrival.id),
                "message {} arrived with another id",
                arrival.number
            );
        }
        Ok(())
    }

    /// Compares the order of arrival with the database's.
    ///
    /// # Errors
    /// They differ.
    pub fn audit_order(&self, stored: &[(i64, String)]) -> Result<()> {
        let order: Vec<i64> = stored.iter().map(|(id, _)| *id).collect();
        let arrived: Vec<i64> = self.arrivals.iter().map(|arrival| arrival.id).collect();
        ensure!(order.starts_with(&arrived), "messages arrived in another order than the database has them in");
        Ok(())
    }
}

fn millis(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two receivers, and so many messages that both have and the server acknowledged.
    fn delivered(messages: usize) -> (Book, Vec<(i64, String)>) {
        let mut book = Book::new(2);
        let mut stored = Vec::new();
        for place in 0..messages {
            let number = book.write(Instant::now());
            let text = book.post(number).text.clone();
            let id = 100 + number as i64;
            assert!(!book.receive(place, text.as_bytes()));
            book.arrive(place, text.as_bytes(), id, &text).unwrap();
            assert!(book.receive(place, text.as_bytes()));
            assert!(!book.settled());
            assert!(book.receive(place, text.as_bytes()));
            book.ack(number, id, &text).unwrap();
            stored.push((id, text));
        }
        (book, stored)
    }

    #[test]
    fn a_whole_account_passes() {
        let (book, stored) = delivered(3);
        assert!(book.settled());
        assert_eq!((book.complete(), book.acked(), book.arrived()), (3, 3, 3));
        book.audit(&stored).unwrap();
        book.audit_order(&stored).unwrap();
        assert_eq!(book.delivery_ms(1).len(), 2);
        assert_eq!(book.ack_ms(0).len(), 3);
    }

    #[test]
    fn an_acknowledged_message_that_is_gone_is_noticed() {
        let (book, mut stored) = delivered(3);
        stored.remove(1);
        assert!(book.audit(&stored).unwrap_err().to_string().contains("not in the database"));
    }

    #[test]
    fn a_doubled_message_is_noticed() {
        let (mut book, mut stored) = delivered(2);
        let text = stored[1].1.clone();
        stored.push((200, text.clone()));
        assert!(book.audit(&stored).unwrap_err().to_string().contains("twice"));
        assert!(book.arrive(2, b"again", 101, &text).unwrap_err().to_string().contains("twice"));
    }

    #[test]
    fn another_order_than_the_database_s_is_noticed() {
        let (book, mut stored) = delivered(2);
        stored.swap(0, 1);
        book.audit(&stored).unwrap();
        assert!(book.audit_order(&stored).is_err());
    }

    #[test]
    fn a_stranger_s_message_is_noticed() {
        let (mut book, mut stored) = delivered(1);
        assert!(book.arrive(1, b"x", 1, "who are you").is_err());
        stored.push((101, "who are you".into()));
        assert!(book.audit(&stored).is_err());
    }

    #[test]
    fn receivers_that_differ_or_miss_something_are_noticed() {
        let (mut book, _) = delivered(1);
        let next = book.write(Instant::now());
        let text = book.post(next).text.clone();
        for (place, complaint) in [(0, "different things"), (2, "missing")] {
            assert!(!book.receive(place, text.as_bytes()));
            assert!(book.arrive(place, text.as_bytes(), 9, &text).unwrap_err().to_string().contains(complaint));
        }
    }
}
