//! What somebody wants to be told by mail and by time.

use serde::{Deserialize, Serialize};

use crate::{Error, permission::Unnamed, quiet::minute};

/// How often what waits in somebody's inbox is mailed to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mailing {
    /// Never.
    #[default]
    Never,
    /// As it gathers, once an hour at most.
    Hourly,
    /// Once a day.
    Daily,
}

impl Mailing {
    /// As forms list them.
    pub const ALL: [Self; 3] = [Self::Never, Self::Hourly, Self::Daily];

    /// Its name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }

    /// The one named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mailing| mailing.as_str() == name)
    }
}

impl TryFrom<String> for Mailing {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        Self::named(&name).ok_or(Unnamed(name))
    }
}

/// When somebody is reminded of a date of theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remind {
    /// Never, and of nothing that is overdue either.
    Never,
    /// On the day itself.
    OnTheDay,
    /// The day before.
    #[default]
    DayBefore,
}

impl Remind {
    /// As forms list them.
    pub const ALL: [Self; 3] = [Self::Never, Self::OnTheDay, Self::DayBefore];

    /// Its name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OnTheDay => "on_the_day",
            Self::DayBefore => "day_before",
        }
    }

    /// The one named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|remind| remind.as_str() == name)
    }
}

impl TryFrom<String> for Remind {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        Self::named(&name).ok_or(Unnamed(name))
    }
}

/// What somebody has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// How often there is mail.
    pub mail: Mailing,
    /// The minute of the day at which a daily mail goes.
    pub mail_at: i64,
    /// When they are reminded.
    pub remind: Remind,
    /// The zone of the wall by which that is, like `Europe/Berlin`.
    pub zone: String,
}

impl Notices {
    /// What holds for who has chosen nothing.
    pub fn usual(zone: &str) -> Self {
        Self { mail: Mailing::default(), mail_at: 8 * 60, remind: Remind::default(), zone: zone.to_owned() }
    }

    /// The moment of a daily mail, as a form has it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `mail_at`.
    pub fn read_time(text: &str) -> Result<i64, Error> {
        minute(text).ok_or_else(|| Error::invalid("mail_at", "Say a time of day, as 08:00."))
    }

    /// When a daily mail goes, as a form has it.
    pub fn written_time(&self) -> String {
        format!("{:02}:{:02}", self.mail_at / 60, self.mail_at % 60)
    }
}

/// How many tasks of somebody's are overdue, in words.
pub fn overdue_words(count: i64) -> String {
    match count {
        0 => "Nothing is overdue any more".to_owned(),
        1 => "1 task is overdue".to_owned(),
        _ => format!("{count} tasks are overdue"),
    }
}

/// What a link in a mail does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailDeed {
    /// Says that an address is somebody's.
    Confirm,
    /// Ends somebody's mail.
    Stop,
}

impl MailDeed {
    /// The one whose addresses begin so.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Confirm, Self::Stop].into_iter().find(|deed| deed.as_str() == name)
    }

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Stop => "stop",
        }
    }

    /// The path of the link with this token.
    pub fn path(self, token: &str) -> String {
        format!("/mail/{}/{token}/", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_has_one_name() {
        for mailing in Mailing::ALL {
            assert_eq!(Mailing::named(mailing.as_str()), Some(mailing));
        }
        for remind in Remind::ALL {
            assert_eq!(Remind::named(remind.as_str()), Some(remind));
        }
        assert_eq!((Mailing::named(""), Remind::named("Never"), MailDeed::named("x")), (None, None, None));
    }

    #[test]
    fn a_time_of_day_is_read_as_it_is_written() {
        let at = Notices { mail_at: Notices::read_time("07:05").unwrap(), ..Notices::usual("UTC") };
        assert_eq!(at.written_time(), "07:05");
        assert_eq!(Notices::read_time("24:00").unwrap_err().field(), Some("mail_at"));
    }
}
