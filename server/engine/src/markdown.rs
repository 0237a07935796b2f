//! Markdown of messages, comments and descriptions, as safe HTML.
//!
//! In two steps, since mentions need the database: [`parse`], look up [`Doc::names`], then
//! [`Doc::render`]. Raw HTML is shown as text, a single newline breaks the line, bare addresses
//! become links, images become links to them, `:tada:` becomes the emoji of that name. Characters that reorder text (U+202A to U+202E,
//! U+2066 to U+2069) and control characters are left out of what is rendered, so that no message
//! can disguise what it says or reverse what follows it; the source keeps them.

mod highlight;
mod html;
mod sanitise;
mod source;
mod ticks;
mod token;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use protocol::{
    Stream, UserId,
    mention::{self, Group},
};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use crate::emoji;
pub use ticks::ticked;
use token::Token;

/// Bytes of a text that is rendered wherever it is.
const QUICK: usize = 2_000;
/// Tasks that one text links to at most.
const TASKS: usize = 100;

/// A text that is about to be rendered.
#[derive(Debug)]
pub struct Doc<'s> {
    source: Cow<'s, str>,
}

/// The person whom a name means, where they may be mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    pub id: UserId,
    pub username: String,
}

/// Tasks that a text may name: their addresses, by number.
pub type Tasks = HashMap<i64, String>;

/// A rendered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Sanitised HTML: balanced, with classes instead of styles.
    pub html: String,
    /// The people mentioned, each once, in the order of the text.
    pub mentions: Vec<UserId>,
}

/// Takes in a Markdown source.
pub fn parse(source: &str) -> Doc<'_> {
    Doc { source: source::keep_tokens_whole(source) }
}

impl Doc<'_> {
    /// The usernames after an `@` outside code and links, in lower case, each once, in order.
    /// Wildcards (`@here` …) are not among them.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut seen = HashSet::new();
        walk(&self.source, |piece| {
            if let Piece::Token(Token::Name { name, .. }) = piece {
                let name = name.to_ascii_lowercase();
                if mention::is_username(&name) && seen.insert(name.clone()) {
                    names.push(name);
                }
            }
        });
        names
    }

    /// The numbers of the tasks that are named outside code and links, each once, in order.
    pub fn tasks(&self) -> Vec<i64> {
        let mut tasks = Vec::new();
        if !self.source.contains(['#', '＃']) {
            return tasks;
        }
        walk(&self.source, |piece| {
            if let Piece::Token(Token::Task { number, .. }) = piece
                && !tasks.contains(&number)
                && tasks.len() < TASKS
            {
                tasks.push(number);
            }
        });
        tasks
    }

    /// The groups named outside code and links, each once, that mean anybody in this place.
    pub fn groups(&self, place: Stream) -> Vec<Group> {
        let mut groups = Vec::new();
        walk(&self.source, |piece| {
            if let Piece::Token(Token::Name { name, .. }) = piece
                && let Some(group) = Group::named(name, place)
                && !groups.contains(&group)
            {
                groups.push(group);
            }
        });
        groups
    }

    /// The text as HTML. `people` are those of [`Doc::names`] who may be mentioned here, by that
    /// name; other names stay plain text. Linear in the size of the source, but for highlighting,
    /// which is capped: up to tens of milliseconds, so run it off the async threads.
    pub fn render(&self, people: &HashMap<String, Mentioned>) -> Rendered {
        self.render_in(Stream::User(UserId(0)), people, &Tasks::new())
    }

    /// As [`Doc::render`], with the groups marked that mean anybody in this place, and links to `tasks`, which
    /// are those of [`Doc::tasks`] that exist.
    pub fn render_in(&self, place: Stream, people: &HashMap<String, Mentioned>, tasks: &Tasks) -> Rendered {
        let mut writer = html::Writer::new(place, people, tasks);
        walk(&self.source, |piece| writer.write(piece));
        let (html, mentions) = writer.finish(&self.source);
        Rendered { html: sanitise::clean(&html), mentions }
    }
}

/// Is the text rendered in tens of microseconds? It is short, and holds nothing that could be code
/// to colour, for which there must be a fence.
pub fn is_quick(source: &str) -> bool {
    source.len() <= QUICK && !source.contains("```") && !source.contains("~~~")
}

/// The text without its markup on one line, at most `max_chars` characters with the ellipsis, for
/// notifications.
pub fn excerpt(source: &str, max_chars: usize) -> String {
    let mut plain = String::new();
    walk(&parse(source).source, |piece| match piece {
        Piece::Plain(text) => plain.push_str(&emoji::shown(text)),
        Piece::Token(Token::Url(text) | Token::Name { typed: text, .. } | Token::Task { typed: text, .. }) => {
            plain.push_str(text);
        }
        Piece::Event(Event::Text(text) | Event::Code(text)) => plain.push_str(&text),
        Piece::Event(event) if is_inline(&event) => {}
        Piece::Event(_) => plain.push(' '),
    });
    plain.retain(|c| c.is_whitespace() || !html::is_hidden(c));

    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max_chars) {
        None => line,
        Some(_) => {
            let kept: String = line.chars().take(max_chars.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// What a text is made of, once names and addresses are found in it.
enum Piece<'e> {
    /// Anything but text that may hold names: of pulldown-cmark's events, never HTML.
    Event(Event<'e>),
    Plain(&'e str),
    Token(Token<'e>),
}

/// Visits a text's pieces in order.
fn walk(source: &str, mut visit: impl FnMut(Piece<'_>)) {
    // Inside code blocks and links text is taken as it stands.
    let mut literal = 0_usize;
    // What an `@` at the start of the next text follows, be it inside `**` or not.
    let mut last = String::new();

    for event in TextMergeStream::new(Parser::new_ext(source, options()).map(html_as_text)) {
        match event {
            Event::Text(text) if literal == 0 => {
                token::split(&last, &text, &mut visit);
                last = last_char(&text);
            }
            event => {
                match &event {
                    Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => literal += 1,
                    Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => literal -= 1,
                    _ => {}
                }
                match &event {
                    Event::Text(text) | Event::Code(text) => last = last_char(text),
                    event if is_inline(event) => {}
                    _ => last.clear(),
                }
                visit(Piece::Event(event));
            }
        }
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

fn html_as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        event => event,
    }
}

fn last_char(text: &CowStr<'_>) -> String {
    text.chars().next_back().map_or_else(String::new, String::from)
}

/// Whether a tag stands within a line, so that what is before and after it touches.
fn is_inline(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
            | Event::TaskListMarker(_)
    )
}

#[cfg(test)]
mod tests;
