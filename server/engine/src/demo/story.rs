//! The people, boards, rooms and tasks of the demo.

use protocol::{Colour, Role};

/// Minutes before now when it begins: twelve days.
pub(super) const BEGIN: i64 = 12 * 24 * 60;

/// A board to be made.
pub(super) struct Board {
    pub(super) name: &'static str,
    pub(super) owner: &'static str,
    pub(super) members: &'static [(&'static str, Role)],
    pub(super) rooms: &'static [Room],
    pub(super) tasks: &'static [Task],
}

/// A room to be made, by the first of its members.
pub(super) struct Room {
    pub(super) name: &'static str,
    pub(super) topic: &'static str,
    pub(super) private: bool,
    pub(super) members: &'static [&'static str],
}

/// A task to be made.
pub(super) struct Task {
    /// Minutes before now.
    pub(super) ago: i64,
    pub(super) author: &'static str,
    /// Which of the columns, from 0.
    pub(super) column: usize,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
}

/// The colours and limits of a board's columns.
pub(super) const COLUMNS: [(Colour, Option<i64>); 3] =
    [(Colour::Grey, None), (Colour::Blue, Some(3)), (Colour::Green, None)];

/// Username and display name; the first is the one to sign in as.
pub(super) const PEOPLE: &[(&str, &str)] = &[
    ("ana", "Ana Lindqvist"),
    ("marcus.chen", "Marcus Chen"),
    ("priya", "Priya Raman"),
    ("tomas", "Tomás Ortega"),
    ("yuki", "Yuki Tanaka"),
    ("ben_okafor", "Ben Okafor"),
    ("zoe-m", "Zoë Müller"),
];

const EVERYBODY: &[&str] = &["ana", "marcus.chen", "priya", "tomas", "yuki", "ben_okafor", "zoe-m"];

pub(super) const BOARDS: &[Board] = &[
    Board {
        name: "Ferry app 2.0",
        owner: "ana",
        members: &[
            ("marcus.chen", Role::Owner),
            ("priya", Role::Member),
            ("tomas", Role::Member),
            ("yuki", Role::Member),
            ("ben_okafor", Role::Member),
            ("zoe-m", Role::Viewer),
        ],
        rooms: &[
            Room { name: "General", topic: "What concerns everybody", private: false, members: EVERYBODY },
            Room {
                name: "Engineering",
                topic: "App, ticket service, scanners",
                private: false,
                members: &["marcus.chen", "ana", "tomas", "yuki"],
            },
            Room {
                name: "Launch",
                topic: "Everything for Thursday, and nothing else",
                private: false,
                members: EVERYBODY,
            },
            Room {
                name: "Budget",
                topic: "Offers and invoices",
                private: true,
                members: &["ana", "marcus.chen", "ben_okafor"],
            },
        ],
        tasks: TASKS,
    },
    Board {
        name: "Office move",
        owner: "ben_okafor",
        members: &[("ana", Role::Member), ("priya", Role::Member), ("yuki", Role::Member)],
        rooms: &[Room {
            name: "Boxes",
            topic: "What is in which one",
            private: false,
            members: &["ben_okafor", "ana", "priya", "yuki"],
        }],
        tasks: &[
            Task { ago: 9_900, author: "ben_okafor", column: 2, title: "Sign the lease", description: "" },
            Task {
                ago: 9_890,
                author: "ben_okafor",
                column: 1,
                title: "Find out what the plants need",
                description: "Two of them don't like draught. Nobody knows which two.",
            },
            Task {
                ago: 7_000,
                author: "priya",
                column: 0,
                title: "Draw where the desks go",
                description: "- windows to the left\n- whiteboard where *everybody* can see it\n- the printer far away",
            },
            Task { ago: 6_990, author: "yuki", column: 0, title: "Tell the post office", description: "" },
        ],
    },
];

const TASKS: &[Task] = &[
    Task {
        ago: 16_900,
        author: "ana",
        column: 2,
        title: "Choose a payment provider",
        description: "We compared three. The decision, and why, is in the minutes of the 9th.",
    },
    Task {
        ago: 16_700,
        author: "tomas",
        column: 2,
        title: "Timetable and tickets without a connection",
        description: "Half of the way there is no network at all. Whoever has opened the app once that day must be able to \
                      show their ticket.\n\n- [x] timetable of the next seven days\n- [x] tickets, with their codes\n- [x] say \
                      how old it is, in words",
    },
    Task {
        ago: 15_800,
        author: "priya",
        column: 2,
        title: "Redraw the boarding pass",
        description: "One glance must be enough for the person at the gate: **who, where, when**, and the code. Everything \
                      else goes below.",
    },
    Task {
        ago: 13_000,
        author: "marcus.chen",
        column: 2,
        title: "Move the ticket service to PostgreSQL 17",
        description: "Plan:\n\n1. replica on the new machine\n2. read-only for a minute, early in the morning\n3. switch, look, \
                      breathe\n\nThe old machine stays up for three days.",
    },
    Task {
        ago: 12_900,
        author: "ana",
        column: 2,
        title: "Privacy notice in three languages",
        description: "@zoe-m has checked the German one, @tomas the Spanish one.",
    },
    Task {
        ago: 10_200,
        author: "ben_okafor",
        column: 1,
        title: "Code is too small on old phones",
        description: "The scanners at the second pier need about 3 cm. On a small display our code is 2.1 cm wide.\n\n> I stood \
                      there for five minutes while everybody walked past me.\n\nThat is from a letter. It is not the only one.",
    },
    Task {
        ago: 10_100,
        author: "ana",
        column: 1,
        title: "Give a ticket back in the app",
        description: "People write to support to give a ticket back. The app should do it.\n\n**Rules**\n\n- up to two hours \
                      before departure: the whole price\n- later: nothing, but the ticket can be moved to another \
                      crossing\n- groups: only all together\n- paid with a voucher: the voucher comes back with its old date; \
                      if that is over, with 14 days\n\nThe service can do it already:\n\n```json\n{\n  \"ticket\": \
                      \"K7-2210\",\n  \"reason\": \"missed the bus\",\n  \"refund\": { \"amount\": 1850, \"currency\": \"EUR\" \
                      }\n}\n```\n\n@marcus.chen knows the details, @priya has the screens.",
    },
    Task {
        ago: 5_800,
        author: "ana",
        column: 1,
        title: "Release checklist",
        description: "- [x] version number and release notes\n- [x] privacy notice in three languages\n- [ ] five phones, two \
                      tablets\n- [ ] a slow connection\n- [ ] scanners at both piers\n- [ ] who is on call on \
                      Thursday\n\nWhoever does one ticks it off here.",
    },
    Task {
        ago: 5_700,
        author: "ana",
        column: 1,
        title: "Load test for Saturday morning",
        description: "On the first Saturday of the holidays 3,000 people buy within ten minutes. What we want to know:\n\n| \
                      question | good enough |\n|---|---|\n| slowest purchase of a hundred | 1 s |\n| errors | none |\n| double \
                      tickets | none, ever |",
    },
    Task {
        ago: 2_900,
        author: "yuki",
        column: 0,
        title: "Crash when the clock changes during a crossing",
        description: "Lisbon, the 00:30 crossing in the night of 29 March. Opening the ticket closes the app.",
    },
    Task {
        ago: 2_800,
        author: "priya",
        column: 0,
        title: "Dark colours for the map",
        description: "Land, water, piers and the route. The water must not be black: people took it for *closed*.",
    },
    Task {
        ago: 2_700,
        author: "tomas",
        column: 0,
        title: "Names for saved routes",
        description: "\"Home\" and \"Grandma\" rather than `FER-02 → COR-01`.",
    },
    Task {
        ago: 1_800,
        author: "priya",
        column: 0,
        title: "Screenshots for both app stores",
        description: "Five each, in three languages, on a phone and on a tablet.",
    },
    Task {
        ago: 1_700,
        author: "ben_okafor",
        column: 0,
        title: "Questions of the harbour office",
        description: "1. Who is on call on Thursday?\n2. Does a paper ticket still work? (Yes.)\n3. May they have the posters in \
                      A2?",
    },
];
