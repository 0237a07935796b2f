//! Tasks that are archived, deleted, and brought back.

use engine::{accounts, tasks};
use protocol::{BoardId, TaskId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, PASSWORD, Person, Scene, TestApp, function},
    search::address,
    socket::Socket,
};

on_both_databases!(
    an_archived_task_leaves_the_board_and_comes_back_at_the_bottom,
    an_archived_task_goes_on_but_for_its_place,
    archiving_is_undone_to_where_each_was,
    a_whole_column_is_archived_at_once,
    a_deleted_task_is_shown_to_nobody_until_it_is_restored,
    what_inboxes_had_of_a_deleted_task_comes_back_with_it,
    a_deleted_task_and_whoever_changes_it_at_once_agree,
    the_archive_is_paged_newest_first,
    archived_columns_are_paged_newest_first,
    what_was_put_away_outlives_its_column,
    what_is_done_twice_happens_once,
    a_column_is_archived_with_its_tasks_and_comes_back_with_them,
    a_duplicate_has_what_the_task_is_about_and_nothing_of_what_happened_to_it,
);

async fn load(person: &Person, page: Value) -> Answer {
    person.get(&function("load_page", json!({ "page": page }))).await
}

/// The titles on a board, by their places.
async fn shown(person: &Person, board: i64) -> Vec<String> {
    let page = load(person, json!({"board": {"board": board}})).await.json;
    let mut cards: Vec<(String, String)> = page["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| (card["position"].as_str().unwrap().to_owned(), card["title"].as_str().unwrap().to_owned()))
        .collect();
    cards.sort();
    cards.into_iter().map(|(_, title)| title).collect()
}

async fn make(person: &Person, board: i64, title: &str) -> i64 {
    person.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id()
}

async fn to(person: &Person, task: i64, verb: &str) -> Answer {
    person.post(&format!("/tasks/{task}/{verb}/"), json!({})).await
}

/// What somebody finds.
async fn found(person: &Person, text: &str) -> Vec<Value> {
    person.get(&address(text, &[])).await.json["results"].as_array().unwrap().clone()
}

/// The titles of a board's archive.
async fn archive(person: &Person, board: i64, query: &str) -> Vec<String> {
    let page = person.get(&format!("/boards/{board}/archive/{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    titles(&page)
}

fn titles(page: &Answer) -> Vec<String> {
    page.json["tasks"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

async fn an_archived_task_leaves_the_board_and_comes_back_at_the_bottom(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    make(&ana, board, "Second").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("board:{board}"), 0), (&format!("task:{task}"), 0)]).await;
    socket.rest().await;
    let archived = to(&bo, task, "archive").await;
    assert_eq!((archived.status.as_u16(), &archived.json["archived"]), (200, &json!(true)), "{archived:?}");
    for _ in 0..2 {
        let (_, kind, event) = socket.event().await;
        assert_eq!((kind.as_str(), &event["cards"][0][0]), ("cards_archived", &json!(task)), "{event}");
        assert_eq!(event["by"], bo.id);
    }
    assert_eq!(shown(&vic, board).await, ["Second"]);
    assert_eq!(archive(&vic, board, "").await, ["Ship it"], "who reads the board reads its archive");
    let page = load(&vic, json!({"task": {"task": task, "before": null, "at": null}})).await.json;
    assert_eq!((&page[0]["task"]["card"]["archived"], &page[0]["counts"][0][1]), (&json!(true), &json!(1)), "{page}");
    let hit = &found(&vic, "ship is:task").await[0];
    assert_eq!((&hit["archived"], &hit["url"]), (&json!(true), &json!(format!("/boards/{board}/tasks/{task}/"))));
    let export: Value = vic.get(&format!("/boards/{board}/export/?format=json")).await.json;
    assert_eq!(export["places"][0]["task"]["archived"], true, "{export}");

    assert_eq!(to(&bo, task, "archive").await.status, 200, "once more changes nothing");
    assert!(socket.rest().await.iter().all(|frame| frame["type"] != "event"));
    let restored = to(&ana, task, "restore").await;
    assert_eq!((restored.status.as_u16(), &restored.json["archived"]), (200, &json!(false)));
    for _ in 0..2 {
        let (_, kind, event) = socket.event().await;
        assert_eq!((kind.as_str(), &event["card"]["title"]), ("task_restored", &json!("Ship it")));
    }
    assert_eq!(shown(&vic, board).await, ["Second", "Ship it"]);
    assert!(archive(&vic, board, "").await.is_empty());
    assert_eq!(found(&vic, "ship is:task").await[0]["archived"], false);
}

async fn an_archived_task_goes_on_but_for_its_place(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let column = to(&ana, task, "archive").await.json["column"].clone();
    let moved = ana.post(&format!("/tasks/{task}/move/"), json!({ "column": column })).await;
    assert_eq!((moved.status.as_u16(), moved.code()), (409, "conflict"), "{moved:?}");
    let said = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "One more thing, @ana"})).await;
    assert_eq!(said.status, 201, "{said:?}");
    let row = ana.get("/messaging/notifications/").await.json["notifications"][0].clone();
    assert_eq!(row["url"], format!("/messaging/task/{task}/comments/#m{}", said.id()), "{row}");
    assert_eq!(ana.post(&format!("/tasks/{task}/priority/"), json!({"priority": "high"})).await.status, 200);
    let edit = json!({"title": "Shipped", "description": "", "version": 1});
    assert_eq!(ana.post(&format!("/tasks/{task}/edit/"), edit).await.json["archived"], true);
    assert!(shown(&bo, board).await.is_empty(), "no change brings it back by itself");
}

async fn archiving_is_undone_to_where_each_was(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let (second, third) = (make(&ana, board, "Second").await, make(&ana, board, "Third").await);
    let fourth = make(&ana, board, "Fourth").await;
    let signed_in = accounts::sign_in(&app.engine, "ana", PASSWORD, accounts::Visit::default()).await.unwrap();
    let actor = accounts::actor(&app.engine, &signed_in.token).await.unwrap().unwrap();
    let undo = async |ids: &[i64]| {
        let ids: Vec<TaskId> = ids.iter().map(|id| TaskId(*id)).collect();
        let back = tasks::put_back(&app.engine, &actor, Uuid::now_v7(), BoardId(board), ids).await.unwrap();
        back.into_iter().map(|card| card.title).collect::<Vec<_>>()
    };
    for id in [second, third] {
        to(&ana, id, "archive").await;
    }
    // Somebody puts another card into the very gap.
    let column = load(&ana, json!({"board": {"board": board}})).await.json["columns"][0]["id"].clone();
    let gap = json!({"column": column, "above": task, "below": fourth});
    let between = make(&ana, board, "Between").await;
    assert_eq!(ana.post(&format!("/tasks/{between}/move/"), gap).await.status, 200);
    assert_eq!(undo(&[third, second]).await, ["Second", "Third"]);
    let order = shown(&ana, board).await;
    let at = |title: &str| order.iter().position(|shown| shown == title).unwrap();
    assert!(at("Ship it") < at("Second") && at("Second") < at("Third") && at("Third") < at("Fourth"), "{order:?}");
    assert_eq!(order.len(), 5, "{order:?}");
    assert!(undo(&[second, 999_999]).await.is_empty(), "what is on the board stays where it is");
    let positions = load(&ana, json!({"board": {"board": board}})).await.json;
    let keys: std::collections::BTreeSet<&str> =
        positions["cards"].as_array().unwrap().iter().map(|card| card["position"].as_str().unwrap()).collect();
    assert_eq!(keys.len(), 5, "no two cards share a key: {positions}");
}

async fn a_whole_column_is_archived_at_once(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let second = make(&ana, board, "Second").await;
    let page = load(&ana, json!({"board": {"board": board}})).await.json;
    let (first, other) = (page["columns"][0]["id"].as_i64().unwrap(), page["columns"][1]["id"].as_i64().unwrap());
    let elsewhere = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Elsewhere", "column": other})).await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    let path = format!("/boards/{board}/columns/{first}/archive/");
    let done = bo.post(&path, json!({})).await;
    assert_eq!((done.status.as_u16(), &done.json["tasks"]), (200, &json!([task, second])), "{done:?}");
    let (_, kind, event) = socket.event().await;
    let ids: Vec<i64> = event["cards"].as_array().unwrap().iter().map(|card| card[0].as_i64().unwrap()).collect();
    assert_eq!((kind.as_str(), ids), ("cards_archived", vec![task, second]));
    assert_eq!(shown(&ana, board).await, ["Elsewhere"]);
    assert_eq!(bo.post(&path, json!({})).await.json["tasks"], json!([]), "there is nothing more");
    let theirs = ana.post("/boards/", json!({"name": "Other"})).await.id();
    assert_eq!(ana.post(&format!("/boards/{theirs}/columns/{first}/archive/"), json!({})).await.status, 404);
    assert_eq!(elsewhere.status, 201);
}

/// Everything that a person can get of a board and its task, from everywhere.
async fn everything(app: &TestApp, person: &Person, board: i64, task: i64) -> String {
    let mut all = String::new();
    for path in [
        format!("/messaging/task/{task}/comments/history/"),
        format!("/messaging/task/{task}/pins/"),
        "/messaging/notifications/".to_owned(),
        format!("/boards/{board}/export/?format=json"),
        format!("/boards/{board}/export/?format=csv"),
        format!("/boards/{board}/archive/"),
        "/search/?q=swordfish".to_owned(),
        "/search/?q=swordfish&sort=best".to_owned(),
        "/messaging/scheduled/".to_owned(),
    ] {
        all.push_str(&person.get(&path).await.text);
    }
    for path in [
        format!("/boards/{board}/"),
        format!("/boards/{board}/tasks/{task}/"),
        format!("/messaging/task/{task}/comments/"),
        format!("/boards/{board}/archive/"),
        "/messaging/notifications/".to_owned(),
    ] {
        all.push_str(&person.page(&path).await.text);
    }
    let cursors = [format!("board:{board}"), format!("task:{task}"), format!("user:{}", person.id)];
    let cursors: Vec<(&str, i64)> = cursors.iter().map(|stream| (stream.as_str(), 0)).collect();
    let mut socket = Socket::live(app, person, &cursors).await;
    all + &Value::from(socket.rest().await).to_string()
}

async fn a_deleted_task_is_shown_to_nobody_until_it_is_restored(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, task: kept, .. } = app.with_board().await;
    let new = json!({"title": "A swordfish", "description": "swordfish for @bo"});
    let task = ana.post(&format!("/boards/{board}/tasks/"), new).await.id();
    let comments = format!("/messaging/task/{task}/comments/");
    let comment = bo.post(&comments, json!({"comment": "the swordfish, @ana @vic"})).await.id();
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"add": [bo.id]})).await;
    ana.post(&format!("/tasks/{task}/priority/"), json!({"priority": "high"})).await;
    bo.post(&format!("/messaging/message/{comment}/pin/"), json!({})).await;
    for person in [&ana, &bo, &vic] {
        assert!(everything(&app, person, board, task).await.contains("swordfish"), "{}", person.name);
    }
    let streams = [format!("board:{board}"), format!("task:{task}")];
    let mut socket = Socket::live(&app, &vic, &[(&streams[0], 0), (&streams[1], 0)]).await;
    socket.rest().await;
    assert_eq!(to(&bo, task, "delete").await.status, 200);
    let told = socket.rest().await;
    assert!(told.iter().any(|frame| frame["type"] == "revoked" && frame["stream"] == streams[1]), "{told:?}");
    let gone = told.iter().map(|frame| &frame["event"]["task_deleted"]).find(|event| event.is_object()).unwrap();
    assert_eq!((&gone["id"], &gone["by"]), (&json!(task), &json!(bo.id)));

    for person in [&ana, &bo, &vic] {
        let all = everything(&app, person, board, task).await;
        assert!(!all.contains("swordfish"), "{}: {all}", person.name);
    }
    assert_eq!(
        app.number("select count(*) from events where stream not like 'task:%' and body like '%swordfish%'").await,
        0
    );
    for answer in [
        to(&bo, task, "delete").await,
        to(&bo, task, "archive").await,
        bo.post(&comments, json!({"comment": "too late"})).await,
        bo.post(&format!("/tasks/{task}/edit/"), json!({"title": "x", "description": "", "version": 1})).await,
        bo.post(&format!("/tasks/{task}/progress/"), json!({"progress": 5})).await,
        bo.post(&format!("/messaging/message/{comment}/edit/"), json!({"content": "x"})).await,
        bo.page(&format!("/messaging/message/{comment}/")).await,
        bo.get(&format!("/messaging/message/{comment}/versions/")).await,
        bo.post(&format!("/tasks/{task}/watch/"), json!({})).await,
        vic.post(&format!("/tasks/{task}/restore/"), json!({})).await,
        eve.post(&format!("/tasks/{task}/restore/"), json!({})).await,
    ] {
        assert_eq!(answer.status, 404, "{answer:?}");
    }
    assert_eq!(shown(&ana, board).await, ["Ship it"]);

    let refused = vic.get(&format!("/boards/{board}/archive/?deleted")).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(archive(&ana, board, "?deleted").await, ["A swordfish"], "who may bring it back sees what it is");
    assert_eq!(to(&ana, task, "restore").await.status, 200);
    assert!(archive(&ana, board, "?deleted").await.is_empty());
    assert_eq!(shown(&vic, board).await, ["Ship it", "A swordfish"]);
    let all = everything(&app, &vic, board, task).await;
    assert!(all.contains("the swordfish"), "its comments are back: {all}");
    assert_eq!(found(&vic, "swordfish").await.len(), 2);
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["card"]["comments"]), ("task_restored", &json!(1)));
    assert_eq!(bo.post(&comments, json!({"comment": "and on we go"})).await.status, 201);
    assert_eq!(to(&ana, kept, "restore").await.status, 200, "one that was never away stays");
}

async fn what_inboxes_had_of_a_deleted_task_comes_back_with_it(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    for person in [&ana, &bo, &vic] {
        person.post("/messaging/notifications/read-all/", json!({})).await;
    }
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "look, @bo and @vic"})).await;
    let inbox = async |person: &Person| person.get("/messaging/notifications/").await.json["notifications"].clone();
    let unread = async |person: &Person| person.get("/messaging/notifications/count/").await.json["count"].clone();
    let was = inbox(&bo).await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("user:{}", bo.id), 0)]).await;
    socket.rest().await;
    to(&ana, task, "delete").await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["unread"]), ("notifications_changed", &json!(0)));
    assert_eq!((unread(&bo).await, unread(&vic).await), (json!(0), json!(0)));
    ana.post(&format!("/boards/{board}/members/{}/remove/", vic.id), json!({})).await;
    let before = unread(&vic).await;
    to(&ana, task, "restore").await;
    let is = inbox(&bo).await;
    for field in ["type", "text", "url", "is_read", "created_at", "count"] {
        assert_eq!(was[0][field], is[0][field], "{field}");
    }
    assert_eq!((unread(&bo).await, unread(&vic).await), (json!(1), before), "who left the board gets nothing of it");
}

async fn a_deleted_task_and_whoever_changes_it_at_once_agree(app: TestApp) {
    let Scene { ana, bo, board, .. } = app.with_board().await;
    for n in 0..8 {
        let task = make(&ana, board, &format!("swordfish {n}")).await;
        let edit = json!({"title": format!("swordfish {n}!"), "description": "", "version": 1});
        let (comments, edits) = (format!("/messaging/task/{task}/comments/"), format!("/tasks/{task}/edit/"));
        let (deleted, edited, said, archived) = tokio::join!(
            to(&ana, task, "delete"),
            bo.post(&edits, edit),
            bo.post(&comments, json!({"comment": "swordfish, @ana"})),
            to(&bo, task, "archive"),
        );
        assert_eq!(deleted.status, 200, "{deleted:?}");
        for answer in [edited, said, archived] {
            assert!([200, 201, 404].contains(&answer.status.as_u16()), "{answer:?}");
        }
        let all = everything(&app, &ana, board, task).await;
        assert!(!all.contains("swordfish"), "{all}");
    }
}

async fn the_archive_is_paged_newest_first(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let mut expected = Vec::new();
    for n in 0..51 {
        make(&ana, board, &format!("Task {n}")).await;
    }
    let column = load(&ana, json!({"board": {"board": board}})).await.json["columns"][0]["id"].clone();
    // All of one moment but the first, so that the ids decide.
    to(&ana, task, "archive").await;
    ana.post(&format!("/boards/{board}/columns/{column}/archive/"), json!({})).await;
    expected.extend((0..51).rev().map(|n| format!("Task {n}")));
    expected.push("Ship it".to_owned());
    let first = ana.get(&format!("/boards/{board}/archive/")).await;
    assert_eq!(titles(&first), expected[..50]);
    let next = first.json["next"].as_str().unwrap();
    let second = ana.get(&format!("/boards/{board}/archive/?before={next}")).await;
    assert_eq!((titles(&second), &second.json["next"]), (expected[50..].to_vec(), &Value::Null));
    let page = ana.page(&format!("/boards/{board}/archive/?before={next}")).await;
    assert!(page.text.contains("Ship it") && page.text.contains("Back to the newest"), "{}", page.text);
    assert_eq!(
        titles(&ana.get(&format!("/boards/{board}/archive/?before=x")).await).len(),
        50,
        "no place: the first page"
    );
}

async fn archived_columns_are_paged_newest_first(app: TestApp) {
    let Scene { ana, vic, eve, board, .. } = app.with_board().await;
    let mut expected = Vec::new();
    for n in 0..53 {
        let column = ana.post(&format!("/boards/{board}/columns/"), json!({"name": format!("Column {n}")})).await.id();
        let away = ana.post(&format!("/boards/{board}/columns/{column}/put-away/"), json!({})).await;
        assert_eq!(away.status, 200, "{away:?}");
        expected.insert(0, format!("Column {n}"));
    }
    let page = async |query: &str| vic.get(&format!("/boards/{board}/archive/?columns={query}")).await;
    let names = |page: &Answer| -> Vec<String> {
        assert_eq!(page.status, 200, "{page:?}");
        let columns = page.json["columns"].as_array().unwrap();
        columns.iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = page("").await;
    assert_eq!((names(&first), &first.json["tasks"]), (expected[..50].to_vec(), &json!([])));
    let next = first.json["next"].as_str().unwrap();
    // One that comes back meanwhile moves nothing from one page to the other.
    let back = first.json["columns"][0]["id"].clone();
    ana.post(&format!("/boards/{board}/columns/{back}/restore/"), json!({})).await;
    let second = page(&format!("&before={next}")).await;
    assert_eq!((names(&second), &second.json["next"]), (expected[50..].to_vec(), &Value::Null));
    assert_eq!(names(&page("").await), expected[1..51]);
    let shown = vic.page(&format!("/boards/{board}/archive/?columns=&before={next}")).await;
    for words in ["Column 2", "Column 0", "Back to the newest"] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert!(archive(&vic, board, "").await.is_empty(), "they have a shelf of their own");
    assert_eq!(eve.get(&format!("/boards/{board}/archive/?columns=")).await.status, 404);
}

async fn what_was_put_away_outlives_its_column(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let gone = make(&ana, board, "Gone").await;
    let page = load(&ana, json!({"board": {"board": board}})).await.json;
    let (first, second) = (page["columns"][0]["id"].clone(), page["columns"][1]["id"].clone());
    to(&ana, task, "archive").await;
    to(&ana, gone, "delete").await;
    let removed = ana.post(&format!("/boards/{board}/columns/{first}/remove/"), json!({})).await;
    assert_eq!(removed.status, 200, "nothing is in it: {removed:?}");
    for id in [task, gone] {
        let restored = to(&ana, id, "restore").await;
        assert_eq!((restored.status.as_u16(), &restored.json["column"]), (200, &second));
    }
    assert_eq!(shown(&ana, board).await, ["Ship it", "Gone"]);
}

async fn what_is_done_twice_happens_once(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let twice = async |path: &str| {
        let key = Uuid::now_v7();
        let first = ana.post(path, json!({"client_id": key})).await;
        let again = ana.post(path, json!({"client_id": key})).await;
        assert_eq!((first.status, first.json), (again.status, again.json), "{path}");
        assert_eq!(first.status, 200);
        key
    };
    let key = twice(&format!("/tasks/{task}/archive/")).await;
    twice(&format!("/tasks/{task}/restore/")).await;
    twice(&format!("/tasks/{task}/delete/")).await;
    twice(&format!("/tasks/{task}/restore/")).await;
    let reused = ana.post(&format!("/tasks/{task}/delete/"), json!({"client_id": key})).await;
    assert_eq!(reused.status, 409, "{reused:?}");
    assert_eq!(shown(&ana, board).await, ["Ship it"]);
    let told = app.number("select count(*) from events where stream like 'board:%' and body like '%restored%'").await;
    assert_eq!(told, 1, "the deletion has redacted the first");
}

async fn a_duplicate_has_what_the_task_is_about_and_nothing_of_what_happened_to_it(app: TestApp) {
    let Scene { ana, bo, board, .. } = app.with_board().await;
    let new = json!({"title": "Paint", "description": "With **care**, @bo"});
    let task = ana.post(&format!("/boards/{board}/tasks/"), new).await.id();
    make(&ana, board, "Below").await;
    let label = ana.post(&format!("/boards/{board}/labels/"), json!({"name": "Outside", "task": task})).await.id();
    for (what, body) in [
        ("assignees", json!({"add": [bo.id]})),
        ("due", json!({"due": "2031-05-04"})),
        ("priority", json!({"priority": "high"})),
        ("progress", json!({"progress": 50})),
    ] {
        assert_eq!(ana.post(&format!("/tasks/{task}/{what}/"), body).await.status, 200, "{what}");
    }
    let item =
        ana.post(&format!("/tasks/{task}/checklist/"), json!({"text": "Sand it"})).await.json["item"]["id"].clone();
    ana.post(&format!("/tasks/{task}/checklist/{item}/tick/"), json!({"done": true})).await;
    ana.post(&format!("/tasks/{task}/checklist/{item}/assignee/"), json!({"user": bo.id})).await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "hello"})).await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;

    let key = Uuid::now_v7();
    let path = format!("/tasks/{task}/duplicate/");
    let copy = ana.post(&path, json!({"client_id": key})).await;
    assert_eq!(copy.status, 201, "{copy:?}");
    assert_eq!(ana.post(&path, json!({"client_id": key})).await.json, copy.json, "once");
    let copy = copy.json;
    for (field, expected) in [
        ("title", json!("Paint")),
        ("number", json!(4)),
        ("description", json!("With **care**, @bo")),
        ("labels", json!([label])),
        ("due", json!("2031-05-04")),
        ("priority", json!("high")),
        ("progress", json!(0)),
        ("assignees", json!([])),
        ("comments", json!(0)),
        ("items", json!(1)),
        ("ticked", json!(0)),
    ] {
        assert_eq!(copy[field], expected, "{field} of {copy}");
    }
    assert_eq!((&copy["checklist"][0]["text"], &copy["checklist"][0]["assignee"]), (&json!("Sand it"), &Value::Null));
    assert_eq!(shown(&ana, board).await, ["Ship it", "Paint", "Paint", "Below"]);
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 0, "nobody is told");
    to(&ana, task, "archive").await;
    assert_eq!(ana.post(&path, json!({})).await.json["archived"], false);
    assert_eq!(shown(&ana, board).await, ["Ship it", "Paint", "Below", "Paint"]);
}

async fn a_column_is_archived_with_its_tasks_and_comes_back_with_them(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let (second, third) = (make(&ana, board, "Second").await, make(&ana, board, "Third").await);
    let columns = async || {
        let page = load(&ana, json!({"board": {"board": board}})).await.json;
        let columns = page["columns"].as_array().unwrap().clone();
        columns.iter().map(|column| column["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let at_first = columns().await;
    let path = |verb: &str| format!("/boards/{board}/columns/{}/{verb}/", at_first[0]);
    to(&ana, task, "archive").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    assert_eq!(bo.post(&path("put-away"), json!({})).await.status, 200);
    assert_eq!((socket.event().await.1, socket.event().await.1), ("cards_archived".into(), "columns_changed".into()));
    assert_eq!((columns().await, shown(&ana, board).await), (at_first[1..].to_vec(), vec![]));
    assert_eq!(bo.post(&path("put-away"), json!({})).await.status, 404);
    assert_eq!(bo.post(&path("edit"), json!({"name": "x"})).await.status, 404);
    let page = load(&bo, json!({"archive": {"board": board, "shelf": "columns", "before": null}})).await.json;
    assert_eq!((&page["columns"][0]["name"], &page["columns"][0]["tasks"]), (&json!("To do"), &json!(2)), "{page}");

    // One of them comes back by itself, to the first column that is there.
    assert_eq!(to(&ana, third, "restore").await.json["column"], at_first[1]);
    // What is made after one of them is on the board.
    let copy = to(&ana, second, "duplicate").await;
    assert_eq!(copy.json["column"], at_first[1], "{copy:?}");
    assert_eq!(to(&ana, copy.id(), "delete").await.status, 200);
    let restored = ana.post(&path("restore"), json!({})).await;
    assert_eq!((restored.status.as_u16(), &restored.json["name"]), (200, &json!("To do")));
    let order = [&at_first[1..], &at_first[..1]].concat();
    assert_eq!(columns().await, order, "it stands last");
    assert_eq!(ana.post(&path("restore"), json!({})).await.status, 200, "once more changes nothing");
    assert_eq!(archive(&ana, board, "").await, ["Ship it"], "what was archived before it stays");
    assert_eq!(shown(&ana, board).await.len(), 2);
    assert_eq!(to(&ana, second, "archive").await.json["column"], at_first[0]);
    for column in &order[..2] {
        let away = format!("/boards/{board}/columns/{column}/put-away/");
        assert_eq!(ana.post(&away, json!({})).await.status, 200);
    }
    let last = ana.post(&path("put-away"), json!({})).await;
    assert_eq!((last.status.as_u16(), last.code()), (409, "conflict"));
}

/// As a browser without script does it.
#[tokio::test]
async fn each_is_done_by_a_plain_form() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, vic, board, task, .. } = app.with_board().await;
    let (page, archive) = (format!("/boards/{board}/tasks/{task}/"), format!("/boards/{board}/archive/"));
    let done = ana.form(&format!("/tasks/{task}/archive/"), &[]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, page.as_str()));
    let shown = ana.page(&page).await.text;
    assert!(shown.contains("This task is archived") && shown.contains("Restore"), "{shown}");
    assert!(!vic.page(&page).await.text.contains(&format!("/tasks/{task}/restore/")), "who reads has no button");
    let done = ana.form(&format!("/tasks/{task}/restore/"), &[("next", &archive)]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, archive.as_str()));
    let done = ana.form(&format!("/tasks/{task}/delete/"), &[("board", &board.to_string())]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, format!("/boards/{board}/").as_str()));
    assert!(ana.page(&format!("{archive}?deleted")).await.text.contains("Ship it"));
    assert_eq!(vic.page(&format!("{archive}?deleted")).await.status, 403);
    let refused = vic.form(&format!("/tasks/{task}/restore/"), &[("next", &archive)]).await;
    assert_eq!(refused.status, 404);
}
