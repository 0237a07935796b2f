//! The table: what was measured, against what was wanted, in words that can be read.

mod targets;

use std::fmt::Write;

use crate::{
    figures::Spread,
    machine::Machine,
    plan::{Depth, Plan},
    rounds::Finding,
    run::Outcome,
};
use targets::TARGETS;

/// Where and how a run was made.
pub struct Setting {
    /// The machine.
    pub machine: Machine,
    /// When.
    pub date: String,
    /// How thorough.
    pub depth: Depth,
    /// How the programs were built.
    pub profile: String,
    /// Was it told to measure on a busy machine?
    pub even_if_busy: bool,
}

/// A table of rows that share their columns.
struct Section {
    title: &'static str,
    words: &'static str,
    /// What the first column of numbers is called.
    size: &'static str,
    whats: &'static [&'static str],
    columns: &'static [(&'static str, &'static str)],
}

const FANOUT: &[(&str, &str)] = &[
    ("cpu_us_per_delivery", "server CPU µs per delivery"),
    ("deliveries_per_s", "deliveries/s"),
    ("p50_ms", "p50 ms"),
    ("p99_ms", "p99 ms"),
    ("writes_per_delivery", "writes per delivery"),
    ("bytes_per_delivery", "bytes per delivery"),
    ("messages", "messages"),
    ("generator_cores", "generator, cores"),
    ("others_cores", "others, cores"),
];

const SECTIONS: &[Section] = &[
    Section {
        title: "Fan-out",
        words: "One person posts, everybody in the room receives. *One at a time*: the next message goes when the \
                last has reached everybody. *Bursts*: 16 people post at the same moment. p50 and p99 are from \
                posting until the **last** receiver has it. Boardwalk's CPU includes the post itself (HTTP, \
                permission, fsynced commit); the floor has none of that. Over the original's socket the post comes \
                in by socket, and Django Channels' CPU includes its Redis.",
        size: "sockets",
        whats: &["fan-out, one at a time", "fan-out, bursts of 16"],
        columns: FANOUT,
    },
    Section {
        title: "Durable sends",
        words: "Posts over HTTP by as many people as there are writers, each the next when the last is acknowledged, \
                which is after the fsynced commit; nobody listens. At 200/s posts go by the clock, and one that has to \
                wait for its turn has waited since it was due.",
        size: "writers (or posts/s)",
        whats: &["durable sends", "durable sends at 200/s"],
        columns: &[
            ("sends_per_s", "sends/s"),
            ("p50_ms", "ack p50 ms"),
            ("p99_ms", "ack p99 ms"),
            ("cpu_us_per_ack", "server CPU µs per ack"),
            ("messages", "messages"),
            ("generator_cores", "generator, cores"),
            ("others_cores", "others, cores"),
        ],
    },
    Section {
        title: "Connecting",
        words: "Every socket belongs to another person and session. Until all are upgraded, signed in, subscribed to \
                the room by a cursor, and have received the one message after that cursor; over the original's \
                socket, which has no cursors, until each has an answer to its ping. At most 200 handshakes are under \
                way at once.",
        size: "sockets",
        whats: &["connect, sign in, subscribe"],
        columns: &[
            ("seconds", "seconds"),
            ("cpu_us_per_socket", "server CPU µs per socket"),
            ("generator_cores", "generator, cores"),
            ("others_cores", "others, cores"),
        ],
    },
    Section {
        title: "Idle memory",
        words: "Growth of the server's resident memory from before the first of these sockets to a while after the \
                last, divided by their number (kB are 1,000 bytes). The kernel's own buffers are not in it; Django \
                Channels' Redis is.",
        size: "sockets",
        whats: &["memory of idle sockets"],
        columns: &[("kb_per_socket", "kB per socket"), ("mb_without_sockets", "MB without sockets")],
    },
    Section {
        title: "Restart",
        words: "The server is killed (SIGKILL) under its sockets while somebody posts 50 messages a second, and started \
                again at once on the same data. Everybody comes back with their cursors. *Caught up*: from the kill \
                until all are back and every message has reached every one, none missing, doubled or out of order.",
        size: "sockets",
        whats: &["restart after kill -9"],
        columns: &[
            ("caught_up_s", "caught up, s"),
            ("first_ack_s", "first ack after the kill, s"),
            ("messages", "messages"),
        ],
    },
    Section {
        title: "Room page",
        words: "The page of 50 messages as a browser gets it, rendered on the server from the database; two connections \
                ask at once. Pages per second and core are what the CPU time of a page leaves room for.",
        size: "messages",
        whats: &["room page, same person", "room page, another person each time", "room page, another person, brotli"],
        columns: &[
            ("cpu_ms_per_page", "server CPU ms per page"),
            ("pages_per_core_s", "pages per second and core"),
            ("pages_per_s", "pages/s, both cores shared with the generator"),
            ("kb_per_page", "kB per page"),
            ("generator_cores", "generator, cores"),
            ("others_cores", "others, cores"),
        ],
    },
    Section {
        title: "Start",
        words: "From starting the program on a filled database to the first answer of `/readyz`; resident memory a \
                while later, without sockets.",
        size: "",
        whats: &["cold start"],
        columns: &[("ms", "ms"), ("mb", "MB")],
    },
];

/// The whole document.
pub fn report(setting: &Setting, plan: &Plan, outcome: &Outcome) -> String {
    let findings: Vec<Finding> = outcome.findings.iter().map(|(_, finding)| finding.clone()).collect();
    let mut text = head(setting, plan, outcome);
    text.push_str(&against_targets(&findings));
    for section in SECTIONS {
        text.push_str(&table(section, &findings));
    }
    text.push_str(FOOT);
    text
}

fn head(setting: &Setting, plan: &Plan, outcome: &Outcome) -> String {
    let Setting { machine: Machine { model, cores, kernel, memory_gb }, date, profile, .. } = setting;
    let flag = match setting.depth {
        Depth::Tiny => " --tiny",
        Depth::Quick => " --quick",
        Depth::Full => "",
    };
    let rounds = plan.rounds;
    let pressure = outcome.pressure;
    let mut text = format!(
        "# Measurements\n\nMade by `cargo xtask bench{flag}` on {date}; machine: {model}, {cores} cores, {memory_gb:.0} GB, \
         Linux {kernel}. Server, load generator and peers share these cores and talk over loopback. Build: {profile}. \
         {rounds} rounds, interleaved; each figure is the median of the rounds with (least – most).\n\n\
         Every received frame was checked, and every acknowledged message was looked up in the database afterwards: \
         one that is missing, doubled or out of order fails the measurement, which then has no row here. \
         Highest CPU pressure at the begin of a round: {pressure:.1} %.\n\n"
    );
    for (name, why) in &outcome.failures {
        let why = why.lines().next().unwrap_or_default();
        add_line(&mut text, &format!("**Failed, and left out: {name}: {why}**\n"));
    }
    if setting.even_if_busy {
        text.push_str(
            "**Measured with `--even-if-busy`: other work may have shared the processors, and no figure here \
             counts.**\n\n",
        );
    }
    if setting.depth == Depth::Tiny || profile != "release" {
        text.push_str(
            "**A trial of the measurement itself, with an everyday build or tiny sizes: no figure here counts.**\n\n",
        );
    }
    text
}

fn against_targets(findings: &[Finding]) -> String {
    let mut text = String::from("## Against the targets\n\n| what | target | measured | met |\n|---|---|---|---|\n");
    for target in TARGETS {
        let Some(spread) = spread(findings, "Boardwalk", target.what, target.size, target.figure) else { continue };
        let sign = if target.at_most { "≤" } else { "≥" };
        let met = if target.at_most { spread.median <= target.value } else { spread.median >= target.value };
        let (wanted, met) = (number(target.value), if met { "yes" } else { "**no**" });
        add_line(
            &mut text,
            &format!("| {} | {sign} {wanted} {} | {} | {met} |", target.words, target.unit, cell(Some(spread))),
        );
    }
    text.push('\n');
    text
}

fn table(section: &Section, findings: &[Finding]) -> String {
    let mut keys: Vec<(&str, usize, &str)> = Vec::new();
    for finding in findings.iter().filter(|finding| section.whats.contains(&finding.what)) {
        let key = (finding.what, finding.size, finding.server);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return String::new();
    }
    keys.sort_by_key(|(what, size, server)| {
        (section.whats.iter().position(|known| known == what), *size, server.starts_with("Django"))
    });
    let columns = section.columns;
    let titles: Vec<&str> = columns.iter().map(|(_, title)| *title).collect();
    let mut text = format!("## {}\n\n{}\n\n", section.title, section.words);
    add_line(&mut text, &format!("| what | server | {} | {} |", section.size, titles.join(" | ")));
    add_line(&mut text, &format!("|---|---|---|{}", "---|".repeat(columns.len())));
    for (what, size, server) in keys {
        let cells: Vec<String> =
            columns.iter().map(|(figure, _)| cell(spread(findings, server, what, size, figure))).collect();
        add_line(&mut text, &format!("| {what} | {server} | {size} | {} |", cells.join(" | ")));
    }
    text.push('\n');
    text
}

fn add_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn spread(findings: &[Finding], server: &str, what: &str, size: usize, figure: &str) -> Option<Spread> {
    let same = |finding: &&Finding| finding.server == server && finding.what == what && finding.size == size;
    let values: Vec<f64> =
        findings.iter().filter(same).filter_map(|finding| finding.figures.get(figure).copied()).collect();
    Spread::of(&values)
}

fn cell(spread: Option<Spread>) -> String {
    let mut text = String::new();
    match spread {
        Some(Spread { median, min, max }) => {
            // Writing to a string can't fail.
            let _ = write!(text, "{} ({} – {})", number(median), number(min), number(max));
        }
        None => text.push('–'),
    }
    text
}

/// Three digits that count, and commas between thousands.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let digits = whole.len();
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && digit != '-' && (digits - i).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + &rest
}

const FOOT: &str = "\
## How to read this

- *Server CPU* is user and kernel time of the server's processes, read from their CPU clocks: what it costs, whatever \
else the machine did. Times (p50, p99, per second) are what one sees here with the generator on the same cores.
- *Generator, cores* is the share of one core that the load generator itself used; it is one thread, so near 1.0 it, \
and not the server, would be the limit. *Others* is everything else on the machine, kernel threads included.
- *Writes per delivery* is the server's own count of write() calls to sockets; a dash where it keeps none.
- The *floor* is a broadcaster of 200 lines without accounts or storage (`end2end/load/src/floor.rs`), one thread, one \
shared buffer and one write() per socket. The *peer* is described in `end2end/peers/channels/README.md`.
- Sessions are written to the database before the server starts, because checking thousands of passwords costs minutes \
and is not what is measured; every request and socket is then authenticated by its session as always.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_count() {
        for (value, text) in [
            (0.0, "0"),
            (0.012_34, "0.012"),
            (0.5, "0.50"),
            (9.87, "9.87"),
            (98.76, "98.8"),
            (987.6, "988"),
            (98_765.4, "98,765"),
            (1_234_567.0, "1,234,567"),
            (-1234.0, "-1,234"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_table_has_the_median_of_the_rounds_of_each_server() {
        let finding =
            |server, value: f64| Finding { what: "cold start", server, size: 1, figures: [("ms", value)].into() };
        let findings =
            [finding("Boardwalk", 30.0), finding("floor", 1.0), finding("Boardwalk", 20.0), finding("Boardwalk", 10.0)];
        let start = SECTIONS.iter().find(|section| section.title == "Start").unwrap();
        let text = table(start, &findings);
        assert!(text.contains("| cold start | Boardwalk | 1 | 20.0 (10.0 – 30.0) | – |"), "{text}");
        assert!(text.contains("| cold start | floor | 1 | 1.00 (1.00 – 1.00) | – |"), "{text}");
        let text = against_targets(&findings);
        assert!(text.contains("20.0 (10.0 – 30.0) | yes |"), "{text}");
    }
}
