use proptest::prelude::*;

use super::*;

/// The parts of a search, a word each.
fn check(text: &str, expected: &[&str]) {
    let say = |part: Part| match part.meaning {
        Meaning::Word(word) => word,
        Meaning::Phrase(phrase) => format!("“{phrase}”"),
        Meaning::Filter(Filter::In(name)) => format!("in {name}"),
        Meaning::Filter(Filter::From(name)) => format!("from {name}"),
        Meaning::Filter(Filter::Before(Day { year, month, day })) => format!("before {year}/{month}/{day}"),
        Meaning::Filter(Filter::After(Day { year, month, day })) => format!("after {year}/{month}/{day}"),
        Meaning::Filter(filter) => format!("{filter:?}"),
        Meaning::Wrong(why) => format!("wrong: {}", why.split_whitespace().last().unwrap_or_default()),
    };
    let parts: Vec<String> = parse(text).into_iter().map(say).collect();
    assert_eq!(parts, expected, "{text:?}");
}

#[test]
fn words_phrases_and_filters_are_told_apart() {
    check("", &[]);
    check(" \u{3000}\n ", &[]);
    check("two words", &["two", "words"]);
    check("\"two words\" three", &["“two words”", "three"]);
    check("“two words” three", &["“two words”", "three"]);
    check("in:general from:ana is:task has:file", &["in general", "from ana", "IsTask", "HasFile"]);
    check("IN:#General FROM:@Ana IS:Task", &["in General", "from Ana", "IsTask"]);
    check("in:\"Design team\" x", &["in Design team", "x"]);
    check("in：general", &["in general"]);
    check("before:2026-11-23 after:2024-02-29", &["before 2026/11/23", "after 2024/2/29"]);
    check("東京　大阪", &["東京", "大阪"]);
}

#[test]
fn a_filter_that_says_nothing_is_named() {
    check("in: x", &["wrong: in:general.", "x"]);
    check("in:\"\"", &["wrong: in:general."]);
    check("from:@", &["wrong: from:me."]);
    check("is:purple has:fun", &["wrong: is:task.", "wrong: has:file."]);
    for day in
        ["", "noon", "2026-13-01", "2026-02-29", "2026-11", "2026-11-23-1", "+2026-1-1", "1969-12-31", "99999-1-1"]
    {
        check(&format!("before:{day}"), &["wrong: before:2026-11-23."]);
    }
}

#[test]
fn everything_else_is_words() {
    check("12:30 http://x.example foo:bar", &["12:30", "http://x.example", "foo:bar"]);
    check("a AND NOT b* NEAR(c)", &["a", "AND", "NOT", "b*", "NEAR(c)"]);
    check("\"left open", &["“left open”"]);
    check("\"", &["“”"]);
    check("\"\"\"", &["“”", "“”"]);
    check("a\"b c", &["a\"b", "c"]);
    check(":", &[":"]);
}

#[test]
fn a_part_can_be_taken_out() {
    let text = "deploy  in:\"Design team\"  from:ana";
    let parts = parse(text);
    assert_eq!(without(text, &parts[1].range), "deploy from:ana");
    assert_eq!(without(text, &parts[0].range), "in:\"Design team\"  from:ana");
    assert_eq!(without("in:x", &parse("in:x")[0].range), "");
}

#[test]
fn a_key_reads_back_what_it_writes() {
    for key in [
        Key::default(),
        Key { messages: 5, tasks: 0, after: None },
        Key { messages: 5, tasks: 7, after: Some((1200, true, 9)) },
        Key { messages: 5, tasks: 7, after: Some((0, false, 9)) },
    ] {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    for text in
        ["", "m", "m5", "t5", "m5t", "mt", "m-5t1", "m5t7s", "m5t7s1", "m5t7s1x2", "m5t7s1m", "m99999999999999999999t1"]
    {
        assert_eq!(text.parse::<Key>(), Err(()), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_search(text in "\\PC{0,60}") {
        let parts = parse(&text);
        let mut end = 0;
        for part in &parts {
            prop_assert!(part.range.start >= end && part.range.end > part.range.start);
            prop_assert!(text.get(part.range.clone()).is_some());
            without(&text, &part.range);
            end = part.range.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }

    #[test]
    fn any_signs_are_a_search(parts in prop::collection::vec(prop::sample::select(SIGNS), 0..12)) {
        let text = parts.concat();
        let covered: usize = parse(&text).iter().map(|part| part.range.len()).sum();
        prop_assert!(covered <= text.len());
    }

    #[test]
    fn any_text_may_be_a_key(text in "[mts0-9]{0,12}") {
        if let Ok(key) = text.parse::<Key>() {
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }
    }
}

const SIGNS: &[&str] = &[
    "\"",
    "“",
    ":",
    "：",
    " ",
    "\u{3000}",
    "in",
    "from",
    "is",
    "before",
    "a",
    "é",
    "東",
    "\0",
    "*",
    "(",
    ")",
    "-",
    "2026-11-23",
];
