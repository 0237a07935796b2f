//! What is meant stands first, and what is chosen stays.

use super::*;

fn row(id: &str, kind: Kind, name: &str) -> Row {
    Row::new(id.into(), kind, Sign::Board, name, "", Does::Go(format!("/{id}/")))
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

fn known() -> Vec<Row> {
    let recent = |row: Row, recent| Row { recent: Some(recent), ..row };
    vec![
        row("board-1", Kind::Board, "Website"),
        row("board-2", Kind::Board, "New web"),
        recent(row("room-3", Kind::Room, "Web sales"), 1),
        row("room-4", Kind::Room, "cobwebs"),
        recent(row("task-5", Kind::Task, "#12 Untangle the web"), 0),
        row("here-0", Kind::Here, "Members"),
        row("do-inbox", Kind::Action, "Inbox"),
    ]
}

#[test]
fn what_begins_so_comes_first_and_what_was_opened_last_before_the_rest() {
    let rows = ranked(&known(), " WEB ");
    let expected = ["Web sales", "Website", "#12 Untangle the web", "New web", "cobwebs", "Search for “WEB”"];
    assert_eq!(names(&rows), expected);
    assert_eq!(rows.last().unwrap().does, Does::Go("/search/?q=WEB".into()));
    assert_eq!(names(&ranked(&known(), "nothing")), ["Search for “nothing”"]);
}

#[test]
fn before_anything_is_typed_there_is_what_was_opened_last_and_what_can_be_done() {
    for blank in ["", "  "] {
        assert_eq!(names(&ranked(&known(), blank)), ["#12 Untangle the web", "Web sales", "Members", "Inbox"]);
    }
}

#[test]
fn a_number_is_first_the_task_of_the_board_one_is_on() {
    let mut known = known();
    known.push(row("task-8", Kind::Task, "#123 Other"));
    known.push(Row { here: true, ..row("task-9", Kind::Task, "#12 Here") });
    for typed in ["#12", "12"] {
        let rows = ranked(&known, typed);
        assert_eq!(names(&rows)[..3], ["#12 Here", "#12 Untangle the web", "#123 Other"], "{typed}");
    }
}

#[test]
fn what_is_chosen_stays_where_it_is_when_more_is_known() {
    let mut all = known();
    let shown = ranked(&all, "web");
    learn(&mut all, vec![row("task-7", Kind::Task, "Web"), row("board-1", Kind::Board, "Website, renamed")]);
    let better = ranked(&all, "web");
    assert_eq!(names(&better)[..2], ["Web sales", "Website, renamed"]);
    assert_eq!(names(&folded_in(shown.clone(), None, better.clone())), names(&better));
    let held = folded_in(shown.clone(), Some(2), better.clone());
    assert_eq!(names(&held)[..3], names(&shown)[..3]);
    assert_eq!(names(&held)[3..], ["Web", "New web", "cobwebs", "Search for “web”"]);
}

#[test]
fn a_person_leads_to_what_they_wrote() {
    let person = protocol::Person { id: protocol::UserId(4), username: "ana.b".into(), display_name: "Anna".into() };
    let found = of_found(Found { people: vec![person], ..Found::default() }, None);
    assert_eq!(found[0].does, Does::Go("/search/?q=from%3Aana.b".into()));
    let rows = ranked(&found, "ana.b");
    assert_eq!(rows[0].name, "Anna", "by the username too");
}
