//! What is done in the demo with what was said.

use super::lines::Place;

/// Something done with a message.
pub(super) struct Deed {
    /// Minutes before now.
    pub(super) ago: i64,
    pub(super) who: &'static str,
    pub(super) place: Place,
    /// Which of the messages there, from 1, threads of rooms left out.
    pub(super) nth: usize,
    pub(super) what: What,
}

/// What is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// An emoji is put under it.
    Reacts(&'static str),
    /// It is pinned.
    Pins,
    /// Its author gives it this text.
    Edits(&'static str),
}

const GENERAL: Place = Place::Room("General");
const ENGINEERING: Place = Place::Room("Engineering");
const LAUNCH: Place = Place::Room("Launch");

const fn deed(ago: i64, who: &'static str, place: Place, nth: usize, what: What) -> Deed {
    Deed { ago, who, place, nth, what }
}

pub(super) const DEEDS: &[Deed] = &[
    deed(1494, "yuki", ENGINEERING, 5, What::Reacts("🎯")),
    deed(1492, "marcus.chen", ENGINEERING, 5, What::Reacts("🎯")),
    deed(1399, "marcus.chen", GENERAL, 4, What::Pins),
    deed(1398, "priya", GENERAL, 4, What::Reacts("👍")),
    deed(1397, "yuki", GENERAL, 4, What::Reacts("👍")),
    deed(1396, "ben_okafor", GENERAL, 4, What::Reacts("👍")),
    deed(1395, "ana", LAUNCH, 1, What::Pins),
    deed(189, "priya", Place::Task(6), 5, What::Reacts("🎉")),
    deed(188, "ana", Place::Task(6), 5, What::Reacts("🎉")),
    deed(61, "priya", GENERAL, 12, What::Reacts("🎉")),
    deed(60, "ana", GENERAL, 12, What::Reacts("🎉")),
    deed(60, "tomas", GENERAL, 12, What::Reacts("🎉")),
    deed(59, "yuki", GENERAL, 12, What::Reacts("❤️")),
    deed(
        17,
        "ben_okafor",
        GENERAL,
        15,
        What::Edits("@ana the harbour office rang: who is on call on Thursday? I said you would tell them by noon."),
    ),
    deed(10, "ana", LAUNCH, 10, What::Reacts("👀")),
    deed(9, "marcus.chen", LAUNCH, 10, What::Reacts("😍")),
    deed(8, "yuki", LAUNCH, 10, What::Reacts("😍")),
];
