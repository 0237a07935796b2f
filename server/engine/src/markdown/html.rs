//! Writes the pieces of a text as HTML.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use ammonia::Url;
use protocol::{Stream, UserId, mention::Group};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::emoji;

use super::{Mentioned, Piece, Tasks, highlight, ticks, token::Token};

/// What a link may lead to.
pub(super) const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// What we say of links that others wrote.
pub(super) const REL: &str = "nofollow noopener ugc";

/// Classes of aligned table cells.
pub(super) const ALIGNMENTS: [&str; 3] = ["left", "center", "right"];

/// How many elements may be open before quotes, lists and emphasis within are flattened.
const MAX_DEPTH: usize = 32;

/// A text on its way to HTML.
pub(super) struct Writer<'p> {
    place: Stream,
    people: &'p HashMap<String, Mentioned>,
    tasks: &'p Tasks,
    html: String,
    mentions: Vec<UserId>,
    mentioned: HashSet<UserId>,
    /// What closes each open tag; nothing for those that were left out.
    open: Vec<&'static str>,
    /// The levels that headings were written with, of those the current one is under.
    headings: Vec<HeadingLevel>,
    link: Option<Link>,
    code: Option<Code>,
    table: Table,
    highlighter: highlight::Budget,
}

/// An open link. One without anything to see would have no name: it shows its address.
struct Link {
    url: String,
    shown: bool,
}

/// An open code block.
struct Code {
    language: String,
    text: String,
}

/// An open table; there is only one at a time.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_rows: bool,
    /// Where the current cell begins, where its content does, and where the last cell with any ends.
    cell: usize,
    content: usize,
    filled: usize,
}

impl<'p> Writer<'p> {
    pub(super) fn new(place: Stream, people: &'p HashMap<String, Mentioned>, tasks: &'p Tasks) -> Self {
        Self {
            place,
            people,
            tasks,
            html: String::new(),
            mentions: Vec::new(),
            mentioned: HashSet::new(),
            open: Vec::new(),
            headings: Vec::new(),
            link: None,
            code: None,
            table: Table::default(),
            highlighter: highlight::Budget::default(),
        }
    }

    /// The HTML and the people mentioned. A source of nothing but link definitions shows itself.
    pub(super) fn finish(mut self, source: &str) -> (String, Vec<UserId>) {
        let source = source.trim();
        if self.html.is_empty() && !source.is_empty() {
            self.push("<p>");
            self.text(source);
            self.push("</p>");
        }
        (self.html, self.mentions)
    }

    pub(super) fn write(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Plain(text) => self.text(&emoji::shown(text)),
            Piece::Token(Token::Url(url)) => {
                self.open_link(url);
                self.text(url);
                self.close();
            }
            Piece::Token(Token::Name { name, typed }) => self.name(name, typed),
            Piece::Token(Token::Task { number, typed }) => self.task(number, typed),
            Piece::Event(event) => self.event(event),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => {
                self.push("<code>");
                self.text(&code);
                self.push("</code>");
            }
            Event::SoftBreak | Event::HardBreak => self.push("<br>"),
            Event::Rule => self.push("<hr>"),
            Event::TaskListMarker(done) => {
                self.push(if done { ticks::DONE } else { ticks::OPEN });
                self.push(" ");
            }
            // HTML came as text; the others belong to extensions that are off.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.open("<p>", "</p>"),
            Tag::Heading { level, .. } => self.open_heading(level),
            Tag::BlockQuote(_) => self.nest("<blockquote>", "</blockquote>"),
            Tag::List(None) => self.nest("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.nest("<ol>", "</ol>"),
            Tag::List(Some(start)) => self.nest(&format!(r#"<ol start="{start}">"#), "</ol>"),
            Tag::Item => self.open_item(),
            Tag::Emphasis => self.nest("<em>", "</em>"),
            Tag::Strong => self.nest("<strong>", "</strong>"),
            Tag::Strikethrough => self.nest("<del>", "</del>"),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.open_link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            Tag::CodeBlock(kind) => self.open_code(kind),
            Tag::Table(alignments) => {
                self.open(r#"<div class="table" tabindex="0"><table>"#, "</table></div>");
                self.table = Table { alignments, ..Table::default() };
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.open("<thead><tr>", "</tr></thead>");
            }
            Tag::TableRow => self.open_row(),
            Tag::TableCell => self.open_cell(),
            _ => self.open("", ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => self.write_code(),
            TagEnd::Heading(_) => self.drop_empty_heading(),
            TagEnd::HtmlBlock => {
                trim_end(&mut self.html, "<br>");
            }
            TagEnd::TableHead => self.table.in_head = false,
            // Cells that the source left out would make a table quadratic.
            TagEnd::TableRow => self.html.truncate(self.table.filled),
            TagEnd::Table if self.table.has_rows => self.push("</tbody>"),
            _ => {}
        }
        self.close();
        if tag == TagEnd::TableCell {
            self.close_cell();
        }
    }

    fn open(&mut self, tag: &str, end: &'static str) {
        self.push(tag);
        self.open.push(end);
    }

    /// Opens what can stand within itself, unless that has gone on for too long.
    fn nest(&mut self, tag: &str, end: &'static str) {
        if self.open.len() < MAX_DEPTH { self.open(tag, end) } else { self.open("", "") }
    }

    fn close(&mut self) {
        let end = self.open.pop().unwrap_or_default();
        if end == "</a>"
            && let Some(link) = self.link.take()
            && !link.shown
        {
            self.text(&link.url);
        }
        self.push(end);
    }

    /// Headings of a text are under those of the page, from `h3` on and without a level left out.
    fn open_heading(&mut self, level: HeadingLevel) {
        while self.headings.last().is_some_and(|above| *above >= level) {
            self.headings.pop();
        }
        self.headings.push(level);
        match self.headings.len() {
            1 => self.open("<h3>", "</h3>"),
            2 => self.open("<h4>", "</h4>"),
            3 => self.open("<h5>", "</h5>"),
            _ => self.open("<h6>", "</h6>"),
        }
    }

    fn drop_empty_heading(&mut self) {
        if let Some(end) = self.open.last_mut() {
            let start = end.replace('/', "");
            if trim_end(&mut self.html, &start) {
                *end = "";
            }
        }
    }

    fn open_item(&mut self) {
        if self.open.last().is_some_and(|list| list.is_empty()) {
            if !self.html.ends_with('>') {
                self.push("<br>");
            }
            self.open("", "");
        } else {
            self.open("<li>", "</li>");
        }
    }

    /// Opens a link, unless it is within another or leads where none may.
    fn open_link(&mut self, url: &str) {
        match href(url) {
            Some(href) if self.link.is_none() => {
                self.push("<a href=\"");
                push_text(&mut self.html, &href);
                self.open(&format!("\" target=\"_blank\" rel=\"{REL}\">"), "</a>");
                self.link = Some(Link { url: url.to_owned(), shown: false });
            }
            _ => self.open("", ""),
        }
    }

    fn open_code(&mut self, kind: CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', '\t', ',', '{']).next().unwrap_or_default().to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        self.code = Some(Code { language, text: String::new() });
        self.open(r#"<pre tabindex="0"><code>"#, "</code></pre>");
    }

    fn write_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        for (class, text) in self.highlighter.highlight(&code.text, &code.language) {
            if class.is_empty() {
                push_text(&mut self.html, text);
            } else {
                self.push("<span class=\"");
                self.push(class);
                self.push("\">");
                push_text(&mut self.html, text);
                self.push("</span>");
            }
        }
    }

    fn open_row(&mut self) {
        if !self.table.has_rows {
            self.push("<tbody>");
        }
        self.table.has_rows = true;
        self.table.column = 0;
        self.open("<tr>", "</tr>");
        self.table.filled = self.html.len();
    }

    fn open_cell(&mut self) {
        let (tag, end) = if self.table.in_head { ("th", "</th>") } else { ("td", "</td>") };
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => r#" class="left""#,
            Some(Alignment::Center) => r#" class="center""#,
            Some(Alignment::Right) => r#" class="right""#,
            _ => "",
        };
        self.table.column += 1;
        self.table.cell = self.html.len();
        self.open(&format!("<{tag}{class}>"), end);
        self.table.content = self.html.len();
    }

    fn close_cell(&mut self) {
        let is_empty = self.html[self.table.content..].starts_with("</");
        if !is_empty {
            self.table.filled = self.html.len();
        } else if self.table.in_head {
            // An empty `th` would be the header of a column without saying of what.
            self.html.truncate(self.table.cell);
            self.push("<td></td>");
        }
    }

    fn name(&mut self, name: &str, typed: &str) {
        let Some(person) = self.people.get(&name.to_ascii_lowercase()) else {
            return match Group::named(name, self.place) {
                Some(group) => {
                    let _ = write!(self.html, r#"<span class="mention mention-group">@{}</span>"#, group.as_str());
                }
                None => self.text(typed),
            };
        };
        if self.mentioned.insert(person.id) {
            self.mentions.push(person.id);
        }
        // Writing to a String cannot fail.
        let _ = write!(self.html, r#"<span class="mention" data-user="{}">@"#, person.id);
        push_text(&mut self.html, &person.username);
        self.push("</span>");
    }

    fn task(&mut self, number: i64, typed: &str) {
        match self.tasks.get(&number) {
            // Writing to a String cannot fail.
            Some(address) => {
                let _ = write!(self.html, r#"<a class="task-link" href="{address}" rel="{REL}">#{number}</a>"#);
            }
            None => self.text(typed),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(link) = &mut self.link {
            link.shown |= text.chars().any(is_visible);
        }
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.push("<br>");
            }
            push_text(&mut self.html, line);
        }
    }

    fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }
}

/// Characters that a reader can't see but that change what others look like: control characters
/// and those that reorder text.
pub(super) fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_visible(c: char) -> bool {
    let has_no_width = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    !(c.is_whitespace() || is_hidden(c) || has_no_width)
}

/// Escapes as browsers do when they write HTML, so that reading it again changes nothing.
fn push_text(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            c if is_hidden(c) => {}
            c => html.push(c),
        }
    }
}

/// The way to a message of this site, wherever it is: `/messaging/message/55/`. Who may not read it is told so there.
pub(super) fn is_permalink(url: &str) -> bool {
    let id = url.strip_prefix("/messaging/message/").and_then(|rest| rest.strip_suffix('/'));
    id.is_some_and(|id| !id.is_empty() && id.len() < 20 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address with what none can hold percent-encoded, if a link may lead there.
fn href(url: &str) -> Option<String> {
    if is_permalink(url) {
        return Some(url.to_owned());
    }
    let mut href = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=b' ' | 0x7f.. => {
                // Writing to a String cannot fail.
                let _ = write!(href, "%{byte:02X}");
            }
            byte => href.push(char::from(byte)),
        }
    }
    let scheme = Url::parse(&href).ok()?.scheme().to_owned();
    SCHEMES.contains(&scheme.as_str()).then_some(href)
}

/// Cuts off the end of the HTML, if it is this one.
fn trim_end(html: &mut String, end: &str) -> bool {
    let has_end = html.ends_with(end);
    if has_end {
        html.truncate(html.len() - end.len());
    }
    has_end
}
