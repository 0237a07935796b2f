use proptest::prelude::*;

use super::*;

/// A text with its selection between `‹` and `›`, or its caret at `|`.
fn read(shown: &str) -> (String, Range<usize>) {
    if let Some((before, after)) = shown.split_once('|') {
        return (format!("{before}{after}"), before.len()..before.len());
    }
    let (before, rest) = shown.split_once('‹').unwrap();
    let (selected, after) = rest.split_once('›').unwrap();
    (format!("{before}{selected}{after}"), before.len()..before.len() + selected.len())
}

fn shown(text: &str, change: Change) -> String {
    let mut text = text.to_owned();
    text.replace_range(change.range, &change.with);
    let Range { start, end } = change.select;
    match start == end {
        true => format!("{}|{}", &text[..start], &text[start..]),
        false => format!("{}‹{}›{}", &text[..start], &text[start..end], &text[end..]),
    }
}

#[track_caller]
fn check(mark: Mark, before: &str, expected: &str) {
    let (text, selection) = read(before);
    assert_eq!(shown(&text, marked(&text, selection, mark)), expected, "{mark:?} of {before}");
}

#[test]
fn a_mark_goes_around_what_is_selected_and_away_again() {
    for (mark, plain, with) in [
        (Mark::Bold, "a ‹word› b", "a **‹word›** b"),
        (Mark::Italic, "a ‹word› b", "a *‹word›* b"),
        (Mark::Strike, "a ‹word› b", "a ~~‹word›~~ b"),
        (Mark::Code, "a ‹word› b", "a `‹word›` b"),
        (Mark::Bold, "a | b", "a **|** b"),
        (Mark::Bold, "‹é王›", "**‹é王›**"),
    ] {
        check(mark, plain, with);
        check(mark, with, plain);
    }
    // The signs may be selected too, and spaces at the ends are not meant.
    check(Mark::Bold, "a ‹**word**› b", "a ‹word› b");
    check(Mark::Strike, "‹~~word~~›", "‹word›");
    check(Mark::Italic, "a‹ word ›b", "a *‹word›* b");
}

#[test]
fn bold_and_italic_do_not_take_each_other_away() {
    check(Mark::Italic, "**‹word›**", "***‹word›***");
    check(Mark::Bold, "*‹word›*", "***‹word›***");
    check(Mark::Bold, "***‹word›***", "*‹word›*");
    check(Mark::Italic, "***‹word›***", "**‹word›**");
}

#[test]
fn code_of_several_lines_is_a_block_and_signs_within_are_kept() {
    check(Mark::Code, "x\n‹let a;\nlet b;›", "x\n```\n‹let a;\nlet b;›\n```");
    check(Mark::Code, "‹a ` b›", "`` ‹a ` b› ``");
    check(Mark::Code, "‹```\nx\n```›", "````\n‹```\nx\n```›\n````");
}

#[test]
fn words_become_a_link_whose_address_comes_next() {
    check(Mark::Link, "see ‹the plan› x", "see [the plan](|) x");
    check(Mark::Link, "‹a [b] c›", "[a \\[b\\] c](|)");
    check(Mark::Link, "‹https://example.org›", "[|](https://example.org)");
}

#[test]
fn whole_lines_become_a_list_or_a_quote_and_are_none_again() {
    check(Mark::Bullets, "one\n‹two\nthree›\nfour", "one\n‹- two\n- three›\nfour");
    check(Mark::Bullets, "‹- two\n- three›", "‹two\nthree›");
    check(Mark::Numbers, "‹two\n\n- three›", "‹1. two\n\n2. three›");
    check(Mark::Numbers, "‹1. two\n2. three›", "‹two\nthree›");
    check(Mark::Quote, "one\ntw|o", "one\n> two|");
    check(Mark::Quote, "> two|", "two|");
    check(Mark::Bullets, "|", "- |");
    check(Mark::Bullets, "- |", "|");
    // The line below the last one is not meant.
    check(Mark::Quote, "‹one\n›two", "‹> one›\ntwo");
}

#[test]
fn a_line_break_goes_on_with_a_list_and_ends_it_where_nothing_is_written() {
    for (before, expected) in [
        ("- one|", Some("- one\n- |")),
        ("* one| two", Some("* one\n* | two")),
        ("  - one|", Some("  - one\n  - |")),
        ("9. one|", Some("9. one\n10. |")),
        ("1) one|", Some("1) one\n2) |")),
        ("- [x] one|", Some("- [x] one\n- [ ] |")),
        ("> one|", Some("> one\n> |")),
        ("> - one|", Some("> - one\n> - |")),
        ("- one\n- |", Some("- one\n|")),
        ("- [ ] |", Some("|")),
        ("> |", Some("|")),
        ("-| one", None),
        ("one|", None),
        ("-one|", None),
        ("2026 was good|", None),
        ("```\n- one|", None),
        ("|", None),
    ] {
        let (text, selection) = read(before);
        let after = continued(&text, selection.start).map(|change| shown(&text, change));
        assert_eq!(after.as_deref(), expected, "{before}");
    }
}

#[test]
fn an_address_pasted_over_words_makes_them_a_link() {
    for (before, address, expected) in [
        ("see ‹the plan›.", "https://example.org/a", Some("see [the plan](https://example.org/a)|.")),
        ("‹wiki›", " https://example.org/a_(b) ", Some("[wiki](https://example.org/a_%28b%29)|")),
        ("‹wiki›", "not an address", None),
        ("‹wiki›", "https://example.org two", None),
        ("‹wiki›", "javascript:alert(1)", None),
        ("‹one\ntwo›", "https://example.org", None),
        ("‹https://old.example.org›", "https://example.org", None),
        ("`‹code›`", "https://example.org", None),
        ("```\n‹code›", "https://example.org", None),
        ("|", "https://example.org", None),
    ] {
        let (text, selection) = read(before);
        let after = pasted(&text, selection, address).map(|change| shown(&text, change));
        assert_eq!(after.as_deref(), expected, "{before} {address}");
    }
}

proptest! {
    #[test]
    fn any_selection_of_any_text_can_be_marked(text in "[a1é王 *`~>\\-.\n\\[\\]]{0,30}", from in 0_usize..40, to in 0_usize..40) {
        let bound = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let (start, end) = (bound(from.min(to)), bound(from.max(to)));
        let marks = [
            Mark::Bold, Mark::Italic, Mark::Strike, Mark::Code, Mark::Link, Mark::Bullets, Mark::Numbers, Mark::Quote,
        ];
        let mut changes: Vec<Change> = marks.iter().map(|mark| marked(&text, start..end, *mark)).collect();
        changes.extend(continued(&text, end));
        changes.extend(pasted(&text, start..end, "https://example.org/(a)"));
        for change in changes {
            let mut after = text.clone();
            after.replace_range(change.range.clone(), &change.with);
            prop_assert!(after.get(change.select.clone()).is_some(), "{:?}", change);
        }
    }
}
