//! A task's title and description, which two people may edit at the same time.

use serde::{Deserialize, Serialize};

use crate::Task;

/// What a task says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskText {
    /// Its title.
    pub title: String,
    /// Its description, Markdown.
    pub description: String,
}

/// Two edits that began from one text, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Of each field what was changed. Where both changed it, mine.
    pub text: TaskText,
    /// Did both change the title, each to something else?
    pub title_clashes: bool,
    /// The same of the description.
    pub description_clashes: bool,
}

impl TaskText {
    /// What `task` says.
    pub fn of(task: &Task) -> Self {
        Self { title: task.card.title.clone(), description: task.description.clone() }
    }

    /// What I made of this text, put together with what somebody else made of it.
    pub fn merged(&self, mine: &Self, theirs: &Self) -> Merged {
        let (title, title_clashes) = merged(&self.title, &mine.title, &theirs.title);
        let (description, description_clashes) = merged(&self.description, &mine.description, &theirs.description);
        Merged { text: Self { title, description }, title_clashes, description_clashes }
    }
}

impl Merged {
    /// Is there a field that both changed?
    pub fn clashes(&self) -> bool {
        self.title_clashes || self.description_clashes
    }
}

fn merged(before: &str, mine: &str, theirs: &str) -> (String, bool) {
    // A title is stored without the spaces around it.
    let same = |a: &str, b: &str| a.trim() == b.trim();
    if same(mine, before) {
        (theirs.to_owned(), false)
    } else {
        (mine.to_owned(), !same(theirs, before) && !same(theirs, mine))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str, description: &str) -> TaskText {
        TaskText { title: title.to_owned(), description: description.to_owned() }
    }

    #[test]
    fn edits_of_one_text_are_put_together_field_by_field() {
        let before = text("Hall", "For 80");
        let check = |mine: TaskText, theirs: TaskText, expected: TaskText, clashes: (bool, bool)| {
            let merged = before.merged(&mine, &theirs);
            assert_eq!(
                (&merged.text, (merged.title_clashes, merged.description_clashes)),
                (&expected, clashes),
                "{mine:?} and {theirs:?}"
            );
            assert_eq!(merged.clashes(), clashes.0 || clashes.1);
        };
        check(text("Hall", "For 90"), text("Big hall", "For 80"), text("Big hall", "For 90"), (false, false));
        check(text("Big hall", "For 80"), text("Hall", "For 90"), text("Big hall", "For 90"), (false, false));
        check(text("Hall", "For 80"), text("Big hall", "For 90"), text("Big hall", "For 90"), (false, false));
        check(text("Big hall", "For 90"), text("Hall", "For 80"), text("Big hall", "For 90"), (false, false));
        // Both meant the same.
        check(text("Big hall ", "For 80"), text("Big hall", "For 80"), text("Big hall ", "For 80"), (false, false));
        check(text("Hall", "For 90"), text("Big hall", "For 100"), text("Big hall", "For 90"), (false, true));
        check(text("Old hall", "For 90"), text("Big hall", "For 80"), text("Old hall", "For 90"), (true, false));
        check(text("Old hall", "For 90"), text("Big hall", "For 100"), text("Old hall", "For 90"), (true, true));
    }
}
