//! The signs on buttons and in lists, drawn inline so that they take the colour of their text.

use leptos::prelude::*;

/// What a sign means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Notifications.
    Inbox,
    /// Search.
    Search,
    /// To anywhere.
    Go,
    /// A board.
    Board,
    /// An open room.
    Room,
    /// A private room.
    Lock,
    /// People.
    People,
    /// Comments.
    Comment,
    /// Something new.
    Plus,
    /// Take it away.
    Close,
    /// Settings.
    Settings,
    /// The drawer with the places.
    Menu,
    /// Done.
    Check,
    /// Change it.
    Pencil,
    /// Send.
    Send,
    /// At another time.
    Clock,
    /// Answer.
    Reply,
    /// Delete.
    Trash,
    /// Somewhere else.
    Move,
    /// Sign out.
    Leave,
    /// Emoji.
    Smile,
    /// Quote.
    Quote,
    /// More to do.
    More,
    /// Stays in sight.
    Pin,
    /// A link.
    Link,
    /// Not read.
    Unread,
    /// As it was before.
    History,
    /// A date.
    Day,
    /// It is late.
    Alert,
    /// It matters more, or less.
    Priority,
    /// Shows or hides what follows.
    Fold,
    /// What one is told.
    Bell,
    /// One is told nothing.
    Silent,
    /// Add files.
    Clip,
    /// A file.
    File,
    /// How letters look.
    Letters,
    /// Have it on one's own machine.
    Download,
}

/// A sign. It says nothing to a screen reader: a word stands beside it, or in a label.
#[component]
pub fn Icon(
    /// What it means.
    sign: Sign,
) -> impl IntoView {
    view! { <Drawing path=path(sign)/> }
}

/// A sign that one part of the client has alone.
#[component]
pub fn Drawing(
    /// Its lines, in 20 by 20.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}

fn path(sign: Sign) -> &'static str {
    match sign {
        Sign::Inbox => "M3 11.5 5 4.5h10l2 7v4H3zM3 11.5h4l1 2h4l1-2h4",
        Sign::Search => "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
        Sign::Go => "M4 5.5 8.5 10 4 14.5M10.5 15H16",
        Sign::Board => "M3.5 4h13v12h-13zM8 4v12M12.5 4v12",
        Sign::Room => "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h13M3 12.5h13",
        Sign::Lock => "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
        Sign::People => {
            "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5a5.5 5.5 0 0 1 11 0M13 3.8a3 3 0 0 1 0 5.4M15 12a5.5 5.5 0 0 1 3 4.5"
        }
        Sign::Comment => "M3.5 4.5h13v9H9l-4 3v-3H3.5z",
        Sign::Plus => "M10 4v12M4 10h12",
        Sign::Close => "M5 5l10 10M15 5 5 15",
        Sign::Settings => {
            "M3 6h6M13 6h4M3 14h4M11 14h6M11 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
        }
        Sign::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
        Sign::Check => "M4 10.5l4 4 8-9",
        Sign::Pencil => "M4 16l.8-3.6L13.5 3.7l2.8 2.8-8.7 8.7z",
        Sign::Send => "M3 10l14-6.5-4.5 13-3-5zM9.5 11.5 17 3.5",
        Sign::Clock => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.8",
        Sign::Reply => "M8 4.5 3.5 9 8 13.5M3.5 9H12a4.5 4.5 0 0 1 4.5 4.5v2",
        Sign::Trash => "M3.5 5.5h13M8 5.5v-2h4v2M5 5.5l.8 11h8.4l.8-11M8.5 9v4.5M11.5 9v4.5",
        Sign::Move => "M3 10h13M11.5 5.5 16 10l-4.5 4.5",
        Sign::Leave => "M8 3.5H4v13h4M8 10h9M13.5 6.5 17 10l-3.5 3.5",
        Sign::Smile => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.5 8v.5M12.5 8v.5M6.8 11.8a3.8 3.8 0 0 0 6.4 0",
        Sign::Quote => "M8.5 6H4v5h3.5c0 2-1 3-3 3.5M16.5 6H12v5h3.5c0 2-1 3-3 3.5",
        Sign::More => "M4.5 9.6v.8M4.1 10h.8M10 9.6v.8M9.6 10h.8M15.5 9.6v.8M15.1 10h.8",
        Sign::Pin => "M7 3.5h6l-1 5 2.5 3h-9l2.5-3zM10 11.5V17",
        Sign::Link => {
            "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1-1"
        }
        Sign::Unread => "M3.5 5h13v10h-13zM3.5 6l6.5 5 6.5-5",
        Sign::Day => "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
        Sign::Alert => "M10 3 2.5 16.5h15zM10 8v4M10 14.2v.3",
        Sign::Priority => "M5 11l5-5 5 5M5 15.5l5-5 5 5",
        Sign::Fold => "M5 8l5 5 5-5",
        Sign::Bell => "M5 13.5c1-1 1.2-2.6 1.2-4.5a3.8 3.8 0 0 1 7.6 0c0 1.9.2 3.5 1.2 4.5zM8.5 16.5h3",
        Sign::Silent => "M5 13.5c1-1 1.2-2.6 1.2-4.5a3.8 3.8 0 0 1 7.6 0c0 1.9.2 3.5 1.2 4.5zM8.5 16.5h3M3 3l14 14",
        Sign::Clip => {
            "M14.5 9.5 9 15a3.2 3.2 0 0 1-4.5-4.5l6-6a2.2 2.2 0 0 1 3.1 3.1l-5.7 5.7a1.1 1.1 0 0 1-1.6-1.6L11.5 6.5"
        }
        Sign::File => "M5 3h6.5L15.5 7v10H5zM11.5 3v4h4",
        Sign::Letters => "M2.5 15 6.5 5l4 10M4 11.5h5M17 9v6M17 12a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0z",
        Sign::Download => "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
        Sign::History => "M4 10a6 6 0 1 0 2-4.5L4 7.5M4 4v3.5h3.5M10 7v3.5l2.5 1.5",
    }
}
