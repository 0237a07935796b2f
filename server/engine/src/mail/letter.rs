//! What a mail looks like: as plain text, and as HTML in which nothing of what people wrote is more than text.

use std::fmt::Write;

/// A mail to somebody.
pub(super) struct Letter {
    /// What they are called.
    pub(super) name: String,
    pub(super) address: String,
    pub(super) subject: String,
    /// By which a mail that comes twice is known, before the `@`.
    pub(super) id: String,
    pub(super) plain: String,
    pub(super) html: String,
    /// Where they end such mails.
    pub(super) stop: Option<String>,
}

/// What stands in a mail, from top to bottom.
pub(super) enum Block {
    /// A heading.
    Heading(String),
    /// Some words.
    Words(String),
    /// Something that happened, and where.
    Item {
        /// What, in a sentence.
        what: String,
        /// What was said, if something was.
        excerpt: String,
        /// How much more, in words, if there is more.
        more: Option<String>,
        /// Where it leads.
        url: String,
    },
    /// What there is to do: its words, and where it is done.
    Button(String, String),
    /// Small words at the end, and where they lead.
    Small(String, Option<(String, String)>),
}

/// One line of text without what would not be seen in it.
pub(super) fn line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c));
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters by which what follows is written the other way round.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// As plain text.
pub(super) fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Heading(words) => {
                let words = line(words);
                let rule = "-".repeat(words.chars().count().min(60));
                add(&mut text, format_args!("{words}\n{rule}\n\n"));
            }
            Block::Words(words) => add(&mut text, format_args!("{}\n\n", line(words))),
            Block::Item { what, excerpt, more, url } => {
                add(&mut text, format_args!("* {}\n", line(what)));
                if !excerpt.is_empty() {
                    add(&mut text, format_args!("  {}\n", line(excerpt)));
                }
                if let Some(more) = more {
                    add(&mut text, format_args!("  {more}\n"));
                }
                add(&mut text, format_args!("  {url}\n\n"));
            }
            Block::Button(words, url) => add(&mut text, format_args!("{}:\n{url}\n\n", line(words))),
            Block::Small(words, None) => add(&mut text, format_args!("{}\n\n", line(words))),
            Block::Small(words, Some((link, url))) => {
                add(&mut text, format_args!("{} {}:\n{url}\n\n", line(words), line(link)));
            }
        }
    }
    text
}

/// The colours of the pages for a light ground and a dark one, since mail programs choose it; those that don't know
/// `light-dark` take what stands before.
const LINK: &str = "color:#0b6a72;color:light-dark(#0b6a72,#62c6cd)";
const DIM: &str = "color:#5b6668;color:light-dark(#5b6668,#9aa7a9)";
const RULE: &str = "border-top:1px solid #c8c8c8;border-top-color:light-dark(#d5dadb,#3a4446)";
const BUTTON: &str = "display:inline-block;padding:10px 16px;border-radius:8px;background:#0b6a72;color:#ffffff;\
                      text-decoration:none;font-weight:600";

/// As HTML.
pub(super) fn html(title: &str, blocks: &[Block]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{}</title></head>\
         <body style=\"color-scheme:light dark;margin:0;padding:24px 16px;font:15px/1.45 system-ui,-apple-system,\
         'Segoe UI',Roboto,Helvetica,Arial,sans-serif\"><div style=\"max-width:560px;margin:0 auto\">\n",
        escaped(title)
    );
    for block in blocks {
        match block {
            Block::Heading(words) => {
                let words = escaped(words);
                add(&mut html, format_args!("<h2 style=\"font-size:17px;margin:24px 0 8px\">{words}</h2>\n"));
            }
            Block::Words(words) => {
                add(&mut html, format_args!("<p style=\"margin:16px 0\">{}</p>\n", escaped(words)));
            }
            Block::Item { what, excerpt, more, url } => item(&mut html, what, excerpt, more.as_deref(), url),
            Block::Button(words, url) => {
                let (words, url) = (escaped(words), escaped(url));
                add(
                    &mut html,
                    format_args!("<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"{BUTTON}\">{words}</a></p>\n"),
                );
            }
            Block::Small(words, link) => {
                let words = escaped(words);
                add(&mut html, format_args!("<p style=\"margin:8px 0 0;font-size:13px;{DIM}\">{words}"));
                if let Some((words, url)) = link {
                    let (words, url) = (escaped(words), escaped(url));
                    add(&mut html, format_args!(" <a href=\"{url}\" style=\"{DIM}\">{words}</a>"));
                }
                html.push_str("</p>\n");
            }
        }
    }
    html.push_str("</div></body></html>\n");
    html
}

fn item(html: &mut String, what: &str, excerpt: &str, more: Option<&str>, url: &str) {
    let (what, url) = (escaped(what), escaped(url));
    add(html, format_args!("<div style=\"padding:10px 0;{RULE}\">"));
    add(html, format_args!("<a href=\"{url}\" style=\"font-weight:600;text-decoration:none;{LINK}\">{what}</a>"));
    if !excerpt.is_empty() {
        add(html, format_args!("<div style=\"margin-top:2px\">{}</div>", escaped(excerpt)));
    }
    if let Some(more) = more {
        add(html, format_args!("<div style=\"margin-top:2px;font-size:13px;{DIM}\">{}</div>", escaped(more)));
    }
    html.push_str("</div>\n");
}

/// A text as HTML has it, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn add(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("memory takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_on_one_line() {
        let blocks = [
            Block::Heading("<b>Board</b>\r\nBcc: x".into()),
            Block::Item {
                what: "\"Eve\" <script>alert(1)</script>".into(),
                excerpt: "</div>'\u{202e}& more".into(),
                more: Some("and 2 more".into()),
                url: "https://b.example/?a=1&b=\"2\"".into(),
            },
            Block::Small("You asked for it.".into(), Some(("Stop <it>".into(), "https://b.example/stop/".into()))),
        ];
        let html = html("<title>", &blocks);
        for text in ["<script", "<b>", "\u{202e}", "</div>'", "<it>", "=\"2\""] {
            assert!(!html.contains(text), "{text}: {html}");
        }
        assert!(html.contains("&lt;b&gt;Board&lt;/b&gt; Bcc: x"), "{html}");
        let plain = plain(&blocks);
        assert_eq!(
            plain,
            "<b>Board</b> Bcc: x\n-------------------\n\n* \"Eve\" <script>alert(1)</script>\n  </div>'& more\n  \
             and 2 more\n  https://b.example/?a=1&b=\"2\"\n\nYou asked for it. Stop <it>:\nhttps://b.example/stop/\n\n"
        );
    }

    #[test]
    fn a_line_has_no_control_characters() {
        assert_eq!(line(" a\r\n\tb\0  c\u{85}d "), "a b c d");
        assert_eq!(line("\u{202e}"), "");
    }
}
