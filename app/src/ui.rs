//! Small components that every page is made of.

mod avatar;
mod chips;
mod clipboard;
mod details;
mod error_panel;
mod field;
mod floating;
mod form;
mod icon;
mod live;
mod loaded;
mod moment;
mod page_title;
mod picker;
mod placeholder;
#[cfg(feature = "ssr")]
mod printed;
mod text_area;

pub use avatar::Avatar;
pub use chips::{ColourSelect, LabelChip, PriorityChip, borne, due_chip, follow_today};
pub use clipboard::copy_link;
pub use details::{focus, open_to_write};
pub use error_panel::ErrorPanel;
pub use field::{Field, TextField};
pub use floating::{Anchor, Floating, hide, step};
pub use form::{Form, FormState, Submission, new_key};
pub use icon::{Drawing, Icon, Sign};
pub use live::{effect, list, live, when};
pub use loaded::{Page, awaited, loaded, page};
pub use moment::Moment;
pub use page_title::PageTitle;
pub use picker::{Pick, Picker};
pub use placeholder::{Empty, Skeleton};
#[cfg(feature = "ssr")]
pub use printed::Printed;
pub use text_area::area_text;

/// `text` as it stands between tags. Both sides write the text of `<title>` and `<textarea>` as it
/// is given, so it must be made harmless before.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
