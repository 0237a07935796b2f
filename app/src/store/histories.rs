//! Random histories: the pages of two people and a simple model of a server, over wires that lose,
//! double and reorder. Whatever happened, at the end every page shows what the server has, and
//! everything that was written is there once.
//!
//! A seed that fails is kept by proptest in `proptest-regressions` and tried first ever after.

mod page;
mod server;
mod world;

use proptest::prelude::*;
use protocol::{Message, MessageId, RoomId, Stream, page::Clock};
use uuid::Uuid;

use world::World;

const ROOM: Stream = Stream::Room(RoomId(1));
const PAGES: usize = 2;
/// Rows of a page of history here, and rows that a page keeps: few, so that there is something beyond.
const ROWS: usize = 3;
const WINDOW: usize = 5;

/// One thing that happens. The first number says on whose page.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody writes a message.
    Write(usize),
    /// The next letter reaches the server; its answer is on its way.
    Post(usize),
    /// The server refuses the next letter.
    Refuse(usize),
    /// The answer arrives, or is lost.
    Answer(usize, bool),
    /// Letters that were refused are sent again.
    Retry(usize),
    /// The next frame arrives.
    Deliver(usize),
    /// The next frame is lost, if it is one that the server says more than once.
    Lose(usize),
    /// The next frame will arrive twice.
    Double(usize),
    /// The next two frames change places.
    Swap(usize),
    /// The socket is lost.
    Cut(usize),
    /// The socket is made again.
    Connect(usize),
    /// A page that must load its content asks for it.
    Ask(usize),
    /// The content that was asked for first, or last, arrives.
    Load(usize, bool),
    /// The page is closed and opened anew.
    Reload(usize),
    /// A page asks for the rows beyond its oldest, or its newest.
    More(usize, bool),
    /// They arrive, or don't.
    Came(usize, bool),
    /// A message is deleted.
    Delete(usize),
    /// A message is given another text.
    Edit(usize),
    /// Somebody is removed from the room, or let in again.
    Kick(usize),
    /// The log forgets its oldest events.
    Trim,
    /// The server is restored: another epoch, other numbers.
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = || 0..PAGES;
    let index = || prop_oneof![0..40_usize, 0..3_usize];
    let step = prop_oneof![
        6 => page().prop_map(Step::Write),
        6 => page().prop_map(Step::Post),
        1 => page().prop_map(Step::Refuse),
        6 => (page(), any::<bool>()).prop_map(|(page, arrives)| Step::Answer(page, arrives)),
        1 => page().prop_map(Step::Retry),
        12 => page().prop_map(Step::Deliver),
        2 => page().prop_map(Step::Lose),
        2 => page().prop_map(Step::Double),
        2 => page().prop_map(Step::Swap),
        2 => page().prop_map(Step::Cut),
        5 => page().prop_map(Step::Connect),
        4 => page().prop_map(Step::Ask),
        4 => (page(), any::<bool>()).prop_map(|(page, first)| Step::Load(page, first)),
        1 => page().prop_map(Step::Reload),
        6 => (page(), prop::bool::weighted(0.8)).prop_map(|(page, older)| Step::More(page, older)),
        3 => (page(), prop::bool::weighted(0.9)).prop_map(|(page, arrives)| Step::Came(page, arrives)),
        3 => index().prop_map(Step::Delete),
        3 => index().prop_map(Step::Edit),
        1 => page().prop_map(Step::Kick),
        1 => Just(Step::Trim),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 0..120)
}

fn said(message: &Message) -> (i64, Uuid, bool, String) {
    (message.n, message.client_id, message.deleted, message.source.clone())
}

fn clock(_: i64) -> Clock {
    Clock { day: "2026-11-23".into(), day_text: "Monday".into(), time: "09:00".into() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn after_any_history_every_page_shows_what_the_server_has_and_nothing_is_lost_or_doubled(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.heal();
        world.check()?;
    }
}

#[test]
fn the_model_notices_a_message_that_is_doubled() {
    let mut world = World::new();
    world.take(&Step::Write(0));
    world.heal();
    let mut again = world.server.messages[0].clone();
    (again.n, again.id, again.client_id) = (2, MessageId(102), Uuid::from_u128(99));
    world.server.messages.push(again);
    assert!(world.check().is_err());
}
