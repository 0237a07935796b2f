//! A board that is to be made, as a file says, cut to what a board can have, with a word on each cut.

use std::collections::BTreeMap;

use protocol::{Colour, Day, Priority, Role, limits};

use super::boardwalk::plain;

/// What shall be made.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) labels: Vec<(String, Colour)>,
    /// By username.
    pub(super) members: Vec<(String, Role)>,
    /// Those of a column in its order.
    pub(super) tasks: Vec<Task>,
    /// Those of a task in the order in which they were made.
    pub(super) comments: Vec<Comment>,
    pub(super) notes: Notes,
    /// Are the usernames of a Boardwalk?
    pub(super) of_boardwalk: bool,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) colour: Option<Colour>,
    pub(super) limit: Option<i64>,
    pub(super) archived: bool,
}

#[derive(Debug, Default)]
pub(super) struct Task {
    pub(super) number: i64,
    /// Of the plan's columns.
    pub(super) column: usize,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) html: String,
    pub(super) due: Option<Day>,
    pub(super) priority: Option<Priority>,
    pub(super) progress: i64,
    /// By username.
    pub(super) assignees: Vec<String>,
    /// Of the plan's labels.
    pub(super) labels: Vec<usize>,
    pub(super) checklist: Vec<Item>,
    pub(super) archived: bool,
    pub(super) at: i64,
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) done: bool,
    pub(super) assignee: Option<Author>,
}

#[derive(Debug)]
pub(super) struct Comment {
    /// Of the plan's tasks.
    pub(super) task: usize,
    /// Of the plan's comments.
    pub(super) reply_to: Option<usize>,
    pub(super) author: Author,
    pub(super) at: i64,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) words: Vec<String>,
}

/// Whose words they were, as the file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Author {
    pub(super) username: Option<String>,
    pub(super) name: Option<String>,
}

impl Author {
    /// The name, of at most as many characters as one of ours.
    pub(super) fn called(&self) -> Option<String> {
        let name = self.name.as_ref().or(self.username.as_ref())?;
        Some(name.chars().filter(|c| !c.is_control()).take(limits::DISPLAY_NAME).collect())
    }
}

/// What does not come over as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Note {
    NameCut,
    Unnamed,
    TitleCut,
    DescriptionCut,
    ItemsMoved,
    ItemCut,
    ItemDates,
    ItemPeople,
    CommentSplit,
    CommentsBeyond,
    LabelsJoined,
    LabelsLeft,
    AssigneesLeft,
    NoList,
    Attachments,
    FilesLeft,
    Starts,
    CustomFields,
    Votes,
    BoardText,
    Orphans,
    Nuls,
}

impl Note {
    fn words(self, n: u64) -> String {
        let are = |one: &str, many: &str| if n == 1 { format!("One {one}") } else { format!("{n} {many}") };
        match self {
            Self::NameCut => are("name was too long and is cut.", "names were too long and are cut."),
            Self::Unnamed => {
                are("thing without a name is called “Untitled”.", "things without a name are called “Untitled”.")
            }
            Self::TitleCut => format!(
                "{} cut; the whole title stands at the head of the description.",
                are("title was too long and is", "titles were too long and are")
            ),
            Self::DescriptionCut => are(
                "description was longer than 64 KB; its end is left out.",
                "descriptions were longer than 64 KB; their ends are left out.",
            ),
            Self::ItemsMoved => format!(
                "{} in the description of the task, since a checklist has at most {}.",
                are("item of a checklist stands", "items of checklists stand"),
                limits::ITEMS
            ),
            Self::ItemCut => {
                are("item of a checklist was too long and is cut.", "items of checklists were too long and are cut.")
            }
            Self::ItemDates => are(
                "item of a checklist had a date of its own, which stands in its text.",
                "items of checklists had dates of their own, which stand in their texts.",
            ),
            Self::ItemPeople => are(
                "item of a checklist was for somebody who was not found, which stands in its text.",
                "items of checklists were for people who were not found, which stands in their texts.",
            ),
            Self::CommentSplit => {
                are("comment was too long and is now several.", "comments were too long and are now several each.")
            }
            Self::CommentsBeyond => are(
                "comment is not in the file: Trello exports the newest 1,000 things done on a board.",
                "comments are not in the file: Trello exports the newest 1,000 things done on a board.",
            ),
            Self::LabelsJoined => {
                are("label was joined with another of its name.", "labels were joined with others of their name.")
            }
            Self::LabelsLeft => {
                format!("{} left out: a board has at most {}.", are("label is", "labels are"), limits::LABELS)
            }
            Self::AssigneesLeft => {
                format!("{} left out: a task has at most {}.", are("assignee is", "assignees are"), limits::ASSIGNEES)
            }
            Self::NoList => are(
                "card is in the archive, since its list is not in the file.",
                "cards are in the archive, since their lists are not in the file.",
            ),
            Self::Attachments => are(
                "attachment is a link in the description of its task.",
                "attachments are links in the descriptions of their tasks.",
            ),
            Self::FilesLeft => are(
                "file of a comment stays where it is; its name is kept.",
                "files of comments stay where they are; their names are kept.",
            ),
            Self::Starts => are("start date is left out.", "start dates are left out."),
            Self::CustomFields => are("custom field is left out.", "custom fields are left out."),
            Self::Votes => are("vote is left out.", "votes are left out."),
            Self::BoardText => "The description of the board is left out.".to_owned(),
            Self::Orphans => are(
                "comment or checklist is left out, since its card is not in the file.",
                "comments and checklists are left out, since their cards are not in the file.",
            ),
            Self::Nuls => are(
                "text had characters (U+0000) that can't be stored and are left out.",
                "texts had characters (U+0000) that can't be stored and are left out.",
            ),
        }
    }
}

/// What was cut or left out, and how often.
#[derive(Debug, Default)]
pub(super) struct Notes(BTreeMap<Note, u64>);

impl Notes {
    pub(super) fn add(&mut self, note: Note, times: usize) {
        if times > 0 {
            *self.0.entry(note).or_default() += times as u64;
        }
    }

    /// Each in a sentence.
    pub(super) fn words(&self) -> Vec<String> {
        self.0.iter().map(|(note, times)| note.words(*times)).collect()
    }

    /// A text without what can't be stored.
    fn clean(&mut self, text: &str) -> String {
        if text.contains('\0') {
            self.add(Note::Nuls, 1);
        }
        text.replace('\0', "").replace("\r\n", "\n")
    }

    /// A name on one line, of at most so many characters.
    pub(super) fn name(&mut self, text: &str, most: usize) -> String {
        let name = self.clean(text);
        let name = name.trim();
        if name.is_empty() {
            self.add(Note::Unnamed, 1);
            return "Untitled".to_owned();
        }
        self.cut(Note::NameCut, name, most)
    }

    fn cut(&mut self, note: Note, text: &str, most: usize) -> String {
        if text.chars().count() <= most {
            return text.to_owned();
        }
        self.add(note, 1);
        text.chars().take(most - 1).chain(['…']).collect()
    }

    /// The title and the description of a task. What does not fit into the title is not lost.
    pub(super) fn title(&mut self, title: &str, description: &str) -> (String, String) {
        let (whole, mut description) = (self.clean(title), self.clean(description));
        let whole = whole.trim();
        if whole.is_empty() {
            return (self.name(whole, limits::TASK_TITLE), self.description(description));
        }
        let title = self.cut(Note::TitleCut, whole, limits::TASK_TITLE);
        if title != whole {
            description = format!("{whole}\n\n{description}");
        }
        (title, self.description(description))
    }

    fn description(&mut self, mut text: String) -> String {
        if text.len() > limits::DESCRIPTION_BYTES {
            self.add(Note::DescriptionCut, 1);
            text.truncate(text.floor_char_boundary(limits::DESCRIPTION_BYTES));
        }
        text
    }

    /// A checklist; what is too much for one is put below the description, ticks and people and all.
    pub(super) fn checklist(&mut self, items: Vec<Item>, description: &mut String) -> Vec<Item> {
        let mut fitted: Vec<Item> = Vec::new();
        let mut moved = String::new();
        for Item { text, done, assignee } in items {
            let text = self.clean(&text);
            let text = text.trim();
            if fitted.len() < limits::ITEMS as usize {
                let text = if text.is_empty() {
                    self.name(text, limits::ITEM)
                } else {
                    self.cut(Note::ItemCut, text, limits::ITEM)
                };
                fitted.push(Item { text, done, assignee });
            } else {
                self.add(Note::ItemsMoved, 1);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let who = assignee.and_then(|who| who.called()).map(|name| format!(" ({})", plain(&name)));
                moved.push_str(&format!("\n- [{}] {text}{}", if done { 'x' } else { ' ' }, who.unwrap_or_default()));
            }
        }
        if !moved.is_empty() {
            *description = self.description(format!("{description}\n{moved}"));
        }
        fitted
    }

    /// Puts who shall do an item into its text, since they can't be told otherwise.
    pub(super) fn name_in_text(&mut self, item: &mut Item) {
        let Some(name) = item.assignee.take().and_then(|who| who.called()) else { return };
        self.add(Note::ItemPeople, 1);
        let text = self.cut(Note::ItemCut, &item.text, limits::ITEM - name.chars().count() - 3);
        item.text = format!("{text} ({name})");
    }

    /// A comment as one or several that are not too long, each with room for who said it.
    pub(super) fn comment(&mut self, text: &str) -> Vec<String> {
        const ROOM: usize = 400;
        let text = self.clean(text);
        let letters: Vec<char> = text.trim().chars().collect();
        let parts: Vec<String> = letters
            .chunks(limits::MESSAGE - ROOM)
            .map(|part| part.iter().collect::<String>().trim().to_owned())
            .collect();
        if parts.len() > 1 {
            self.add(Note::CommentSplit, 1);
        }
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    }

    /// People of a task, each once.
    pub(super) fn assignees(&mut self, names: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut people: Vec<String> = Vec::new();
        for name in names {
            if !people.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                people.push(name);
            }
        }
        self.add(Note::AssigneesLeft, people.len().saturating_sub(limits::ASSIGNEES));
        people.truncate(limits::ASSIGNEES);
        people
    }
}
