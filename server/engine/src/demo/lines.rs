//! What is said in the demo, in the order of time.

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In the room of that name.
    Room(&'static str),
    /// On the task of that number, on the first board.
    Task(i64),
}

/// Something said.
pub(super) struct Line {
    /// Minutes before now.
    pub(super) ago: i64,
    pub(super) who: &'static str,
    pub(super) place: Place,
    /// Which of the messages there it replies to, from 1; in a room in the thread under that.
    pub(super) replies_to: Option<usize>,
    /// Which of the messages there it quotes, from 1.
    pub(super) quotes: Option<usize>,
    pub(super) text: &'static str,
}

const GENERAL: Place = Place::Room("General");
const ENGINEERING: Place = Place::Room("Engineering");
const LAUNCH: Place = Place::Room("Launch");
const BUDGET: Place = Place::Room("Budget");
const BOXES: Place = Place::Room("Boxes");

const fn say(ago: i64, who: &'static str, place: Place, text: &'static str) -> Line {
    Line { ago, who, place, replies_to: None, quotes: None, text }
}

const fn reply(ago: i64, who: &'static str, task: i64, nth: usize, text: &'static str) -> Line {
    Line { ago, who, place: Place::Task(task), replies_to: Some(nth), quotes: None, text }
}

/// In the thread under the `nth` message of a room.
const fn thread(ago: i64, who: &'static str, place: Place, nth: usize, text: &'static str) -> Line {
    Line { ago, who, place, replies_to: Some(nth), quotes: None, text }
}

/// Quoting the `nth` message of a room.
const fn quote(ago: i64, who: &'static str, place: Place, nth: usize, text: &'static str) -> Line {
    Line { ago, who, place, replies_to: None, quotes: Some(nth), text }
}

pub(super) const LINES: &[Line] = &[
    // Yesterday.
    say(
        1655,
        "priya",
        GENERAL,
        "Good morning! The ferry company's new logo is here. It is **less green** than the old one; I'll change our colours today.",
    ),
    say(1648, "ben_okafor", GENERAL, "Morning. Is that why the tickets looked so pale in yesterday's build?"),
    say(1646, "priya", GENERAL, "No, that was me trying something. It's gone again."),
    say(
        1600,
        "marcus.chen",
        ENGINEERING,
        "The ticket service has been on PostgreSQL 17 since half past six. The old machine stays up until Friday, read-only.",
    ),
    say(1596, "tomas", ENGINEERING, "How long was it down?"),
    say(
        1595,
        "marcus.chen",
        ENGINEERING,
        "Forty seconds. Most of that was me reading the checklist for the third time.",
    ),
    say(
        1502,
        "yuki",
        ENGINEERING,
        "I can reproduce the crash with the clock change:\n\n- set the phone to Lisbon\n- book the 00:30 crossing of 29 March\n- open the ticket\n\nIt closes at once, every time.",
    ),
    say(
        1495,
        "tomas",
        ENGINEERING,
        "That's us adding the length of the crossing to the clock on the wall, and 01:15 doesn't exist that night:\n\n```rust\n// before\nlet arrival = departure.naive_local() + crossing;\n\n// after\nlet arrival = (departure + crossing).with_timezone(&harbour.zone);\n```\n\nThe second one is right on every night of the year.",
    ),
    say(
        1490,
        "marcus.chen",
        ENGINEERING,
        "Nice find, @yuki. Two more places do the same: `fares.rs` and `reminders.rs`.",
    ),
    say(
        1488,
        "tomas",
        Place::Task(10),
        "Three places, not one; the details are in Engineering. I'll mend all of them.",
    ),
    say(1486, "tomas", ENGINEERING, "I'll take all three."),
    say(
        1400,
        "ana",
        GENERAL,
        "Two things for everybody:\n\n1. We release on **Thursday at 10:00**, not on Friday. The harbour office wants a working day behind it.\n2. From tomorrow on nothing goes in that isn't on the list in Launch.\n\nQuestions here, please.",
    ),
    say(
        1396,
        "ana",
        LAUNCH,
        "This is the list for Thursday, and only this:\n\n- [x] tickets without a connection\n- [x] new boarding pass\n- [ ] a code that old phones can show (#6)\n- [ ] giving tickets back (#7)\n- [ ] store screenshots (#13)\n\nEverything else is 2.1.",
    ),
    quote(1393, "tomas", GENERAL, 4, "Does the clock change count? It's small, but it isn't on the list yet."),
    say(1390, "ana", GENERAL, "It counts. Thanks for asking, @tomas."),
    say(1382, "yuki", GENERAL, "Then I need the build by four, else I can't try the crossing at night."),
    say(1380, "tomas", GENERAL, "You'll have it by three."),
    say(1372, "priya", LAUNCH, "For the screenshots I need a build with real names in it, not `Test Testsson`."),
    say(1370, "ana", LAUNCH, "Take the demo account. Its passengers are named after lighthouses, which is quite nice."),
    say(1368, "priya", LAUNCH, "*Ms Kullen to Varberg, one bicycle.* Perfect."),
    say(
        1350,
        "ben_okafor",
        Place::Task(6),
        "Nine letters about it since Monday. All of them phones with a small display, and all in sunlight.",
    ),
    say(
        1330,
        "priya",
        Place::Task(6),
        "Drawing: the code takes the whole width, the words go below it, and the display goes bright by itself while it is shown. What do you think, @tomas?",
    ),
    reply(
        1325,
        "tomas",
        6,
        2,
        "Width and words are an hour's work. Brightness needs a permission on one of the two systems; I'd leave that for 2.1.",
    ),
    reply(1320, "priya", 6, 2, "Fine by me. Width is what matters."),
    say(1310, "ana", Place::Task(7), "What happens with a ticket that was paid with a voucher?"),
    reply(1301, "marcus.chen", 7, 1, "The voucher comes back with its old date. If that is over, it gets 14 days."),
    say(
        1300,
        "ben_okafor",
        BUDGET,
        "The payment provider's invoice is higher than the offer: 0.35 a ticket, and we had agreed on 0.29.",
    ),
    reply(1298, "ana", 7, 1, "Good. Could you put that sentence into the description?"),
    say(1290, "ana", BUDGET, "They count what is given back as sold. I'll call them on Wednesday."),
    say(
        1286,
        "ben_okafor",
        BOXES,
        "Boxes 1 to 14 are packed. Number 9 is the coffee machine, so number 9 travels last.",
    ),
    // Today.
    say(
        240,
        "marcus.chen",
        ENGINEERING,
        "Load test, first run, on the new database:\n\n| people at once | median | slowest of 100 | errors |\n|---:|---:|---:|---:|\n| 500 | 38 ms | 120 ms | 0 |\n| 2,000 | 41 ms | 190 ms | 0 |\n| 8,000 | 95 ms | 1.4 s | 0 |\n\nSaturday morning is about 3,000. I'd call that enough.",
    ),
    say(236, "ana", ENGINEERING, "I'd call it lovely. Does the 1.4 s hurt anybody?"),
    say(
        235,
        "marcus.chen",
        Place::Task(9),
        "First figures are in Engineering. Second run tonight, with the pictures of the boarding passes.",
    ),
    say(
        233,
        "marcus.chen",
        ENGINEERING,
        "Only who buys in the same second as 7,999 others. They see the spinner once.",
    ),
    say(
        230,
        "ben_okafor",
        Place::Task(7),
        "Support would like to see *why* somebody gives a ticket back. A list of four reasons would do.",
    ),
    reply(228, "ana", 9, 1, "Thank you. Please with the summer timetable too, it is twice as long."),
    say(
        205,
        "ben_okafor",
        GENERAL,
        "Support this morning: 14 letters, nine of them \"my code won't scan\". @ana, can that one go to the top?",
    ),
    say(198, "ana", GENERAL, "It has been at the top since yesterday. @priya has a drawing."),
    say(196, "priya", GENERAL, "I have, and it is big."),
    thread(195, "tomas", GENERAL, 9, "Which phones? If they are the old ones, it's the width of the code."),
    thread(194, "ben_okafor", GENERAL, 9, "Seven of nine are older than five years. The other two didn't say."),
    thread(192, "tomas", GENERAL, 9, "Then it's the width. The new pass has it."),
    say(
        190,
        "yuki",
        Place::Task(6),
        "Tried the new one with the oldest phone I own, from 2014. It scans at arm's length.",
    ),
    say(
        180,
        "marcus.chen",
        LAUNCH,
        "The release as I would do it:\n\n1. Thursday 10:00, one phone in twenty\n2. 12:00, a look at crashes and at tickets given back\n3. 13:00, everybody\n\nGoing back means: `tickets.v2` off. No new build, it takes a minute.",
    ),
    thread(178, "tomas", LAUNCH, 5, "Why one in twenty, and not one in ten?"),
    thread(
        176,
        "marcus.chen",
        LAUNCH,
        5,
        "One in twenty is 400 people. That is enough to see a crash, and few enough to ring them all up.",
    ),
    say(171, "ana", LAUNCH, "Good. Who has a hand on that switch at 12:00?"),
    say(169, "ben_okafor", LAUNCH, "I have. I'm at the desk all day anyway."),
    say(
        165,
        "yuki",
        Place::Task(8),
        "I take the five phones and the two tablets. Somebody else should try the slow connection, mine at home is too good.",
    ),
    reply(160, "marcus.chen", 8, 1, "I can do slow. I'll take the train."),
    say(
        150,
        "marcus.chen",
        BUDGET,
        "With the old database gone on Friday we save about 210 a month. That's nearly the difference.",
    ),
    say(
        120,
        "yuki",
        ENGINEERING,
        "The night crossing works now, on all five phones. I'll close it when I have seen it with the summer timetable.",
    ),
    say(95, "priya", BOXES, "Has anybody seen the box with the pens? I labelled it *pens*, with the last pen."),
    say(62, "marcus.chen", GENERAL, "Cake in the kitchen: it's @yuki's birthday! 🎂"),
    say(60, "tomas", GENERAL, "Happy birthday!"),
    say(59, "yuki", GENERAL, "Thank you! There are four pieces left. Three."),
    say(
        44,
        "marcus.chen",
        LAUNCH,
        "@ana I've moved the new certificate of the scanners to Wednesday: the old one would have run out in the middle of step 2. Could you tell the harbour office?",
    ),
    say(41, "yuki", LAUNCH, "That would have been an interesting hour."),
    say(33, "tomas", ENGINEERING, "Does anybody know why `harbours.json` has Ferrol twice?"),
    say(29, "marcus.chen", ENGINEERING, "It has two piers. The second one is only used in July."),
    reply(25, "tomas", 7, 1, "It's in, @ana. The app says it in the same words now."),
    say(
        21,
        "yuki",
        Place::Task(8),
        "Phones: done, all well. The small tablet cuts off the last line of the boarding pass, I'll write that down as a task.",
    ),
    say(18, "ben_okafor", GENERAL, "@ana the harbour office rang: who is on call on Thursday? I said I'd ask."),
    say(
        12,
        "priya",
        LAUNCH,
        "The screenshots are done, in all three languages. Look at number 4. I'm proud of number 4.",
    ),
    say(11, "priya", Place::Task(13), "Done but for one thing: @ana, is the price on number 2 still right?"),
    say(7, "tomas", LAUNCH, "Number 4 is very good, @priya."),
];
