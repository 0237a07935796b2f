//! Pages of the person who is signed in, or about to be, and the frame around every page.

use serde::{Deserialize, Serialize};

use super::Clock;
use crate::{Cursor, Me, MyBoard, Notices, Notification, Quiet, RoomEntry, Session};

/// The frame around every page of somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nav {
    /// Who is signed in.
    pub me: Me,
    /// Their boards, by name.
    pub boards: Vec<MyBoard>,
    /// Rows of the inbox not read.
    pub unread: i64,
    /// The board the page is on, with its rooms.
    pub board: Option<NavBoard>,
    /// Of `user:me`, and of the board's stream.
    pub cursors: Vec<Cursor>,
}

/// The board in the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavBoard {
    /// The board and what I am on it.
    pub board: MyBoard,
    /// The rooms I can see, by name.
    pub rooms: Vec<RoomEntry>,
}

/// What the page shows to which a link in a mail leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLinkPage {
    /// What it is about; none where the link is good no more, or never was.
    pub mail: Option<LinkedMail>,
}

/// What a link in a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedMail {
    /// The address to which mail goes.
    pub address: String,
    /// Is it done already?
    pub done: bool,
}

/// A notification with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// The row.
    pub notification: Notification,
    /// Its moment.
    pub clock: Clock,
}

/// What the inbox shows, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The rows.
    pub rows: Vec<InboxRow>,
    /// Rows not read in all.
    pub unread: i64,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
    /// Of the person's stream.
    pub cursor: Cursor,
}

/// A session with its moments in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// Signed in at.
    pub created: Clock,
    /// Last seen at.
    pub seen: Clock,
}

/// What the account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who is signed in.
    pub me: Me,
    /// E-mail address, empty where none is set.
    pub email: String,
    /// May others see that they are here?
    pub shown: bool,
    /// May others see how far they have read?
    pub receipts: bool,
    /// Their quiet hours, if they have some.
    pub quiet: Option<Quiet>,
    /// The name of the zone of the wall before them, like `Europe/Berlin`.
    pub zone: String,
    /// The key with which a browser subscribes to what is sent to it.
    pub push_key: String,
    /// Is this browser sent something?
    pub pushed: bool,
    /// What they want by mail and by time.
    pub notices: Notices,
    /// To where mail goes; none where this installation sends none.
    pub mail: Option<MailAddress>,
    /// Their sign-ins, newest first.
    pub sessions: Vec<SessionRow>,
}

/// Where mail to somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailAddress {
    /// They have given no address.
    None,
    /// They have not been asked whether it is theirs.
    Unconfirmed,
    /// They have been asked, and have not answered yet.
    Asked,
    /// It is theirs.
    Confirmed,
}

/// What somebody on the sign-in page must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Nobody has an account yet: the first one becomes the admin.
    pub first_run: bool,
    /// May people sign up by themselves?
    pub signup: bool,
    /// Already signed in?
    pub signed_in: bool,
}
