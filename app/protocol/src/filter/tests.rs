use proptest::prelude::*;

use super::*;
use crate::Person;

/// A Wednesday.
const TODAY: &str = "2026-11-25";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn person(id: i64) -> Person {
    Person { id: UserId(id), username: format!("p{id}"), display_name: format!("P{id}") }
}

fn card() -> Card {
    Card {
        number: 12,
        title: "Réparer la façade ＡＢＣ".into(),
        labels: vec![LabelId(3), LabelId(4)],
        assignees: vec![person(1), person(2)],
        due: Some(day(TODAY)),
        ..Card::default()
    }
}

#[track_caller]
fn check(query: &str, card: &Card, expected: bool) {
    let filter = Filter::parse(query);
    assert_eq!(filter.sought(UserId(1), day(TODAY)).matches(card), expected, "{query}: {filter:?}");
}

#[test]
fn a_card_matches_what_is_in_its_title_folded() {
    for (query, expected) in [
        ("", true),
        ("?q=", true),
        ("?q=REPARER", true),
        ("q=facade+repar", true),
        ("?q=fa%C3%A7ade%20abc", true),
        ("?q=facade+door", false),
        ("?q=%2312", true),
        ("?q=%231", false),
        ("?q=12", false),
        ("?q=%23", false),
    ] {
        check(query, &card(), expected);
    }
    check("?q=%23", &Card { title: "C# again".into(), ..card() }, true);
}

#[test]
fn of_one_kind_any_will_do_and_of_each_kind_one_must() {
    for (query, expected) in [
        ("?label=3", true),
        ("?label=9&label=4", true),
        ("?label=9", false),
        ("?assignee=me", true),
        ("?assignee=nobody", false),
        ("?assignee=2", true),
        ("?assignee=7&assignee=nobody", false),
        ("?assignee=7&assignee=me", true),
        ("?label=3&assignee=me&due=today&q=facade", true),
        ("?label=3&assignee=me&due=later&q=facade", false),
        ("?label=9&assignee=me", false),
    ] {
        check(query, &card(), expected);
    }
    let of_nobody = Card { assignees: Vec::new(), ..card() };
    check("?assignee=nobody", &of_nobody, true);
    check("?assignee=me", &of_nobody, false);
    check("?assignee=me&assignee=nobody", &of_nobody, true);
}

#[test]
fn dates_stand_as_the_week_of_the_reader_says() {
    for (due, expected) in [
        ("2026-11-24", Deadline::Overdue),
        ("2026-11-25", Deadline::Today),
        ("2026-11-26", Deadline::Week),
        ("2026-11-29", Deadline::Week),
        ("2026-11-30", Deadline::Later),
    ] {
        assert_eq!(Deadline::of(Some(day(due)), day(TODAY)), expected, "{due}");
    }
    // On a Sunday the week has no further day; on a Monday all others.
    assert_eq!(Deadline::of(Some(day("2026-11-30")), day("2026-11-29")), Deadline::Later);
    assert_eq!(Deadline::of(Some(day("2026-11-29")), day("2026-11-23")), Deadline::Week);
    assert_eq!(Deadline::of(None, day(TODAY)), Deadline::Never);
}

#[test]
fn what_is_done_is_due_no_more_and_this_week_begins_today() {
    check("?due=week", &card(), true);
    check("?due=overdue&due=none", &card(), false);
    let done = Card { progress: limits::DONE, due: Some(day("2026-11-01")), ..card() };
    check("?due=overdue", &done, false);
    check("?due=none", &done, false);
    let never = Card { due: None, ..card() };
    check("?due=none", &never, true);
    check("?due=none", &Card { progress: limits::DONE, ..never.clone() }, true);
    check("?due=week&due=later", &never, false);
}

#[test]
fn what_an_address_says_otherwise_asks_for_nothing() {
    for query in [
        "?view=list&pins=",
        "?label=x&label=&label=99999999999999999999",
        "?assignee=you&due=tomorrow&due",
        "?Q=x&q",
        "?&&=&%",
    ] {
        assert!(Filter::parse(query).is_empty(), "{query}");
    }
    assert_eq!(Filter::parse("?q=%zz%4").text, "%zz%4");
    assert_eq!(Filter::parse("?q=%ff%C3").text, "\u{fffd}\u{fffd}");
    let many: String = (0..200).map(|id| format!("&label={id}&q={}", "é".repeat(300))).collect();
    let filter = Filter::parse(&many);
    assert_eq!((filter.labels.len(), filter.text.chars().count()), (MANY, limits::TASK_TITLE));
    assert_eq!(Filter::parse("?due=week&due=week&label=1&label=1").query(), "?label=1&due=week");
}

#[test]
fn a_form_knows_what_is_chosen() {
    let filter = Filter::parse("?q=a&label=3&assignee=me&due=none");
    for (name, value, expected) in
        [("label", "3", true), ("label", "4", false), ("assignee", "me", true), ("due", "none", true), ("q", "a", true)]
    {
        assert_eq!(filter.has(name, value), expected, "{name}={value}");
    }
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let assignee = prop_oneof![
        Just(Assignee::Me),
        Just(Assignee::Nobody),
        any::<i64>().prop_map(|id| Assignee::Person(UserId(id)))
    ];
    let due = prop::sample::select(Deadline::ALL.to_vec());
    let parts = (
        ".{0,60}",
        prop::collection::vec(any::<i64>().prop_map(LabelId), 0..5),
        prop::collection::vec(assignee, 0..5),
        prop::collection::vec(due, 0..5),
    );
    parts.prop_map(|(text, labels, assignees, due)| {
        let mut filter = Filter { text: text.trim().to_owned(), ..Filter::default() };
        labels.into_iter().for_each(|label| choose(&mut filter.labels, Some(label)));
        assignees.into_iter().for_each(|assignee| choose(&mut filter.assignees, Some(assignee)));
        due.into_iter().for_each(|due| choose(&mut filter.due, Some(due)));
        filter
    })
}

proptest! {
    #[test]
    fn an_address_says_all_of_a_filter(filter in any_filter()) {
        let query = filter.query();
        prop_assert!(query.chars().all(|c| c.is_ascii_graphic()), "{}", query);
        prop_assert_eq!(Filter::parse(&query), filter, "{}", query);
    }

    #[test]
    fn any_query_is_read(query in ".{0,80}", title in ".{0,40}") {
        let filter = Filter::parse(&query);
        prop_assert_eq!(&Filter::parse(&filter.query()), &filter);
        let card = Card { title, ..Card::default() };
        let found = filter.sought(UserId(1), day(TODAY)).matches(&card);
        prop_assert!(!filter.is_empty() || found);
    }

    #[test]
    fn a_word_of_a_title_finds_its_card(title in "\\PC{1,40}", nth in any::<prop::sample::Index>()) {
        let words: Vec<&str> = title.split_whitespace().collect();
        prop_assume!(!words.is_empty());
        let filter = Filter { text: words[nth.index(words.len())].to_uppercase(), ..Filter::default() };
        let card = Card { title: title.clone(), ..Card::default() };
        // Some letters have no single upper case: ß, ŉ. What is typed as it stands is always found.
        let typed = Filter { text: words[nth.index(words.len())].to_owned(), ..Filter::default() };
        prop_assert!(typed.sought(UserId(1), day(TODAY)).matches(&card));
        prop_assert!(!title.is_ascii() || filter.sought(UserId(1), day(TODAY)).matches(&card));
    }
}
