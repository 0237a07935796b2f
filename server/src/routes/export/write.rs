//! How an export is written: as JSON, as a table, or to be read.

use std::io::{Error, Write as _};

use engine::{Zone, export::Piece};
use protocol::{Attachment, Board, Message, Task, TaskFile};
use serde_json::{Value, json};

use crate::contract::{author, iso, mentioned};

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One object, for programs.
    Json,
    /// A row for each task and message, for tables.
    Csv,
    /// Markdown, for people.
    Markdown,
}

/// Writes one file.
pub struct Writer {
    format: Format,
    zone: Zone,
    /// The address of this Boardwalk, where the files are.
    origin: String,
    /// The room or task that is being written.
    place: Option<Place>,
    /// The day of the message before.
    day: String,
}

struct Place {
    name: String,
    is_task: bool,
    /// Has it a message yet?
    said: bool,
}

const COLUMNS: [&str; 10] = ["kind", "place", "id", "at", "username", "name", "text", "reply_to", "edited_at", "files"];

impl Writer {
    /// Moments are in words of this zone where people read them, else in UTC.
    pub fn new(format: Format, zone: Zone, origin: String) -> Self {
        Self { format, zone, origin, place: None, day: String::new() }
    }

    /// For the header of the answer.
    pub fn content_type(&self) -> &'static str {
        match self.format {
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Markdown => "text/markdown; charset=utf-8",
        }
    }

    /// How the file's name ends.
    pub fn ending(&self) -> &'static str {
        match self.format {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Markdown => "md",
        }
    }

    /// What it begins with.
    pub fn begin(&self, board: &Board) -> Result<Vec<u8>, Error> {
        match self.format {
            Format::Json => {
                let board = json!({"id": board.id, "name": board.name});
                Ok(format!("{{\"board\":{board},\"places\":[").into_bytes())
            }
            Format::Csv => {
                let mut bytes = Vec::new();
                row(&mut bytes, COLUMNS)?;
                Ok(bytes)
            }
            Format::Markdown => Ok(format!("# {}\n", plain(&board.name)).into_bytes()),
        }
    }

    /// The next thing.
    pub fn piece(&mut self, piece: &Piece, bytes: &mut Vec<u8>) -> Result<(), Error> {
        match piece {
            Piece::Message(message) => self.message(message, bytes),
            Piece::Room(room) => {
                let room_itself = json!({"id": room.id, "name": room.name, "topic": room.topic});
                self.open(room.name.clone(), false, &room_itself, bytes)?;
                if self.format == Format::Markdown {
                    write!(bytes, "\n## {}\n", plain(&room.name))?;
                    paragraph(&room.topic, bytes)?;
                }
                Ok(())
            }
            Piece::Task(task, column) => self.task(task, column, bytes),
        }
    }

    /// What it ends with.
    pub fn end(&self, bytes: &mut Vec<u8>) {
        if self.format == Format::Json {
            bytes.extend(if self.place.is_some() { &b"]}]}\n"[..] } else { &b"]}\n"[..] });
        }
    }

    /// A room or task begins.
    fn open(&mut self, name: String, is_task: bool, what: &Value, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let before = self.place.replace(Place { name, is_task, said: false });
        self.day.clear();
        if self.format != Format::Json {
            return Ok(());
        }
        let (end, kind) = (if before.is_some() { "]}," } else { "" }, if is_task { "task" } else { "room" });
        write!(bytes, "{end}\n{{\"{kind}\":{what},\"messages\":[")
    }

    fn task(&mut self, task: &Task, column: &str, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let name = format!("#{} {}", task.card.number, task.card.title);
        let address = |file: &TaskFile| format!("{}{}", self.origin, file.file.address());
        let file = |file: &TaskFile| json!({"name": file.file.name, "size": file.file.size, "url": address(file)});
        let username = task.author.as_ref().map(|author| author.username.clone()).unwrap_or_default();
        let task_itself = json!({
            "id": task.card.id,
            "number": task.card.number,
            "title": task.card.title,
            "description": task.description,
            "column": column,
            "archived": task.card.archived,
            "username": username,
            "timestamp": iso(task.at),
            "files": task.files.iter().map(file).collect::<Vec<_>>(),
        });
        let files: Vec<(String, String)> =
            task.files.iter().map(|file| (file.file.name.clone(), address(file))).collect();
        self.open(name.clone(), true, &task_itself, bytes)?;
        match self.format {
            Format::Json => Ok(()),
            Format::Csv => {
                let display_name = task.author.as_ref().map(|author| author.display_name.as_str());
                let (id, at) = (task.card.id.to_string(), iso(task.at));
                let cells = [&name, &id, &at, &username, display_name.unwrap_or_default(), &task.description];
                let files = files.into_iter().map(|(_, address)| address).collect::<Vec<_>>().join(" ");
                row(bytes, ["task"].into_iter().chain(cells.map(|cell: &str| cell)).chain(["", "", &files]))
            }
            Format::Markdown => {
                let archived = if task.card.archived { ", archived" } else { "" };
                write!(bytes, "\n## {} ({}{archived})\n", plain(&name), plain(column))?;
                paragraph(&task.description, bytes)?;
                let links = files.iter().map(|(name, address)| format!("[{}]({address})", plain(name)));
                paragraph(&links.collect::<Vec<_>>().join("  \n"), bytes)
            }
        }
    }

    fn message(&mut self, message: &Message, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let Some(place) = &mut self.place else { return Ok(()) };
        let first = !std::mem::replace(&mut place.said, true);
        let edited = message.edited_at.map(iso);
        let name = message.author.as_ref().map_or("Former member", |author| author.display_name.as_str());
        let address = |file: &Attachment| format!("{}{}", self.origin, file.address());
        match self.format {
            Format::Json => {
                if !first {
                    bytes.push(b',');
                }
                let reactions: Vec<Value> = message
                    .reactions
                    .iter()
                    .map(|reaction| json!({"emoji": reaction.emoji, "count": reaction.count}))
                    .collect();
                let file = |file: &Attachment| json!({"name": file.name, "size": file.size, "url": address(file)});
                let message = json!({
                    "id": message.id,
                    "username": author(message),
                    "display_name": name,
                    "content": message.source,
                    "timestamp": iso(message.at),
                    "edited": edited,
                    "reply_to": message.parent,
                    "quotes": message.quote.as_ref().map(|quote| quote.id),
                    "mentioned_users": mentioned(message),
                    "reactions": reactions,
                    "files": message.files.iter().map(file).collect::<Vec<_>>(),
                });
                write!(bytes, "\n{message}")
            }
            Format::Csv => {
                let kind = if place.is_task { "comment" } else { "message" };
                let (id, at, username) = (message.id.to_string(), iso(message.at), author(message));
                let reply_to = message.parent.map(|parent| parent.to_string()).unwrap_or_default();
                let edited = edited.unwrap_or_default();
                let files = message.files.iter().map(address).collect::<Vec<_>>().join(" ");
                let cells = [kind, &place.name, &id, &at, &username, name, &message.source, &reply_to, &edited, &files];
                row(bytes, cells)
            }
            Format::Markdown => {
                let clock = self.zone.clock(message.at);
                if clock.day != self.day {
                    write!(bytes, "\n### {}\n", clock.day_text)?;
                    self.day = clock.day;
                }
                let reply = if message.parent.is_some() { ", in reply" } else { "" };
                write!(bytes, "\n**{}**, {}{reply}\n", plain(name), clock.time)?;
                paragraph(&message.source, bytes)?;
                let links = message.files.iter().map(|file| format!("[{}]({})", plain(&file.name), address(file)));
                paragraph(&links.collect::<Vec<_>>().join("  \n"), bytes)
            }
        }
    }
}

/// A row of the table. What a program for tables would take for a formula begins with an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn row<'c>(bytes: &mut Vec<u8>, cells: impl IntoIterator<Item = &'c str>) -> Result<(), Error> {
    let mut line = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
    for cell in cells {
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            line.write_field(format!("'{cell}"))?;
        } else {
            line.write_field(cell)?;
        }
    }
    line.write_record(None::<&[u8]>)?;
    line.flush()
}

/// A text as it stands, apart from what is above.
fn paragraph(text: &str, bytes: &mut Vec<u8>) -> Result<(), Error> {
    if text.is_empty() { Ok(()) } else { write!(bytes, "\n{text}\n") }
}

/// A name in which nothing is Markdown.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_punctuation() {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}
