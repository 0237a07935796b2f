use proptest::prelude::*;

use super::*;
use crate::{Label, Person, Priority};

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
        column: ColumnId(5),
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
        ("?column=9&column=5", true),
        ("?column=9", false),
        ("?column=5&label=9", false),
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

#[test]
fn a_list_is_in_the_order_that_is_asked_for() {
    // As they stand on the board: two in its first column, three in its second.
    let card = |number, title: &str, due: Option<&str>, priority, progress| Card {
        number,
        title: title.to_owned(),
        due: due.map(day),
        priority,
        progress,
        ..Card::default()
    };
    let board = [
        (0, card(4, "éclair", Some("2026-11-24"), None, 0)),
        (0, card(1, "Zebra", None, None, 100)),
        (1, card(3, "Door", Some("2026-11-25"), Some(Priority::Urgent), 0)),
        (1, card(2, "door", Some("2026-11-25"), Some(Priority::Low), 50)),
        (1, card(5, "Fence", None, Some(Priority::Urgent), 0)),
    ];
    for (query, expected) in [
        ("?view=list", [4, 1, 3, 2, 5]),
        ("?view=list&sort=x", [4, 1, 3, 2, 5]),
        ("?view=list&sort=column", [4, 1, 3, 2, 5]),
        ("?view=list&sort=-column", [3, 2, 5, 4, 1]),
        ("?sort=number&view=list", [1, 2, 3, 4, 5]),
        ("?sort=-number&view=list", [5, 4, 3, 2, 1]),
        // What is equal stands as on the board, whichever way it goes.
        ("?view=list&sort=title", [3, 2, 4, 5, 1]),
        ("?view=list&sort=-title", [1, 5, 4, 3, 2]),
        // What has none is last, whichever way it goes.
        ("?view=list&sort=due", [4, 3, 2, 1, 5]),
        ("?view=list&sort=-due", [3, 2, 4, 1, 5]),
        ("?view=list&sort=priority", [2, 3, 5, 4, 1]),
        ("?view=list&sort=-priority", [3, 5, 2, 4, 1]),
        ("?view=list&sort=-progress", [1, 2, 4, 3, 5]),
    ] {
        let order = Filter::parse(query).list.unwrap();
        let mut rows: Vec<_> =
            board.iter().map(|(column, card)| (order.rank(card, *column, &[]), card.number)).collect();
        order.sort(&mut rows);
        assert_eq!(rows.into_iter().map(|(_, number)| number).collect::<Vec<_>>(), expected, "{query}");
    }
}

#[test]
fn people_and_labels_sort_a_list_by_their_names() {
    let label = |id, name: &str| Label { id: LabelId(id), name: name.into(), colour: crate::Colour::Red };
    let labels = [label(7, "Bug"), label(3, "élan"), label(5, "Zoo")];
    let card = |number, people: &[(i64, &str)], labels: &[i64]| {
        let called = |(id, name): &(i64, &str)| Person { display_name: (*name).to_owned(), ..person(*id) };
        let assignees = people.iter().map(called).collect();
        Card { number, assignees, labels: labels.iter().copied().map(LabelId).collect(), ..Card::default() }
    };
    let board = [
        card(1, &[], &[]),
        card(2, &[(1, "Élodie")], &[5]),
        // Whoever was assigned first, and whatever the ids say.
        card(3, &[(2, "zed"), (3, "Ana")], &[5, 7]),
        card(4, &[(3, "Ana")], &[3]),
        card(5, &[(3, "Ana")], &[7, 99]),
    ];
    for (query, expected) in [
        ("?view=list&sort=assignee", [4, 5, 3, 2, 1]),
        ("?view=list&sort=-assignee", [2, 3, 4, 5, 1]),
        ("?view=list&sort=label", [5, 3, 4, 2, 1]),
        ("?view=list&sort=-label", [2, 4, 3, 5, 1]),
    ] {
        let order = Filter::parse(query).list.unwrap();
        let mut rows: Vec<_> = board.iter().map(|card| (order.rank(card, 0, &labels), card.number)).collect();
        order.sort(&mut rows);
        assert_eq!(rows.into_iter().map(|(_, number)| number).collect::<Vec<_>>(), expected, "{query}");
    }
}

#[test]
fn how_cards_are_shown_is_no_filter_of_them() {
    assert_eq!(Filter::parse("?view=x&sort=due"), Filter::default());
    let asked = Filter::parse("?q=a&view=list&sort=-due");
    assert_eq!(asked.query(), "?q=a&view=list&sort=-due");
    assert_eq!(asked.cleared().query(), "?view=list&sort=-due");
    assert_eq!(asked.shown_as(None).query(), "?q=a");
    assert_eq!(asked.shown_as(Some(Order::default())).query(), "?q=a&view=list");
    assert!(!asked.is_empty() && asked.cleared().is_empty());
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let assignee = prop_oneof![
        Just(Assignee::Me),
        Just(Assignee::Nobody),
        any::<i64>().prop_map(|id| Assignee::Person(UserId(id)))
    ];
    let due = prop::sample::select(Deadline::ALL.to_vec());
    let order = (prop::sample::select(By::ALL.to_vec()), any::<bool>()).prop_map(|(by, down)| Order { by, down });
    let parts = (
        ".{0,60}",
        prop::collection::vec(any::<i64>().prop_map(ColumnId), 0..5),
        prop::collection::vec(any::<i64>().prop_map(LabelId), 0..5),
        prop::collection::vec(assignee, 0..5),
        prop::collection::vec(due, 0..5),
        prop::option::of(order),
    );
    parts.prop_map(|(text, columns, labels, assignees, due, list)| {
        let mut filter = Filter { text: text.trim().to_owned(), list, ..Filter::default() };
        columns.into_iter().for_each(|column| choose(&mut filter.columns, Some(column)));
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

#[test]
fn a_calendar_is_of_the_month_that_is_asked_for() {
    for (query, month, said) in [
        ("?view=calendar", None, "?view=calendar"),
        ("?month=2031-02&view=calendar&q=a", Some("2031-02"), "?q=a&view=calendar&month=2031-02"),
        ("?view=calendar&month=2031-13&sort=due", None, "?view=calendar"),
    ] {
        let filter = Filter::parse(query);
        let asked = Calendar { month: month.map(|month| month.parse().unwrap()) };
        assert_eq!((filter.calendar, filter.list, filter.query().as_str()), (Some(asked), None, said), "{query}");
        assert_eq!(filter.shown_as(None).calendar, None);
        assert_eq!(filter.cleared().calendar, Some(asked));
    }
    assert_eq!(Filter::parse("?month=2031-02&view=list").calendar, None);
    assert!(Filter::parse("?month=2031-02").in_columns());
    assert!(!Filter::parse("?view=list").shown_in(Calendar::default()).in_columns());
}
