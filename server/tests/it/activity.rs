//! What happened on a board and to a task: who did what when.

use serde_json::{Value, json};

use crate::app::{Answer, Person, Scene, TestApp, function};

on_both_databases!(
    what_is_done_to_a_task_is_told_with_who_did_it,
    a_move_says_from_where_to_where,
    what_one_does_in_one_go_is_one_entry,
    what_is_done_to_the_board_itself_is_told,
    older_entries_are_on_the_next_page,
    strangers_read_nothing_and_viewers_all,
    a_deleted_task_is_named_nowhere_until_it_is_restored,
    private_rooms_and_what_comments_say_are_not_in_it,
    what_was_told_before_deeds_were_kept_is_told_as_far_as_it_says,
    what_changes_nothing_is_no_activity,
);

async fn load(person: &Person, board: i64, task: Option<i64>, before: Option<i64>) -> Answer {
    let query = json!({"page": {"activity": {"board": board, "task": task, "before": before}}});
    person.get(&function("load_page", query)).await
}

async fn page(person: &Person, board: i64, task: Option<i64>, before: Option<i64>) -> Value {
    let answer = load(person, board, task, before).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// An entry in one line.
fn line(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let thing = entry["thing"]["name"].as_str().unwrap_or("it");
    let words = |phrase: &Value| {
        let named = phrase["named"].as_bool().unwrap().then(|| thing.to_owned());
        let words = [Some(text(&phrase["before"])), named, Some(text(&phrase["after"]))];
        words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let said: Vec<String> = entry["phrases"].as_array().unwrap().iter().map(words).collect();
    format!("{} {}", entry["by"]["username"].as_str().unwrap_or("?"), said.join(", "))
}

fn lines(page: &Value) -> Vec<String> {
    page["entries"].as_array().unwrap().iter().map(line).collect()
}

async fn told(person: &Person, board: i64, task: Option<i64>) -> Vec<String> {
    lines(&page(person, board, task, None).await)
}

async fn set(person: &Person, address: &str, body: Value) -> Value {
    let answer = person.post(address, body).await;
    assert!(answer.status.is_success(), "{address}: {answer:?}");
    answer.json
}

async fn what_is_done_to_a_task_is_told_with_who_did_it(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    let at = |what: &str| format!("/tasks/{task}/{what}/");
    set(&bo, &at("assignees"), json!({"add": [ana.id]})).await;
    set(&bo, &at("assignees"), json!({"add": [bo.id]})).await;
    set(&bo, &at("due"), json!({"due": "2031-02-03"})).await;
    set(&bo, &at("priority"), json!({"priority": "high"})).await;
    set(&bo, &at("progress"), json!({"progress": 100})).await;
    let item = set(&bo, &at("checklist"), json!({"text": "Sand it"})).await["item"]["id"].clone();
    set(&bo, &at(&format!("checklist/{item}/tick")), json!({"done": true})).await;
    set(&bo, &at(&format!("checklist/{item}/assignee")), json!({"user": ana.id})).await;
    set(&bo, &at(&format!("checklist/{item}/assignee")), json!({"user": null})).await;
    set(&bo, &at("edit"), json!({"title": "Send it", "description": "", "version": 1})).await;
    set(&bo, &at("edit"), json!({"title": "Send it", "description": "soon", "version": 2})).await;
    let done = |it: &str| {
        format!(
            "bo assigned ana to {it}, assigned themselves to {it}, set {it} due 3 Feb 2031, \
             set the priority of {it} to high, marked {it} done, added an item to the checklist of {it}, \
             ticked an item of {it}, assigned ana to an item of {it}, took the assignee off an item of {it}, \
             renamed {it} from “Ship it” to “Send it”, edited the description of {it}"
        )
    };
    for person in [&ana, &vic] {
        assert_eq!(told(person, board, Some(task)).await, [done("it"), "ana added it".to_owned()]);
        let on_board = told(person, board, None).await;
        assert_eq!(on_board[..2], [done("#1 Send it"), "ana added #1 Send it to “To do”".to_owned()], "{on_board:#?}");
    }
    let entry = &page(&vic, board, None, None).await["entries"][0];
    assert_eq!(entry["thing"]["address"], format!("/boards/{board}/tasks/{task}/"));
}

async fn a_move_says_from_where_to_where(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let to = set(&ana, &format!("/boards/{board}/columns/"), json!({"name": "Later"})).await["id"].clone();
    set(&bo, &format!("/tasks/{task}/move/"), json!({ "column": to })).await;
    assert_eq!(told(&ana, board, Some(task)).await[0], "bo moved it from “To do” to “Later”");
    // It is called what it is called now, and nothing where it is no more.
    set(&ana, &format!("/boards/{board}/columns/{to}/edit/"), json!({"name": "Some day"})).await;
    assert_eq!(told(&ana, board, Some(task)).await[0], "bo moved it from “To do” to “Some day”");
    // One that is archived is called so still.
    let column = |what: &str| format!("/boards/{board}/columns/{to}/{what}/");
    set(&ana, &column("put-away"), json!({})).await;
    assert_eq!(told(&ana, board, None).await[0], "ana archived the column “Some day”");
    assert_eq!(told(&ana, board, Some(task)).await[1], "bo moved it from “To do” to “Some day”");
    set(&ana, &column("restore"), json!({})).await;
    set(&ana, &format!("/tasks/{task}/archive/"), json!({})).await;
    set(&ana, &column("remove"), json!({})).await;
    let told_now = told(&ana, board, Some(task)).await;
    assert_eq!(told_now[..2], ["ana restored it, archived it", "bo moved it from “To do” to a column that is gone"]);
}

async fn what_one_does_in_one_go_is_one_entry(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    for (person, percent) in [(&ana, 10), (&ana, 20), (&bo, 30), (&ana, 40)] {
        set(person, &format!("/tasks/{task}/progress/"), json!({"progress": percent})).await;
    }
    let expected = ["ana set #1 Ship it to 40 %", "bo set #1 Ship it to 30 %"];
    let on_board = told(&ana, board, None).await;
    assert_eq!(on_board[..2], expected);
    assert_eq!(on_board[2], "ana added #1 Ship it to “To do”, set #1 Ship it to 20 %");
    // What lies an hour back is another matter.
    app.run("update events set at = at - 3600000 where deeds like '%\"progress\":20%' or deeds like '%added%'").await;
    set(&ana, &format!("/tasks/{task}/priority/"), json!({"priority": "low"})).await;
    app.run("update events set at = at - 1800000 where deeds like '%\"progress\":40%'").await;
    let told = told(&ana, board, Some(task)).await;
    assert_eq!(told[..2], ["ana set the priority of it to low", "ana set it to 40 %"], "{told:#?}");
}

async fn what_is_done_to_the_board_itself_is_told(app: TestApp) {
    let Scene { ana, bo, vic, board, .. } = app.with_board().await;
    let at = |what: &str| format!("/boards/{board}/{what}/");
    let column = set(&ana, &at("columns"), json!({"name": "Later"})).await["id"].clone();
    let column = at(&format!("columns/{column}/edit"));
    set(&ana, &column, json!({"name": "Some day", "limit": 3})).await;
    set(&ana, &at("rename"), json!({"name": "Site"})).await;
    let label = set(&ana, &at("labels"), json!({"name": "Bug", "colour": "red"})).await["id"].clone();
    set(&ana, &at(&format!("labels/{label}/edit")), json!({"name": "Fault", "colour": "red"})).await;
    set(&ana, &at(&format!("members/{}/role", vic.id)), json!({"role": "member"})).await;
    set(&vic, &at(&format!("members/{}/remove", vic.id)), json!({})).await;
    set(&ana, &at(&format!("members/{}/remove", bo.id)), json!({})).await;
    let told = told(&ana, board, None).await;
    assert_eq!(
        told,
        [
            "ana took bo off the board",
            "vic left the board",
            "ana added the column “Some day”, renamed the column “Later” to “Some day”, limited the column “Some day” \
             to 3 tasks, renamed the board from “Website” to “Site”, made the label “Fault”, renamed the label “Bug” \
             to “Fault”, made vic a member",
            "ana added #1 Ship it to “To do”",
            "ana made the room general",
            "ana added bo as a member, added vic as a viewer",
        ]
    );
}

async fn older_entries_are_on_the_next_page(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    for n in 0..60 {
        set(&ana, &format!("/boards/{board}/tasks/"), json!({"title": format!("Task {n}")})).await;
    }
    let newest = page(&ana, board, None, None).await;
    let next = newest["next"].as_i64().expect("there is more than one page");
    let older = page(&ana, board, None, Some(next)).await;
    assert_eq!((lines(&newest).len(), &older["next"]), (50, &Value::Null));
    let all: Vec<String> = lines(&newest).into_iter().chain(lines(&older)).collect();
    let expected: Vec<String> = (0..60).rev().map(|n| format!("ana added #{} Task {n} to “To do”", n + 2)).collect();
    assert_eq!(all[..60], expected);
    let first = ana.page(&format!("/boards/{board}/activity/")).await;
    assert!(first.text.contains(&format!("/boards/{board}/activity/?before={next}")), "without script too");
    let second = ana.page(&format!("/boards/{board}/activity/?before={next}")).await;
    assert!(second.text.contains("#3 Task 1") && !second.text.contains("#61 Task 59"));
}

async fn strangers_read_nothing_and_viewers_all(app: TestApp) {
    let Scene { ana, vic, eve, board, task, .. } = app.with_board().await;
    let other = eve.post("/boards/", json!({"name": "Other"})).await.id();
    for (person, board, task, expected) in [
        (&vic, board, None, 200),
        (&vic, board, Some(task), 200),
        (&eve, board, None, 404),
        (&eve, board, Some(task), 404),
        (&eve, other, Some(task), 404),
        (&ana, board, Some(task + 1000), 404),
        (&ana, board + 1000, None, 404),
    ] {
        assert_eq!(load(person, board, task, None).await.status, expected, "{}: {board} {task:?}", person.name);
        let address = format!("/boards/{board}/activity/{}", task.map(|id| format!("?task={id}")).unwrap_or_default());
        assert_eq!(person.page(&address).await.status, expected, "{}: {address}", person.name);
    }
    assert_eq!(ana.page(&format!("/boards/{board}/activity/?task=none")).await.status, 404);
    assert_eq!(app.stranger().page(&format!("/boards/{board}/activity/")).await.status, 303);
}

async fn a_deleted_task_is_named_nowhere_until_it_is_restored(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let at = |what: &str| format!("/tasks/{task}/{what}/");
    set(&bo, &at("edit"), json!({"title": "Send it", "description": "", "version": 1})).await;
    set(&bo, &format!("/messaging/task/{task}/comments/"), json!({"comment": "Why?"})).await;
    set(&ana, &at("archive"), json!({})).await;
    set(&ana, &at("delete"), json!({})).await;
    let after = page(&ana, board, None, None).await;
    assert_eq!(lines(&after)[0], "ana deleted #1");
    for word in ["Ship it", "Send it", "#1 ", "commented", "archived"] {
        assert!(!after.to_string().contains(word), "{word} in {after:#}");
    }
    assert_eq!(load(&ana, board, Some(task), None).await.status, 404);
    let kept =
        "select count(*) from events where stream like 'board:%' and (deeds like '%Ship it%' or body like '%Ship it%')";
    assert_eq!(app.number(kept).await, 0, "nor is it in the log of the board");

    set(&bo, &at("restore"), json!({})).await;
    let on_board = told(&ana, board, None).await;
    assert_eq!(on_board[..2], ["bo restored #1 Send it", "ana deleted #1"], "{on_board:#?}");
    let own = told(&ana, board, Some(task)).await;
    let expected =
        ["bo restored it", "ana archived it, deleted #1", "bo renamed it from “Ship it” to “Send it”", "ana added it"];
    assert_eq!(own, expected, "its own log came back with it");
}

async fn private_rooms_and_what_comments_say_are_not_in_it(app: TestApp) {
    let Scene { ana, bo, board, room, secret, task, .. } = app.with_board().await;
    set(&ana, &format!("/messaging/room/{secret}/edit/"), json!({"name": "hidden", "topic": "offers"})).await;
    set(&ana, &format!("/messaging/room/{room}/edit/"), json!({"name": "Lobby", "topic": ""})).await;
    set(&bo, &format!("/messaging/task/{task}/comments/"), json!({"comment": "Whispers"})).await;
    let of_board = page(&ana, board, None, None).await;
    assert_eq!(lines(&of_board)[..2], ["bo commented on #1 Ship it", "ana changed the room Lobby"], "{of_board:#}");
    let of_task = page(&ana, board, Some(task), None).await;
    for word in ["secret", "hidden", "offers", "general", "Whispers"] {
        for page in [&of_board, &of_task] {
            assert!(!page.to_string().contains(word), "{word} in {page:#}");
        }
    }
    set(&ana, &format!("/messaging/room/{room}/delete/"), json!({})).await;
    let after = page(&bo, board, None, None).await;
    assert_eq!(lines(&after)[0], "ana deleted a room");
    assert!(!after.to_string().contains("Lobby"), "{after:#}");
}

async fn what_was_told_before_deeds_were_kept_is_told_as_far_as_it_says(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    set(&ana, &format!("/tasks/{task}/priority/"), json!({"priority": "high"})).await;
    set(&bo, &format!("/tasks/{task}/archive/"), json!({})).await;
    set(&bo, &format!("/tasks/{task}/restore/"), json!({})).await;
    // As the migration leaves them.
    app.run("update events set deeds = '[]', actor_id = null where deeds is not null").await;
    set(&bo, &format!("/tasks/{task}/priority/"), json!({"priority": "low"})).await;
    let own = told(&ana, board, Some(task)).await;
    let expected = ["bo archived it, restored it, set the priority of it to low", "? changed it", "ana added it"];
    assert_eq!(own, expected);
    let on_board = told(&ana, board, None).await;
    let expected = [
        "? changed #1 Ship it",
        "ana added #1 Ship it to “To do”",
        "ana made the room general",
        "? made bo a member, made vic a viewer",
    ];
    assert_eq!(on_board[1..], expected, "{on_board:#?}");
    let page = ana.page(&format!("/boards/{board}/activity/")).await;
    assert!(page.text.contains("Someone"), "{}", page.text);
}

async fn what_changes_nothing_is_no_activity(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let before = told(&ana, board, None).await;
    set(&ana, &format!("/tasks/{task}/edit/"), json!({"title": "Ship it", "description": "", "version": 1})).await;
    set(&ana, &format!("/tasks/{task}/progress/"), json!({"progress": 0})).await;
    set(&ana, &format!("/boards/{board}/rename/"), json!({"name": "Website"})).await;
    assert_eq!(told(&ana, board, None).await, before);
}
