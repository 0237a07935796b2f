//! The words of the templates.

use protocol::{
    Colour::{Blue, Green, Grey, Orange, Pink, Purple, Red, Teal, Yellow},
    Priority,
};

use super::{Plan, Starter};

pub(super) static PLAIN: Plan =
    Plan { columns: &[("To do", None, None), ("Doing", None, None), ("Done", None, None)], labels: &[], tasks: &[] };

pub(super) static SOFTWARE: Plan = Plan {
    columns: &[
        ("Backlog", None, None),
        ("Next", Some(Blue), Some(8)),
        ("In progress", Some(Yellow), Some(4)),
        ("Review", Some(Purple), Some(4)),
        ("Done", Some(Green), None),
    ],
    labels: &[("Bug", Red), ("Feature", Blue), ("Chore", Grey), ("Design", Pink)],
    tasks: &[
        Starter {
            column: 1,
            title: "How this board works",
            description: "Work goes from left to right, and is pulled, not pushed: who has room takes the topmost card of \
                the column before.\n\n\
                - **Backlog**: everything that might be done, the most important on top\n\
                - **Next**: what is clear enough to begin\n\
                - **In progress** and **Review** have a limit. Above it, finish something before you begin another.\n\
                - **Done**: it is where its users are\n\n\
                Delete this card when everybody has read it.",
            labels: &[],
            priority: None,
            checklist: &[],
        },
        Starter {
            column: 0,
            title: "A bug, as an example",
            description: "**What happens**\n\nThe list is empty after a search for `é`.\n\n\
                **What should happen**\n\nWhatever has an *e* is found.\n\n\
                **How to see it**\n\n1. Open the list\n2. Type `é`",
            labels: &[0],
            priority: Some(Priority::High),
            checklist: &["A test that shows it", "The fix", "Tell who reported it"],
        },
        Starter {
            column: 0,
            title: "A feature, as an example",
            description: "As somebody who comes back after a holiday I want to see what concerns me, so that I need not \
                read everything.\n\n\
                It is done when:\n\n\
                - [ ] mentions come first\n\
                - [ ] it works on a phone\n\
                - [ ] it is in the release notes",
            labels: &[1],
            priority: None,
            checklist: &[],
        },
    ],
};

pub(super) static EDITORIAL: Plan = Plan {
    columns: &[
        ("Ideas", None, None),
        ("Writing", Some(Yellow), Some(5)),
        ("Editing", Some(Purple), Some(3)),
        ("Ready", Some(Blue), None),
        ("Published", Some(Green), None),
    ],
    labels: &[("Article", Blue), ("Newsletter", Teal), ("Social", Pink), ("Interview", Orange)],
    tasks: &[
        Starter {
            column: 0,
            title: "How this board works",
            description: "Every text is a card, from the first idea on. Its **due date** is the day on which it appears, \
                and who is **assigned** writes it, later edits it.\n\n\
                Say in the comments what changed between two versions: whoever takes over reads it there.",
            labels: &[],
            priority: None,
            checklist: &[],
        },
        Starter {
            column: 0,
            title: "An article, as an example",
            description: "> What does the reader know at the end that they did not know before?\n\n\
                Sources, pictures and people to ask go here.",
            labels: &[0],
            priority: None,
            checklist: &["First draft", "Facts checked", "Headline and teaser", "Picture and its rights", "Proofread"],
        },
        Starter {
            column: 1,
            title: "The next newsletter",
            description: "Three things, none of them longer than a screen.",
            labels: &[1],
            priority: None,
            checklist: &["Choose three things", "Write", "Send it to ourselves", "Send it"],
        },
    ],
};

pub(super) static EVENT: Plan = Plan {
    columns: &[
        ("To arrange", None, None),
        ("Waiting for an answer", Some(Orange), None),
        ("Arranged", Some(Blue), None),
        ("Done", Some(Green), None),
    ],
    labels: &[("Place", Blue), ("Guests", Pink), ("Food", Orange), ("Money", Green), ("Press", Purple)],
    tasks: &[
        Starter {
            column: 0,
            title: "Book the place",
            description: "Ask for three offers before you decide.",
            labels: &[0],
            priority: Some(Priority::Urgent),
            checklist: &[
                "How many people fit in",
                "Price, and what is in it",
                "Until when it can be called off",
                "Signed",
            ],
        },
        Starter {
            column: 0,
            title: "Invite the guests",
            description: "Who has answered stands in the comments.",
            labels: &[1],
            priority: Some(Priority::High),
            checklist: &["List of guests", "Text of the invitation", "Sent", "Reminded"],
        },
        Starter {
            column: 0,
            title: "Plan the money",
            description: "| what | planned | paid |\n|---|---:|---:|\n| place | | |\n| food | | |\n| printing | | |",
            labels: &[3],
            priority: None,
            checklist: &[],
        },
        Starter {
            column: 0,
            title: "The day itself",
            description: "Who is where, and when. Everybody has this page open on their phone.\n\n\
                - [ ] 08:00 keys\n\
                - [ ] 09:00 tables and chairs\n\
                - [ ] 10:00 doors open\n\
                - [ ] 18:00 all is clean",
            labels: &[],
            priority: None,
            checklist: &[],
        },
    ],
};
