//! Tasks named by their number: the chips that show them, and the texts that a task is named in.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Answer, Person, Scene, TestApp, function};

on_both_databases!(
    a_number_leads_to_the_task_of_the_same_board,
    a_chip_says_what_is_true_when_the_page_is_made,
    a_chip_of_a_deleted_task_leads_nowhere_and_shows_nothing_of_it,
    what_is_true_of_tasks_is_told_to_the_board_alone,
    a_task_lists_where_it_is_named,
    what_is_deleted_edited_away_or_cleared_is_listed_no_longer,
    only_what_one_may_read_at_that_moment_is_listed,
    the_list_goes_on_by_key,
    the_board_is_told_that_tasks_are_named_but_not_of_private_rooms,
    what_was_written_before_is_listed_too,
);

/// The chip of a task on a page of HTML.
fn chip(board: i64, task: i64, class: &str, inner: &str) -> String {
    format!(
        r#"<a class="{class}" href="/boards/{board}/tasks/{task}/" rel="nofollow noopener ugc" data-task="{board}/{task}">{inner}</a>"#
    )
}

fn inner(number: i64, title: &str, column: &str) -> String {
    format!(
        r#"<span class="task-chip-number">#{number}</span> <bdi class="task-chip-title">{title}</bdi> <span class="task-chip-column">{column}</span>"#
    )
}

async fn comment(person: &Person, task: i64, text: &str) -> i64 {
    let said = person.post(&format!("/messaging/task/{task}/comments/"), json!({"content": text})).await;
    assert_eq!(said.status, 201, "{said:?}");
    said.id()
}

async fn does(person: &Person, path: &str, body: Value) -> Answer {
    let done = person.post(path, body).await;
    assert!(done.status.is_success(), "{path}: {done:?}");
    done
}

async fn task(person: &Person, board: i64, title: &str, description: &str) -> i64 {
    does(person, &format!("/boards/{board}/tasks/"), json!({"title": title, "description": description})).await.id()
}

/// The texts that name a task, as this person reads them: who, where, and what they say.
async fn listed(person: &Person, task: i64) -> Vec<String> {
    let page = referrers(person, task, None).await;
    assert_eq!(page.status, 200, "{page:?}");
    lines(&page.json)
}

async fn referrers(person: &Person, task: i64, before: Option<i64>) -> Answer {
    person.get(&function("load_page", json!({"page": {"referrers": {"task": task, "before": before}}}))).await
}

fn lines(page: &Value) -> Vec<String> {
    let line = |row: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        format!(
            "{} {} {}: {}",
            text(&row["by"]["username"]),
            text(&row["kind"]),
            text(&row["place"]),
            text(&row["excerpt"])
        )
    };
    page["rows"].as_array().unwrap().iter().map(line).collect()
}

async fn a_number_leads_to_the_task_of_the_same_board(app: TestApp) {
    let Scene { ana, bo, board, room, task: first, .. } = app.with_board().await;
    let other = does(&ana, "/boards/", json!({"name": "Other"})).await.id();
    for title in ["One", "Two"] {
        task(&ana, other, title, "").await;
    }
    let expected =
        format!("<p>see {}, not #2</p>", chip(board, first, "task-link task-chip", &inner(1, "Ship it", "To do")));
    let said = bo.say(room, "see #1, not #2").await;
    comment(&bo, first, "see #1, not #2").await;
    for path in [format!("/messaging/room/{room}/"), format!("/messaging/task/{first}/comments/")] {
        let page = ana.page(&path).await.text;
        assert!(page.contains(&expected), "{page}");
    }
    let body = json!({"title": "Another", "description": "as #1"});
    let made = does(&ana, &format!("/boards/{board}/tasks/"), body).await;
    let stored =
        format!(r#"<a class="task-link" href="/boards/{board}/tasks/{first}/" rel="nofollow noopener ugc">#1</a>"#);
    assert!(made.json["description_html"].as_str().unwrap().contains(&stored), "{made:?}");
    does(&bo, &format!("/messaging/message/{said}/edit/"), json!({"content": "see #2"})).await;
    let page = ana.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains(&chip(board, made.id(), "task-link task-chip", &inner(2, "Another", "To do"))), "{page}");
    assert!(!page.contains(&format!("/tasks/{first}/\" rel")), "{page}");
}

async fn a_chip_says_what_is_true_when_the_page_is_made(app: TestApp) {
    let Scene { ana, vic, board, room, task, .. } = app.with_board().await;
    let said = ana.say(room, "about #1").await;
    ana.post(&format!("/messaging/message/{said}/pin/"), json!({})).await;
    let pages = [
        format!("/messaging/room/{room}/"),
        format!("/messaging/room/{room}/?pins="),
        format!("/messaging/room/{room}/?thread={said}"),
    ];
    let show = async |expected: String| {
        for path in &pages {
            let page = vic.page(path).await.text;
            assert!(page.contains(&expected), "{path} lacks {expected}\n{page}");
        }
    };
    show(chip(board, task, "task-link task-chip", &inner(1, "Ship it", "To do"))).await;
    let columns =
        ana.get(&function("load_page", json!({"page": {"board": {"board": board}}}))).await.json["columns"].clone();
    let doing = columns[1]["id"].as_i64().unwrap();
    let edit = json!({"key": Uuid::now_v7(), "task": task, "title": "Sail <b>", "description": "", "version": 1});
    does(&ana, "/api/edit_task", edit).await;
    does(&ana, "/api/move_task", json!({"key": Uuid::now_v7(), "task": task, "column": doing, "place": 1})).await;
    let column = columns[1]["name"].as_str().unwrap();
    show(chip(board, task, "task-link task-chip", &inner(1, "Sail &lt;b&gt;", column))).await;
    does(&ana, "/api/change_task", json!({"key": Uuid::now_v7(), "task": task, "changes": [{"progress": 100}]})).await;
    let done = inner(1, "Sail &lt;b&gt;", column).replace("<bdi", r#"<span class="visually-hidden">done: </span><bdi"#);
    show(chip(board, task, "task-link task-chip task-done", &done)).await;
    does(&ana, "/api/archive_task", json!({"key": Uuid::now_v7(), "task": task})).await;
    show(chip(board, task, "task-link task-chip task-done", &done.replace(&format!(">{column}<"), ">Archived<"))).await;
}

async fn a_chip_of_a_deleted_task_leads_nowhere_and_shows_nothing_of_it(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let doomed = task(&ana, board, "Secret plans", "").await;
    bo.say(room, "about #2 and #1").await;
    let room = format!("/messaging/room/{room}/");
    assert!(bo.page(&room).await.text.contains("Secret plans"));
    does(&ana, "/api/delete_task", json!({"key": Uuid::now_v7(), "task": doomed})).await;
    let page = bo.page(&room).await.text;
    let gone =
        format!(r#"<a class="task-link task-gone" rel="nofollow noopener ugc" data-task="{board}/{doomed}">#2</a>"#);
    assert!(page.contains(&gone) && page.contains("Ship it") && !page.contains("Secret plans"), "{page}");
    let json = bo.get(&format!("{room}history/")).await;
    assert_eq!(json.json["messages"][0]["content"], "about #2 and #1");
    does(&ana, "/api/restore_task", json!({"key": Uuid::now_v7(), "task": doomed})).await;
    assert!(bo.page(&room).await.text.contains("Secret plans"));
}

async fn what_is_true_of_tasks_is_told_to_the_board_alone(app: TestApp) {
    let Scene { ana, vic, eve, board, task: first, .. } = app.with_board().await;
    let other = does(&eve, "/boards/", json!({"name": "Hers"})).await.id();
    let hers = task(&eve, other, "Hers alone", "").await;
    let ask = |board: i64, tasks: Value| function("load_references", json!({"board": board, "tasks": tasks}));
    let found = vic.get(&ask(board, json!([first, hers, 999_999]))).await;
    assert_eq!(found.status, 200, "{found:?}");
    assert_eq!(found.json["tasks"].as_array().unwrap().len(), 1, "{found:?}");
    assert_eq!(found.json["tasks"][0]["title"], "Ship it");
    assert_eq!(found.json["gone"], json!([hers, 999_999]));
    assert_eq!(eve.get(&ask(board, json!([first]))).await.status, 404);
    assert_eq!(app.stranger().get(&ask(board, json!([first]))).await.status, 401);
    assert_eq!(ana.get(&ask(other, json!([hers]))).await.status, 404);
    let none = ana.get(&ask(board, json!([]))).await;
    assert_eq!((none.status.as_u16(), none.json["tasks"].as_array().map(Vec::len)), (200, Some(0)), "{none:?}");
}

async fn a_task_lists_where_it_is_named(app: TestApp) {
    let Scene { ana, bo, vic, board, room, task: first, .. } = app.with_board().await;
    assert_eq!(listed(&vic, first).await, Vec::<String>::new());
    let second = task(&ana, board, "Paint", "before #1, #1 and not `#1`").await;
    let said = bo.say(room, "**look** at #1").await;
    does(&bo, &format!("/messaging/message/{said}/replies/"), json!({"content": "and #2 #1"})).await;
    comment(&ana, second, "as in #1").await;
    comment(&ana, first, "of #1 itself").await;
    let all = [
        "ana comment #1 Ship it: of #1 itself",
        "ana comment #2 Paint: as in #1",
        "bo message general: and #2 #1",
        "bo message general: look at #1",
        "ana description #2 Paint: before #1, #1 and not #1",
    ];
    assert_eq!(listed(&vic, first).await, all);
    assert_eq!(listed(&vic, second).await, ["bo message general: and #2 #1"]);
    let page = vic.page(&format!("/messaging/task/{first}/comments/")).await.text;
    assert!(page.contains("Referenced in") && page.contains(&format!("/messaging/message/{said}/")), "{page}");
    let own = json!({"key": Uuid::now_v7(), "task": first, "title": "Ship it", "description": "I am #1", "version": 1});
    does(&ana, "/api/edit_task", own).await;
    assert_eq!(listed(&vic, first).await, all, "what a task says of itself is no reference");
}

async fn what_is_deleted_edited_away_or_cleared_is_listed_no_longer(app: TestApp) {
    let Scene { ana, bo, board, room, task: first, .. } = app.with_board().await;
    let second = task(&ana, board, "Paint", "before #1").await;
    let said = bo.say(room, "see #1").await;
    let at = |what: &str| format!("/messaging/message/{said}/{what}/");
    does(&bo, &at("edit"), json!({"content": "see #1 and #2"})).await;
    assert_eq!(listed(&ana, first).await[0], "bo message general: see #1 and #2");
    assert_eq!(listed(&ana, second).await, ["bo message general: see #1 and #2"]);
    does(&bo, &at("edit"), json!({"content": "see #2"})).await;
    assert_eq!(listed(&ana, first).await, ["ana description #2 Paint: before #1"]);
    does(&bo, &at("delete"), json!({})).await;
    assert_eq!((listed(&ana, second).await.len(), app.number("select count(*) from task_references").await), (0, 1));
    does(&bo, &at("restore"), json!({})).await;
    assert_eq!(listed(&ana, second).await, ["bo message general: see #2"]);
    does(&ana, &format!("/messaging/room/{room}/clear/"), json!({})).await;
    assert_eq!(listed(&ana, second).await, Vec::<String>::new());
    let edit = |version: i64, description: &str| json!({"key": Uuid::now_v7(), "task": second, "title": "Paint", "description": description, "version": version});
    does(&ana, "/api/edit_task", edit(1, "no more")).await;
    assert_eq!(listed(&ana, first).await, Vec::<String>::new());
    does(&bo, "/api/edit_task", edit(2, "again #1")).await;
    assert_eq!(listed(&ana, first).await, ["bo description #2 Paint: again #1"]);
    does(&ana, "/api/delete_task", json!({"key": Uuid::now_v7(), "task": second})).await;
    assert_eq!(listed(&ana, first).await, Vec::<String>::new());
    does(&ana, "/api/restore_task", json!({"key": Uuid::now_v7(), "task": second})).await;
    assert_eq!(listed(&ana, first).await, ["bo description #2 Paint: again #1"]);
}

async fn only_what_one_may_read_at_that_moment_is_listed(app: TestApp) {
    let Scene { ana, bo, vic, eve, secret, task, .. } = app.with_board().await;
    ana.say(secret, "quietly, #1").await;
    assert_eq!(listed(&ana, task).await, ["ana message secret: quietly, #1"]);
    assert_eq!(listed(&vic, task).await, Vec::<String>::new());
    let page = bo.page(&format!("/messaging/task/{task}/comments/")).await.text;
    assert!(!page.contains("Referenced in") && !page.contains("quietly"), "{page}");
    does(&ana, "/api/add_to_room", json!({"key": Uuid::now_v7(), "room": secret, "user": bo.id})).await;
    assert_eq!(listed(&bo, task).await.len(), 1);
    does(&bo, &format!("/messaging/room/{secret}/leave/"), json!({})).await;
    assert_eq!(listed(&bo, task).await, Vec::<String>::new());
    assert_eq!(referrers(&eve, task, None).await.status, 404);
    assert_eq!(
        app.stranger()
            .get(&function("load_page", json!({"page": {"referrers": {"task": task, "before": null}}})))
            .await
            .status,
        401
    );
}

async fn the_list_goes_on_by_key(app: TestApp) {
    let Scene { ana, room, task, .. } = app.with_board().await;
    for n in 1..=23 {
        ana.say(room, &format!("{n} of #1")).await;
    }
    let (mut before, mut all) = (None, Vec::new());
    loop {
        let page = referrers(&ana, task, before).await.json;
        assert!(page["rows"].as_array().unwrap().len() <= 10);
        all.extend(lines(&page));
        before = page["more"].as_i64();
        if before.is_none() {
            break;
        }
        // What comes meanwhile moves nothing.
        ana.say(room, "another #1").await;
    }
    let expected: Vec<String> = (1..=23).rev().map(|n| format!("ana message general: {n} of #1")).collect();
    assert_eq!(all, expected);
    let newest = referrers(&ana, task, None).await.json;
    let page = ana.page(&format!("/messaging/task/{task}/comments/?refs={}", newest["more"])).await.text;
    assert!(page.contains("14 of #1") && !page.contains("20 of #1"), "{page}");
}

async fn the_board_is_told_that_tasks_are_named_but_not_of_private_rooms(app: TestApp) {
    let Scene { ana, room, secret, task, .. } = app.with_board().await;
    let told = async || {
        app.number("select count(*) from events where stream like 'board:%' and body like '%tasks_referenced%'").await
    };
    ana.say(secret, "quietly, #1").await;
    assert_eq!(told().await, 0);
    let said = ana.say(room, "loudly, #1").await;
    assert_eq!(told().await, 1);
    assert_eq!(app.number("select count(*) from events where body like '%loudly%' and stream like 'board:%'").await, 0);
    ana.say(room, "of nothing").await;
    assert_eq!(told().await, 1);
    does(&ana, &format!("/messaging/message/{said}/delete/"), json!({})).await;
    assert_eq!(told().await, 2);
    assert_eq!(listed(&ana, task).await.len(), 1);
}

/// The migration reads what was rendered: here it is as before it, and then runs once more.
async fn what_was_written_before_is_listed_too(app: TestApp) {
    let Scene { ana, board, room, task: first, .. } = app.with_board().await;
    let second = task(&ana, board, "Paint", "before #1, of #2 itself").await;
    ana.say(room, "#1, #2 and #1").await;
    let gone = ana.say(room, "gone #1").await;
    does(&ana, &format!("/messaging/message/{gone}/delete/"), json!({})).await;
    let (one, two) = (listed(&ana, first).await, listed(&ana, second).await);
    assert_eq!((one.len(), two.len()), (2, 1));
    app.run("delete from task_references").await;
    assert_eq!(listed(&ana, first).await, Vec::<String>::new());
    for statement in backfill(app.is_postgres()) {
        app.run(statement).await;
    }
    let mut again = listed(&ana, first).await;
    again.sort_unstable_by(|a, b| b.cmp(a));
    let mut before = one;
    before.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!((again, listed(&ana, second).await), (before, two));
}

/// What the migration does besides making the table.
fn backfill(postgres: bool) -> Vec<&'static str> {
    let migration = match postgres {
        true => include_str!("../../../migrations/postgres/0019_references.sql"),
        false => include_str!("../../../migrations/sqlite/0019_references.sql"),
    };
    let (_, rest) = migration.split_once("-- What was written before: the links in the rendered texts.\n").unwrap();
    rest.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()).collect()
}
