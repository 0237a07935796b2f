//! Markdown put into a text: what the formatting keys, the toolbar and a paste make of a selection. Pure; offsets
//! are in bytes.

use std::ops::Range;

use super::editor::{Change, Mark};

#[cfg(test)]
mod tests;

/// What a mark makes of a text in which `selection` is selected. Where the mark is there already, it is taken away.
pub fn marked(text: &str, selection: Range<usize>, mark: Mark) -> Change {
    match mark {
        Mark::Bold => emphasised(text, selection, 2),
        Mark::Italic => emphasised(text, selection, 1),
        Mark::Strike => wrapped(text, selection, "~~"),
        Mark::Code => code(text, selection),
        Mark::Link => link(text, selection),
        Mark::Bullets | Mark::Numbers | Mark::Quote => lines(text, selection, mark),
    }
}

/// An address that is pasted over words of one line makes them a link. Nothing where it is no address, or stands in
/// code.
pub fn pasted(text: &str, selection: Range<usize>, pasted: &str) -> Option<Change> {
    let (words, address) = (&text[selection.clone()], pasted.trim());
    if words.trim().is_empty() || words.contains('\n') || !is_address(address) || is_address(words.trim()) {
        return None;
    }
    let line = &text[line_start(text, selection.start)..selection.start];
    if in_fence(text, selection.start) || line.matches('`').count() % 2 == 1 {
        return None;
    }
    let address = address.replace('(', "%28").replace(')', "%29");
    let inner = trimmed(text, selection);
    let with = format!("[{}]({address})", escaped(&text[inner.clone()]));
    let end = inner.start + with.len();
    Some(Change { range: inner, with, select: end..end })
}

/// What a line break at `caret` makes of a list or a quote: the next line begins as this one does. On an item in which
/// nothing is written the list ends. Nothing elsewhere.
pub fn continued(text: &str, caret: usize) -> Option<Change> {
    let start = line_start(text, caret);
    let line = &text[start..line_end(text, caret)];
    let marker = Marker::of(line)?;
    if caret < start + marker.length || in_fence(text, start) {
        return None;
    }
    if line[marker.length..].trim().is_empty() {
        return Some(Change { range: start..start + line.len(), with: String::new(), select: start..start });
    }
    let with = format!("\n{}", marker.next());
    let end = caret + with.len();
    Some(Change { range: caret..caret, with, select: end..end })
}

/// What a line of a list or a quote begins with.
struct Marker<'t> {
    /// Spaces and `>`.
    before: &'t str,
    sign: Sign<'t>,
    /// Has the item a box to tick?
    task: bool,
    /// Bytes of all of it.
    length: usize,
}

enum Sign<'t> {
    Bullet(&'t str),
    Number(u32, &'t str),
    None,
}

impl<'t> Marker<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let rest = line.trim_start_matches([' ', '\t', '>']);
        let before = &line[..line.len() - rest.len()];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = rest.get(digits..)?;
        let (sign, rest) = match (digits, after.get(..1)) {
            (0, Some("-" | "*" | "+")) if after[1..].starts_with(' ') => (Sign::Bullet(&after[..1]), &after[2..]),
            (1..=8, Some("." | ")")) if after[1..].starts_with(' ') => {
                (Sign::Number(rest[..digits].parse().ok()?, &after[..1]), &after[2..])
            }
            _ if before.contains('>') => (Sign::None, rest),
            _ => return None,
        };
        let box_of = |rest: &str| ["[ ] ", "[x] ", "[X] "].iter().any(|open| rest.starts_with(open));
        let task = !matches!(sign, Sign::None) && box_of(rest);
        let rest = if task { &rest[4..] } else { rest };
        Some(Self { before, sign, task, length: line.len() - rest.len() })
    }

    /// What the next line begins with.
    fn next(&self) -> String {
        let sign = match self.sign {
            Sign::Bullet(sign) => format!("{sign} "),
            Sign::Number(number, point) => format!("{}{point} ", number + 1),
            Sign::None => String::new(),
        };
        format!("{}{sign}{}", self.before, if self.task { "[ ] " } else { "" })
    }
}

/// Bold with two asterisks around it, italic with one. Three are both, so what counts is how many there are.
fn emphasised(text: &str, selection: Range<usize>, stars: usize) -> Change {
    let inner = trimmed(text, selection);
    let count = |stars: usize| if stars == 1 { [1, 3].as_slice() } else { [2, 3].as_slice() };
    let before = run_before(&text[..inner.start]);
    let after = run_after(&text[inner.end..]);
    if count(stars).contains(&before.min(after)) {
        return unwrapped(text, inner, stars);
    }
    // The asterisks are selected too.
    let words = &text[inner.clone()];
    let within = run_after(words).min(run_before(words));
    if count(stars).contains(&within) && words.len() > 2 * within {
        return unwrapped(text, inner.start + stars..inner.end - stars, stars);
    }
    around(text, inner, &"*".repeat(stars))
}

fn run_before(text: &str) -> usize {
    text.len() - text.trim_end_matches('*').len()
}

fn run_after(text: &str) -> usize {
    text.len() - text.trim_start_matches('*').len()
}

fn wrapped(text: &str, selection: Range<usize>, sign: &str) -> Change {
    let inner = trimmed(text, selection);
    if text[..inner.start].ends_with(sign) && text[inner.end..].starts_with(sign) {
        return unwrapped(text, inner, sign.len());
    }
    let words = &text[inner.clone()];
    if words.len() > 2 * sign.len() && words.starts_with(sign) && words.ends_with(sign) {
        return unwrapped(text, inner.start + sign.len()..inner.end - sign.len(), sign.len());
    }
    around(text, inner, sign)
}

/// Code within a line, or a block of it where there are several. The signs are longer than those within.
fn code(text: &str, selection: Range<usize>) -> Change {
    if !text[selection.clone()].contains('\n') {
        let inner = trimmed(text, selection.clone());
        let longest = longest_run(&text[inner.clone()], '`');
        let plain = text[..inner.start].ends_with('`') && text[inner.end..].starts_with('`');
        return if plain || longest == 0 || text[inner.clone()].starts_with('`') {
            wrapped(text, selection, "`")
        } else {
            let sign = "`".repeat(longest + 1);
            let with = format!("{sign} {} {sign}", &text[inner.clone()]);
            let start = inner.start + sign.len() + 1;
            Change { select: start..start + inner.len(), range: inner, with }
        };
    }
    let range = whole_lines(text, selection);
    let block = &text[range.clone()];
    let fence = "`".repeat(longest_run(block, '`').max(2) + 1);
    let with = format!("{fence}\n{block}\n{fence}");
    let start = range.start + fence.len() + 1;
    Change { select: start..start + block.len(), range, with }
}

/// The words become a link whose address is yet to be written.
fn link(text: &str, selection: Range<usize>) -> Change {
    let inner = trimmed(text, selection);
    let words = &text[inner.clone()];
    if is_address(words) {
        let with = format!("[]({words})");
        return Change { select: inner.start + 1..inner.start + 1, range: inner, with };
    }
    let with = format!("[{}]()", escaped(words));
    let caret = inner.start + with.len() - 1;
    Change { select: caret..caret, range: inner, with }
}

/// The lines that are selected become a list or a quote; where all of them are, they are no longer.
fn lines(text: &str, selection: Range<usize>, mark: Mark) -> Change {
    let range = whole_lines(text, selection.clone());
    let block = &text[range.clone()];
    let written = |line: &&str| !line.trim().is_empty() || !block.contains('\n');
    let all = block.lines().filter(written).count() > 0 && block.lines().filter(written).all(|line| has(line, mark));
    let mut number = 0;
    let line = |line: &str| -> String {
        if all {
            return bare(line, mark).to_owned();
        }
        if !written(&line) {
            return line.to_owned();
        }
        number += 1;
        match mark {
            Mark::Quote => format!("> {line}"),
            Mark::Numbers => format!("{number}. {}", bare(bare(line, Mark::Bullets), Mark::Numbers)),
            _ => format!("- {}", bare(bare(line, Mark::Bullets), Mark::Numbers)),
        }
    };
    let with = block.split('\n').map(line).collect::<Vec<_>>().join("\n");
    let end = range.start + with.len();
    // What is selected stays so; a caret alone stands at the end of its line.
    let select = if selection.is_empty() { end..end } else { range.start..end };
    Change { range, with, select }
}

fn has(line: &str, mark: Mark) -> bool {
    bare(line, mark).len() < line.len()
}

/// A line without its mark.
fn bare(line: &str, mark: Mark) -> &str {
    match mark {
        Mark::Quote => line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line),
        Mark::Numbers => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.strip_prefix(". ").filter(|_| rest.len() < line.len()).unwrap_or(line)
        }
        _ => ["- ", "* ", "+ "].iter().find_map(|sign| line.strip_prefix(sign)).unwrap_or(line),
    }
}

/// Takes signs of this length away from around a range.
fn unwrapped(text: &str, inner: Range<usize>, length: usize) -> Change {
    let start = inner.start - length;
    Change {
        range: start..inner.end + length,
        with: text[inner.clone()].to_owned(),
        select: start..start + inner.len(),
    }
}

fn around(text: &str, inner: Range<usize>, sign: &str) -> Change {
    let start = inner.start + sign.len();
    Change { with: format!("{sign}{}{sign}", &text[inner.clone()]), select: start..start + inner.len(), range: inner }
}

/// A selection without the spaces at its ends, beside which a mark would mean nothing.
fn trimmed(text: &str, selection: Range<usize>) -> Range<usize> {
    let words = &text[selection.clone()];
    let start = selection.start + (words.len() - words.trim_start().len());
    if words.trim().is_empty() { selection } else { start..start + words.trim().len() }
}

fn whole_lines(text: &str, selection: Range<usize>) -> Range<usize> {
    // A line of which only the beginning is selected is not meant.
    let last = if selection.end > selection.start && text[..selection.end].ends_with('\n') {
        selection.end - 1
    } else {
        selection.end
    };
    line_start(text, selection.start)..line_end(text, last)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found)
}

/// Does a block of code begin before this and not end?
fn in_fence(text: &str, at: usize) -> bool {
    text[..at].lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or_default()
}

fn is_address(text: &str) -> bool {
    let rest = ["https://", "http://", "mailto:"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>')))
}

/// Words that stay within the brackets of a link.
fn escaped(words: &str) -> String {
    words.replace('[', "\\[").replace(']', "\\]")
}
