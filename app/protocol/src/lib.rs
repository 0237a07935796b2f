//! What server and browser say to each other, and the rules both follow.
//!
//! Everything here is pure: no I/O, no clock, no randomness but what is passed in. The server and
//! the page use the same functions, so that neither has a rule the other lacks.
//!
//! The feature `sql` lets ids and a few enums be bound to and read from a database; the feature
//! `openapi` describes the records of the JSON routes.

pub mod activity;
pub mod archive;
mod attachment;
mod colour;
mod day;
pub mod emoji;
mod error;
mod event;
pub mod filter;
mod frame;
mod ids;
mod import;
mod invite;
pub mod json;
mod level;
pub mod limits;
pub mod mention;
mod month;
mod notice;
pub mod order;
pub mod page;
pub mod palette;
pub mod permission;
pub mod placing;
mod quiet;
mod record;
pub mod reference;
pub mod search;
mod task;
pub mod task_number;
mod task_text;
mod template;
pub mod text;
mod unicode;

pub use attachment::{Attachment, Picture, TaskFile, put_file, small_picture};
pub use colour::Colour;
pub use day::Day;
pub use error::{Error, ErrorBody};
pub use event::{Event, StoredEvent};
pub use filter::SavedFilter;
pub use frame::{ClientFrame, Count, Cursor, Ephemeral, ServerFrame, VERSION, Writing, close};
pub use ids::{
    BoardId, ColumnId, FileId, FilterId, InviteId, ItemId, LabelId, MessageId, NotificationId, RoomId, ScheduledId,
    SessionId, Stream, TaskId, UserId,
};
pub use import::Imported;
pub use invite::{Invitation, Invite, invite_path, invited_by};
pub use level::{Hearing, Level, Watch};
pub use month::{Month, day_numbered};
pub use notice::{MailDeed, Mailing, Notices, Remind, overdue_words};
pub use permission::Role;
pub use quiet::{Quiet, Wall};
pub use record::*;
pub use task::*;
pub use task_text::{Merged, TaskText};
pub use template::Template;
