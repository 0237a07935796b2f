use super::*;

const HTML: &str = r#"<p>see <a class="task-link" href="/boards/7/tasks/31/" rel="nofollow noopener ugc">#12</a>, or <a class="task-link" href="/boards/7/tasks/32/" rel="nofollow noopener ugc">#13</a></p>"#;

fn card(id: i64, title: &str, revision: i64) -> Card {
    Card { id: TaskId(id), number: 12, title: title.to_owned(), column: ColumnId(1), revision, ..Card::default() }
}

fn column(id: i64, name: &str) -> Column {
    Column { id: ColumnId(id), name: name.to_owned(), position: "a".to_owned(), colour: None, limit: None }
}

fn refs(tasks: &[Card], gone: &[i64]) -> Refs {
    Refs {
        board: Cursor { stream: Stream::Board(BoardId(7)), epoch: "e".to_owned(), seq: 1 },
        columns: vec![column(1, "To do"), column(2, "Doing")],
        tasks: tasks.iter().map(TaskRef::from).collect(),
        gone: gone.iter().copied().map(TaskId).collect(),
    }
}

fn known(tasks: &[Card], gone: &[i64]) -> Known {
    let mut known = Known::default();
    known.learn(&refs(tasks, gone));
    known
}

/// What a reader sees of a text: without its tags.
fn seen(known: &Known) -> String {
    let mut inside = false;
    let dressed = known.dressed(HTML);
    dressed
        .chars()
        .filter(|c| {
            inside = *c == '<' || (inside && *c != '>');
            !inside && *c != '>'
        })
        .collect()
}

#[test]
fn links_are_found_where_the_server_wrote_them() {
    let found: Vec<_> = links(HTML).map(|link| (link.board, link.task, link.text)).collect();
    assert_eq!(found, [(BoardId(7), TaskId(31), "#12"), (BoardId(7), TaskId(32), "#13")]);
    let typed = r#"<p>&lt;a class="task-link" href="/boards/7/tasks/31/"&gt;#12&lt;/a&gt;</p>"#;
    assert_eq!((links(typed).count(), known(&[], &[31]).dressed(typed)), (0, typed.to_owned()));
    for broken in [
        r#"<a class="task-link" href="/boards/7/tasks/31/"#,
        r#"<a class="task-link" href="/boards/x/tasks/1/">#1</a>"#,
    ] {
        assert_eq!(links(broken).count(), 0, "{broken}");
    }
}

#[test]
fn a_chip_says_title_column_and_whether_it_is_done() {
    let mut done = card(31, "Ship <it> & rest", 1);
    done.progress = 100;
    let known = known(&[done], &[32]);
    assert_eq!(seen(&known), "see #12 done: Ship &lt;it&gt; &amp; rest To do, or #13");
    let html = known.dressed(HTML);
    assert!(html.contains(r#"<a class="task-link task-chip task-done" href="/boards/7/tasks/31/""#), "{html}");
    assert!(
        html.contains(r#"<a class="task-link task-gone" rel="nofollow noopener ugc" data-task="7/32">#13</a>"#),
        "{html}"
    );
}

#[test]
fn what_is_not_known_stays_a_link_and_is_asked_for() {
    let known = known(&[card(31, "Ship", 1)], &[]);
    assert_eq!(known.unknown(HTML), [(BoardId(7), TaskId(32))]);
    assert!(known.dressed(HTML).ends_with(&HTML[HTML.find(", or").unwrap()..]));
    assert_eq!(Known::default().dressed(HTML), HTML);
}

#[test]
fn chips_follow_what_happens_on_the_board() {
    let by = crate::UserId(1);
    let mut known = known(&[card(31, "Ship", 3)], &[32]);
    assert_eq!(known.apply(&Event::CardChanged { card: card(31, "Older", 2) }), []);
    assert_eq!(known.apply(&Event::CardChanged { card: card(31, "Sail", 4) }), [TaskId(31)]);
    assert_eq!(seen(&known), "see #12 Sail To do, or #13");
    let placed = crate::CardPlace { id: TaskId(31), column: ColumnId(2), position: "b".to_owned() };
    known.apply(&Event::CardsPlaced { cards: vec![placed] });
    assert_eq!(seen(&known), "see #12 Sail Doing, or #13");
    known.apply(&Event::ColumnsChanged { columns: vec![column(1, "To do"), column(2, "At sea")] });
    assert_eq!(seen(&known), "see #12 Sail At sea, or #13");
    known.apply(&Event::CardsArchived { cards: vec![(TaskId(31), 5)], by });
    assert_eq!(seen(&known), "see #12 Sail Archived, or #13");
    known.apply(&Event::TaskDeleted { id: TaskId(31), revision: 6, by });
    assert_eq!(seen(&known), "see #12, or #13");
    known.apply(&Event::TaskRestored { card: card(31, "Sail", 7), by });
    assert_eq!(seen(&known), "see #12 Sail To do, or #13");
    known.apply(&Event::TaskLeft { id: TaskId(31), revision: 8, by });
    assert_eq!(known.unknown(HTML), [(BoardId(7), TaskId(31))], "a link stays, and no word of it");
    assert!(!seen(&known).contains("Sail"));
}

#[test]
fn a_page_that_is_older_than_an_event_changes_nothing() {
    let mut known = known(&[], &[]);
    known.apply(&Event::TaskCreated { card: card(31, "Newest", 5) });
    known.learn(&refs(&[card(31, "Old", 4)], &[]));
    assert_eq!(known.unknown(HTML), [(BoardId(7), TaskId(32))]);
    assert!(seen(&known).contains("Newest"));
}

#[test]
fn another_board_begins_anew_and_what_is_kept_is_what_is_known() {
    let mut one = known(&[card(31, "Ship", 1)], &[32]);
    assert_eq!(known_from(&one.refs().unwrap()), one);
    let other =
        Refs { board: Cursor { stream: Stream::Board(BoardId(8)), epoch: "e".to_owned(), seq: 1 }, ..refs(&[], &[]) };
    one.learn(&other);
    assert_eq!((one.board(), one.unknown(HTML).len()), (Some(BoardId(8)), 2));
}

fn known_from(refs: &Refs) -> Known {
    let mut known = Known::default();
    known.learn(refs);
    known
}
