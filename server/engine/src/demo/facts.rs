//! What the demo's tasks have besides their text: who does them, by when, and what they are about.

use protocol::{Colour, Priority};

/// What a task of the first board has.
pub(super) struct Fact {
    /// Its number.
    pub(super) task: i64,
    /// Minutes before now when all of it was set, by the first board's owner.
    pub(super) ago: i64,
    pub(super) labels: &'static [&'static str],
    pub(super) assignees: &'static [&'static str],
    /// Days from today.
    pub(super) due: Option<i32>,
    pub(super) priority: Option<Priority>,
    pub(super) progress: i64,
    /// What is to be done, whether it is, and who shall do it.
    pub(super) checklist: &'static [(&'static str, bool, Option<&'static str>)],
}

/// The labels of the first board.
pub(super) const LABELS: &[(&str, Colour)] = &[
    ("Accessibility", Colour::Purple),
    ("App", Colour::Blue),
    ("Bug", Colour::Red),
    ("Design", Colour::Pink),
    ("Launch", Colour::Green),
    ("Legal", Colour::Grey),
    ("Ticket service", Colour::Orange),
];

const PLAIN: Fact =
    Fact { task: 0, ago: 1_440, labels: &[], assignees: &[], due: None, priority: None, progress: 0, checklist: &[] };

pub(super) const FACTS: &[Fact] = &[
    Fact { task: 1, ago: 16_800, labels: &["Ticket service"], assignees: &["ana"], progress: 100, ..PLAIN },
    Fact {
        task: 2,
        ago: 16_600,
        labels: &["App"],
        assignees: &["tomas", "yuki"],
        due: Some(-4),
        progress: 100,
        ..PLAIN
    },
    Fact { task: 3, ago: 15_700, labels: &["Design"], assignees: &["priya"], progress: 100, ..PLAIN },
    Fact { task: 4, ago: 12_950, labels: &["Ticket service"], assignees: &["marcus.chen"], progress: 100, ..PLAIN },
    Fact { task: 5, ago: 12_800, labels: &["Legal", "Launch"], due: Some(-2), progress: 100, ..PLAIN },
    Fact {
        task: 6,
        ago: 10_100,
        labels: &["Accessibility", "App", "Bug"],
        assignees: &["priya", "yuki"],
        due: Some(1),
        priority: Some(Priority::Urgent),
        progress: 75,
        checklist: &[
            ("Measure the code on the five smallest phones", true, Some("priya")),
            ("Full brightness while the ticket is shown", true, Some("yuki")),
            ("Try it at the second pier, in the sun", true, None),
            ("Answer the letter", false, Some("priya")),
        ],
    },
    Fact {
        task: 7,
        ago: 10_000,
        labels: &["App", "Ticket service"],
        assignees: &["marcus.chen", "priya"],
        due: Some(-1),
        priority: Some(Priority::High),
        progress: 50,
        checklist: &[
            ("The rules in words that fit on one screen", true, Some("priya")),
            ("Ask once more before it is final", true, None),
            ("Vouchers that come back with their old date", false, Some("marcus.chen")),
            ("Groups: all or nobody", false, None),
        ],
    },
    Fact { task: 8, ago: 5_750, labels: &["Launch"], assignees: &["ana"], due: Some(2), ..PLAIN },
    Fact { task: 9, ago: 5_650, labels: &["Ticket service"], assignees: &["tomas"], due: Some(9), ..PLAIN },
    Fact { task: 10, ago: 2_850, labels: &["Bug"], assignees: &["yuki"], priority: Some(Priority::High), ..PLAIN },
    Fact { task: 11, ago: 2_750, labels: &["Accessibility", "Design"], ..PLAIN },
    Fact { task: 12, ago: 2_650, labels: &["App"], priority: Some(Priority::Low), ..PLAIN },
    Fact { task: 13, ago: 1_750, labels: &["Design", "Launch"], assignees: &["priya"], due: Some(0), ..PLAIN },
    Fact { task: 14, ago: 1_650, labels: &["Launch"], assignees: &["ben_okafor", "ana"], due: Some(2), ..PLAIN },
];
