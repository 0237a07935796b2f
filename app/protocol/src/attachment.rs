//! Files that come with messages, and those of tasks, as they are shown.

use serde::{Deserialize, Serialize};

use crate::{FileId, Person};

/// A file that comes with a message, or that a task has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its id, in its address.
    pub id: FileId,
    /// What it was called where it came from.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Where it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

/// A file of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskFile {
    /// The file.
    pub file: Attachment,
    /// Who attached it; `None` for a former member.
    pub by: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Where it stands among the files of its task; of equal ones the lower id is first.
    #[serde(default)]
    pub position: i64,
}

/// Puts a file among those of a task, where it may be already: in the order in which they were attached.
pub fn put_file(files: &mut Vec<TaskFile>, file: TaskFile) {
    files.retain(|known| known.file.id != file.file.id);
    let place = |file: &TaskFile| (file.position, file.file.id);
    let at = files.partition_point(|known| place(known) < place(&file));
    files.insert(at, file);
}

/// The size of the small picture of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Picture {
    /// From left to right.
    pub width: i64,
    /// From top to bottom.
    pub height: i64,
}

impl Picture {
    /// The size at which it is shown, in CSS pixels: known before it is loaded, so that nothing moves.
    pub fn shown(self) -> (i64, i64) {
        let (width, height) = (self.width.max(1), self.height.max(1));
        // As wide as a message is easily looked over, and no higher than half of a window.
        let (most_wide, most_high) = (416, 320);
        if width <= most_wide && height <= most_high {
            (width, height)
        } else if width * most_high > most_wide * height {
            (most_wide, (height * most_wide / width).max(1))
        } else {
            ((width * most_high / height).max(1), most_high)
        }
    }
}

/// Where the small picture of a picture can be had.
pub fn small_picture(id: FileId) -> String {
    format!("/messaging/files/{id}/small/")
}

impl Attachment {
    /// Where it can be had.
    pub fn address(&self) -> String {
        format!("/messaging/files/{}/", self.id)
    }

    /// Where the small picture of it can be had.
    pub fn small(&self) -> String {
        small_picture(self.id)
    }

    /// Its size in words: `900 bytes`, `12 KB`, `1.4 MB`.
    pub fn size_in_words(&self) -> String {
        match self.size {
            size @ ..1_000 => format!("{size} bytes"),
            size @ ..1_000_000 => format!("{} KB", (size + 500) / 1_000),
            size => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
        }
    }
}
