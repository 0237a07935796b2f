//! Colours code: cuts it into stretches with a class each, within a cap.
//!
//! Sublime's grammars backtrack: what is 8 KiB of real code in 10 ms can be made to take a second
//! (measured over 45 languages and 48 repeated patterns: median 7 ms, JavaScript's `$$$…` 675 ms),
//! and the cost of a line grows with the square of its length. So lines, sizes and nesting are
//! limited, and past the first kilobyte so is time: then one text costs at most [`MAX_TIME`] and
//! the 25 ms of the worst line; only a grammar's first use adds its compilation. The first kilobyte
//! never asks the clock, so that ordinary snippets look the same on any machine.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Code in one text beyond which blocks stay plain, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// Code in one text that is coloured however long it takes, in bytes.
const FREE_BYTES: usize = 1024;

/// Time for one text, once past [`FREE_BYTES`].
const MAX_TIME: Duration = Duration::from_millis(100);

/// Longest line that is coloured, in bytes.
const MAX_LINE: usize = 300;

/// Most scopes within each other.
const MAX_DEPTH: usize = 64;

/// The classes that code can have.
pub(super) const CLASSES: &[&str] =
    &["hl-attr", "hl-comment", "hl-del", "hl-fn", "hl-ins", "hl-key", "hl-num", "hl-str", "hl-type"];

/// What a scope of Sublime's grammars looks like; the innermost scope that is listed decides, and
/// of its prefixes the first. No class is plain.
const LOOKS: &[(&str, &str)] = &[
    ("comment", "hl-comment"),
    ("constant", "hl-num"),
    ("keyword.operator", ""),
    ("keyword", "hl-key"),
    ("storage", "hl-key"),
    ("string", "hl-str"),
    ("entity.name.function", "hl-fn"),
    ("entity.name.tag", "hl-key"),
    ("entity.name", "hl-type"),
    ("entity.other.attribute-name", "hl-attr"),
    ("entity.other.inherited-class", "hl-type"),
    ("support.function", "hl-fn"),
    ("support.type.property-name", "hl-attr"),
    ("support", "hl-type"),
    ("variable.function", "hl-fn"),
    ("variable.parameter", "hl-attr"),
    ("variable.language", "hl-key"),
    ("markup.heading", "hl-key"),
    ("markup.inserted", "hl-ins"),
    ("markup.deleted", "hl-del"),
    ("meta.diff.header", "hl-comment"),
    ("meta.interpolation", ""),
    ("source", ""),
    ("text", ""),
];

/// What colouring a text has cost so far.
#[derive(Default)]
pub(super) struct Budget {
    bytes: usize,
    time: Duration,
}

impl Budget {
    /// The code as stretches of (class, text). Plain, with no class, where the language is
    /// unknown or colouring would cost too much.
    pub(super) fn highlight<'c>(&mut self, code: &'c str, language: &str) -> Vec<(&'static str, &'c str)> {
        let fits = self.bytes + code.len() <= MAX_BYTES && code.lines().all(|line| line.len() <= MAX_LINE);
        let coloured = find(language).filter(|_| fits).and_then(|syntax| {
            let start = Instant::now();
            let stretches =
                colour(code, syntax, |done| self.bytes + done <= FREE_BYTES || self.time + start.elapsed() <= MAX_TIME);
            self.bytes += code.len();
            self.time += start.elapsed();
            stretches
        });
        coloured.unwrap_or_else(|| vec![("", code)])
    }
}

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

static SCOPES: LazyLock<Vec<(Scope, &'static str)>> =
    LazyLock::new(|| LOOKS.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect());

fn find(language: &str) -> Option<&'static SyntaxReference> {
    // Languages that the grammars lack, by one that reads alike.
    let known = match language.to_ascii_lowercase().as_str() {
        // Makefile's grammar takes 15 ms a line.
        "" | "make" | "makefile" | "mk" | "mak" => return None,
        "ts" | "tsx" | "typescript" | "jsx" => "js".to_owned(),
        "shell" | "console" => "sh".to_owned(),
        "jsonc" | "json5" => "json".to_owned(),
        language => language.to_owned(),
    };
    SYNTAXES.find_syntax_by_token(&known)
}

/// Colours all of the code, as long as `may_go_on` after the bytes done.
fn colour<'c>(
    code: &'c str,
    syntax: &SyntaxReference,
    may_go_on: impl Fn(usize) -> bool,
) -> Option<Vec<(&'static str, &'c str)>> {
    let mut state = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut stretches = Stretches { code, done: 0, end: 0, class: "", list: Vec::new() };
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        for (at, change) in state.parse_line(line, &SYNTAXES).ok()? {
            stretches.extend(start + at, look(&scopes));
            scopes.apply(&change).ok()?;
            if scopes.len() > MAX_DEPTH {
                return None;
            }
        }
        start += line.len();
        stretches.extend(start, look(&scopes));
        if !may_go_on(start) {
            return None;
        }
    }
    stretches.close();
    Some(stretches.list)
}

fn look(scopes: &ScopeStack) -> &'static str {
    let listed = |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.scopes.iter().rev().find_map(listed).map_or("", |(_, class)| class)
}

/// Collects neighbours of one class into one stretch.
struct Stretches<'c> {
    code: &'c str,
    /// The current stretch is from `done` to `end`.
    done: usize,
    end: usize,
    class: &'static str,
    list: Vec<(&'static str, &'c str)>,
}

impl Stretches<'_> {
    /// Says that the code from the last end to this one is of a class.
    fn extend(&mut self, end: usize, class: &'static str) {
        let is_blank = self.code[self.end..end].trim().is_empty();
        if class != self.class && !is_blank {
            self.close();
            self.class = class;
        }
        self.end = end;
    }

    fn close(&mut self) {
        if self.done < self.end {
            self.list.push((self.class, &self.code[self.done..self.end]));
            self.done = self.end;
        }
    }
}
