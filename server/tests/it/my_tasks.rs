//! What somebody shall do, over all boards.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp, function};

on_both_databases!(
    my_tasks_come_by_their_dates_from_every_board,
    only_what_i_may_read_now_is_mine_to_do,
    every_task_is_on_one_page_whatever_its_date,
    my_tasks_are_divided_by_my_day,
    a_task_is_mine_too_while_an_open_item_of_it_is,
);

/// Makes a task that somebody shall do; its id.
async fn task(owner: &Person, board: i64, title: &str, who: &Person, due: Option<&str>) -> i64 {
    let id = owner.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id();
    let assigned = owner.post(&format!("/tasks/{id}/assignees/"), json!({"add": [who.id]})).await;
    assert_eq!(assigned.status, 200, "{assigned:?}");
    if due.is_some() {
        assert_eq!(owner.post(&format!("/tasks/{id}/due/"), json!({"due": due})).await.status, 200);
    }
    id
}

fn titles(page: &Value) -> Vec<&str> {
    page["tasks"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap()).collect()
}

async fn my_tasks_come_by_their_dates_from_every_board(app: TestApp) {
    let Scene { ana, bo, board, task: ship, .. } = app.with_board().await;
    assert_eq!(bo.get("/tasks/").await.json, json!({"tasks": [], "next": null}));
    assert!(bo.page("/tasks/").await.text.contains("Nothing to do"));
    let other = bo.post("/boards/", json!({"name": "Garden"})).await.id();
    for (title, due) in [("Some day", None), ("Second", Some("2031-01-02")), ("Long ago", Some("1999-12-31"))] {
        task(&ana, board, title, &bo, due).await;
    }
    let urgent = task(&bo, other, "Second, and urgent", &bo, Some("2031-01-02")).await;
    bo.post(&format!("/tasks/{urgent}/priority/"), json!({"priority": "urgent"})).await;
    let low = task(&bo, other, "Some day, perhaps", &bo, None).await;
    bo.post(&format!("/tasks/{low}/priority/"), json!({"priority": "low"})).await;
    let done = task(&ana, board, "Done", &bo, Some("2031-01-01")).await;
    bo.post(&format!("/tasks/{done}/progress/"), json!({"progress": 100})).await;
    ana.post(&format!("/tasks/{ship}/assignees/"), json!({"add": [ana.id]})).await;

    let page = bo.get("/tasks/").await.json;
    let expected = ["Long ago", "Second, and urgent", "Second", "Some day", "Some day, perhaps"];
    assert_eq!(titles(&page), expected, "{page}");
    let second = &page["tasks"][1];
    assert_eq!(
        (&second["board_name"], &second["column_name"], &second["url"], &second["priority"]),
        (&json!("Garden"), &json!("To do"), &json!(format!("/boards/{other}/tasks/{urgent}/")), &json!("urgent")),
    );
    assert_eq!(second["assignees"][0]["username"], "bo");
    assert_eq!(page["next"], Value::Null);
    assert_eq!(titles(&ana.get("/tasks/").await.json), ["Ship it"]);

    let html = bo.page("/tasks/").await.text;
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words}: {html}"));
    assert!(at("Overdue<") < at("Later<") && at("Later<") < at("No date<"));
    assert!(html.contains(&format!("href=\"/boards/{other}/tasks/{urgent}/\"")) && html.contains("Garden"));
    assert!(!html.contains("Today<") && !html.contains("This week<"));
}

async fn only_what_i_may_read_now_is_mine_to_do(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, .. } = app.with_board().await;
    let mine = task(&ana, board, "Bo's", &bo, None).await;
    // A viewer may be assigned, too.
    task(&ana, board, "Vic's", &vic, None).await;
    assert_eq!(titles(&bo.get("/tasks/").await.json), ["Bo's"]);
    assert_eq!(titles(&vic.get("/tasks/").await.json), ["Vic's"]);
    assert_eq!(titles(&eve.get("/tasks/").await.json), Vec::<&str>::new());
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(titles(&bo.get("/tasks/").await.json), Vec::<&str>::new());
    ana.post(&format!("/boards/{board}/members/"), json!({"username": "bo"})).await;
    assert_eq!(titles(&bo.get("/tasks/").await.json), Vec::<&str>::new(), "nor again by coming back");
    ana.post(&format!("/tasks/{mine}/assignees/"), json!({"add": [bo.id]})).await;
    assert_eq!(titles(&bo.get("/tasks/").await.json), ["Bo's"]);
    assert_eq!(app.stranger().get("/tasks/").await.status, 401);
    let away = app.stranger().page("/tasks/").await;
    assert_eq!((away.status.as_u16(), away.header("location")), (303, "/accounts/login/?next=/tasks/"));
}

async fn every_task_is_on_one_page_whatever_its_date(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    let dates = [None, Some("2031-01-01"), Some("1999-01-01")];
    for n in 0..63 {
        let id = task(&ana, board, &format!("Task {n}"), &ana, dates[n % 3]).await;
        if n % 5 == 0 {
            ana.post(&format!("/tasks/{id}/priority/"), json!({"priority": "high"})).await;
        }
    }
    let first = ana.get("/tasks/").await.json;
    let next = first["next"].as_str().unwrap();
    // What is done meanwhile leaves no gap and doubles nothing.
    let seen = first["tasks"][0]["id"].as_i64().unwrap();
    ana.post(&format!("/tasks/{seen}/progress/"), json!({"progress": 100})).await;
    let second = ana.get(&format!("/tasks/?after={next}")).await.json;
    assert_eq!((titles(&first).len(), titles(&second).len(), &second["next"]), (50, 13, &Value::Null));
    let key = |task: &Value| {
        let due = task["due"].as_str().unwrap_or("~").to_owned();
        (due, i64::from(task["priority"] != "high"), task["id"].as_i64().unwrap())
    };
    let keys: Vec<_> =
        [&first, &second].into_iter().flat_map(|page| page["tasks"].as_array().unwrap()).map(key).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    assert!(ana.page("/tasks/").await.text.contains("href=\"/tasks/?after="));
    for bad in ["x", "none.1", "2026-13-01.1.1", "none.1.99999999999999999999"] {
        let refused = ana.get(&format!("/tasks/?after={bad}")).await;
        assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!("after")), "{bad}");
        assert_eq!(ana.page(&format!("/tasks/?after={bad}")).await.status, 200, "{bad}: a page begins anew");
    }
}

async fn a_task_is_mine_too_while_an_open_item_of_it_is(app: TestApp) {
    let Scene { ana, bo, board, task: ship, .. } = app.with_board().await;
    let whole = task(&ana, board, "Whole", &bo, Some("1999-01-01")).await;
    let mut items = Vec::new();
    for task in [ship, ship, whole] {
        let item =
            ana.post(&format!("/tasks/{task}/checklist/"), json!({"text": "x"})).await.json["item"]["id"].clone();
        let path = format!("/tasks/{task}/checklist/{item}");
        ana.post(&format!("{path}/assignee/"), json!({"user": bo.id})).await;
        items.push(path);
    }
    let mine = async || {
        let page = bo.get("/tasks/").await.json;
        let mine = page["tasks"].as_array().unwrap().iter();
        mine.map(|task| format!("{} {}", task["title"].as_str().unwrap(), task["my_items"])).collect::<Vec<_>>()
    };
    assert_eq!(mine().await, ["Whole 1", "Ship it 2"], "each once");
    assert!(bo.page("/tasks/").await.text.contains("2 items are yours"));
    bo.post(&format!("{}/tick/", items[0]), json!({"done": true})).await;
    bo.post(&format!("{}/tick/", items[2]), json!({"done": true})).await;
    assert_eq!(mine().await, ["Whole 0", "Ship it 1"]);
    ana.post(&format!("{}/assignee/", items[1]), json!({"user": null})).await;
    assert_eq!(mine().await, ["Whole 0"]);
    assert_eq!(titles(&ana.get("/tasks/").await.json), Vec::<&str>::new());
}

async fn my_tasks_are_divided_by_my_day(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    // The two walls never show the same day.
    ana.take_cookie("tz=Etc/GMT+12");
    let page = function("load_page", json!({"page": {"my_tasks": {"after": null}}}));
    let today = ana.get(&page).await.json["today"].as_str().unwrap().to_owned();
    task(&ana, board, "Now", &ana, Some(&today)).await;
    for (zone, group) in [("Etc/GMT+12", "Today<"), ("Pacific/Kiritimati", "Overdue<")] {
        ana.take_cookie(&format!("tz={zone}"));
        let html = ana.page("/tasks/").await.text;
        assert!(html.contains(group), "{zone}: {html}");
    }
    let loaded = ana.get(&page).await.json;
    let streams: Vec<&str> =
        loaded["cursors"].as_array().unwrap().iter().map(|cursor| cursor["stream"].as_str().unwrap()).collect();
    let expected = [format!("board:{board}"), format!("user:{}", ana.id)];
    assert!(expected.iter().all(|stream| streams.contains(&stream.as_str())) && streams.len() == 2, "{loaded}");
}
