//! The pages, one per address.

mod account;
mod address;
mod archive;
mod board;
mod door;
mod export;
mod hub;
mod inbox;
mod invite;
mod labels;
mod members;
mod my_tasks;
mod room;
mod room_settings;
mod rooms;
mod scheduled;
mod search;
mod task;

pub use account::Account;
pub use address::Address;
pub use archive::Archive;
pub use board::{Board, BoardTable};
pub use door::{SignIn, SignUp};
pub use hub::Hub;
pub use inbox::Inbox;
pub use invite::Invite;
pub use labels::Labels;
pub use members::Members;
pub use my_tasks::MyTasks;
pub use room::Room;
pub use room_settings::RoomSettings;
pub use rooms::{NewRoom, Rooms};
pub use scheduled::Scheduled;
pub use search::{Search, focus_field};
pub use task::{TaskComments, TaskPane};
