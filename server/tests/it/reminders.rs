//! Reminders of what is due, and what is overdue.

use chrono::{Days, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp},
    inbox,
    nodes::{Nodes, eventually},
};

on_both_databases!(
    who_does_or_watches_a_task_is_reminded_once_the_day_before,
    a_reminder_moves_with_its_date_and_goes_with_what_it_was_about,
    each_is_reminded_as_they_have_chosen_and_hears_of_no_board_that_they_silenced,
    what_is_overdue_is_one_row_a_day_that_leads_to_it,
    nine_o_clock_is_that_of_the_wall_before_each,
);

fn day(later: i64) -> String {
    let today: NaiveDate = Utc::now().date_naive();
    let day = match later {
        0.. => today.checked_add_days(Days::new(later.unsigned_abs())),
        _ => today.checked_sub_days(Days::new(later.unsigned_abs())),
    };
    day.unwrap().to_string()
}

/// It is nine o'clock for everybody; waits until all were looked after.
async fn nine(app: &TestApp) {
    app.run("update daily_looks set due_at = 1").await;
    eventually("all are looked after", async || {
        app.number("select count(*) from daily_looks where due_at = 1").await == 0
    })
    .await;
}

async fn due(owner: &Person, task: i64, day: &str) {
    let set = owner.post(&format!("/tasks/{task}/due/"), json!({"due": day})).await;
    assert_eq!(set.status, 200, "{set:?}");
}

async fn assign(owner: &Person, task: i64, person: &Person) {
    let set = owner.post(&format!("/tasks/{task}/assignees/"), json!({"add": [person.id]})).await;
    assert_eq!(set.status, 200, "{set:?}");
    person.post("/messaging/notifications/read-all/", json!({})).await;
}

async fn choose(person: &Person, remind: &str, zone: &str) {
    let set = person.form("/accounts/notices/", &[("remind", remind), ("zone", zone)]).await;
    assert_eq!(set.status, 303, "{}", set.text);
}

/// What somebody's inbox has that is unread and that time has put there.
async fn reminded(person: &Person) -> Vec<String> {
    let rows = inbox::rows(person).await;
    let due = |row: &&Value| row["type"] == "due" && row["is_read"] == false;
    rows.iter().filter(due).map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

async fn who_does_or_watches_a_task_is_reminded_once_the_day_before(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    assign(&ana, task, &bo).await;
    assert_eq!(vic.post(&format!("/tasks/{task}/watch/"), json!({})).await.status, 200);
    // Who makes a task watches it.
    assert_eq!(ana.post(&format!("/tasks/{task}/unwatch/"), json!({})).await.status, 200);
    let later = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Later"})).await.id();
    assign(&ana, later, &bo).await;
    due(&ana, task, &day(1)).await;
    due(&ana, later, &day(2)).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, ["#1 Ship it is due"]);
    assert_eq!(reminded(&vic).await, ["#1 Ship it is due"]);
    assert_eq!(reminded(&ana).await, [""; 0], "she neither does nor watches it");
    let page = bo.page("/messaging/notifications/").await.text;
    assert!(page.contains("Due on "), "{page}");
    nine(&app).await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, [""; 0], "once");
    let sources = "select count(*) from notification_sources where reason = 'due'";
    assert_eq!(app.number(sources).await, 2);

    // What is given to somebody late is told the next morning.
    let late = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Late"})).await.id();
    assign(&ana, late, &bo).await;
    due(&ana, late, &day(0)).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, ["#3 Late is due"]);
}

async fn a_reminder_moves_with_its_date_and_goes_with_what_it_was_about(app: TestApp) {
    let Scene { ana, bo, board, .. } = app.with_board().await;
    let mut tasks = Vec::new();
    for title in ["moved", "done", "archived", "somebody else's", "of several", "cleared", "left", "together", "each"] {
        let task = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id();
        assign(&ana, task, &bo).await;
        due(&ana, task, &day(1)).await;
        tasks.push(task);
    }
    nine(&app).await;
    assert_eq!(reminded(&bo).await.len(), 9);
    due(&ana, tasks[0], &day(3)).await;
    assert_eq!(ana.post(&format!("/tasks/{}/progress/", tasks[1]), json!({"progress": 100})).await.status, 200);
    assert_eq!(ana.post(&format!("/tasks/{}/archive/", tasks[2]), json!({})).await.status, 200);
    let off = ana.post(&format!("/tasks/{}/assignees/", tasks[3]), json!({"remove": [bo.id]})).await;
    assert_eq!(off.status, 200, "{off:?}");
    let several =
        json!({"board": board, "tasks": [tasks[4]], "change": {"unassign": bo.id}, "key": uuid::Uuid::now_v7()});
    assert_eq!(ana.post("/api/change_tasks", several).await.status, 200);
    due(&ana, tasks[5], "").await;
    let together = json!({"tasks": [tasks[7]], "due": day(3)});
    assert_eq!(ana.post(&format!("/boards/{board}/tasks/due/"), together).await.status, 200);
    let changes = json!([[tasks[8], {"due": day(3)}]]);
    let each = json!({"board": board, "changes": changes, "key": uuid::Uuid::now_v7()});
    let each = ana.post("/api/change_each", each).await;
    assert_eq!(each.status, 200, "{each:?}");
    assert_eq!(reminded(&bo).await, ["#8 left is due"]);
    let count = bo.get("/messaging/notifications/count/").await.json;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, ["#8 left is due"], "of what is left, and of that once");
    assert_eq!(bo.get("/messaging/notifications/count/").await.json, count);
    due(&ana, tasks[0], &day(0)).await;
    nine(&app).await;
    let mut rows = reminded(&bo).await;
    rows.sort();
    assert_eq!(rows, ["#2 moved is due", "#8 left is due"], "of another date anew");
}

async fn each_is_reminded_as_they_have_chosen_and_hears_of_no_board_that_they_silenced(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    for person in [&ana, &bo, &vic] {
        assert_eq!(person.post(&format!("/tasks/{task}/watch/"), json!({})).await.status, 200);
    }
    choose(&ana, "on_the_day", "UTC").await;
    choose(&bo, "never", "UTC").await;
    due(&ana, task, &day(1)).await;
    let silent = json!({"level": "nothing"});
    assert_eq!(vic.post(&format!("/boards/{board}/level/"), silent).await.status, 200);
    nine(&app).await;
    for person in [&ana, &bo, &vic] {
        assert_eq!(reminded(person).await, [""; 0], "{}", person.name);
    }
    assert_eq!(vic.post(&format!("/boards/{board}/level/"), json!({"level": "mentions"})).await.status, 200);
    due(&ana, task, &day(0)).await;
    nine(&app).await;
    for (person, count) in [(&ana, 1), (&bo, 0), (&vic, 1)] {
        assert_eq!(reminded(person).await.len(), count, "{}", person.name);
    }
    let page = ana.page("/accounts/").await.text;
    assert!(page.contains("value=\"on_the_day\" checked"), "{page}");

    // Nobody hears of a board that they are not on any more.
    app.run("delete from reminded").await;
    vic.post("/messaging/notifications/read-all/", json!({})).await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", vic.id), json!({})).await;
    nine(&app).await;
    assert_eq!(reminded(&vic).await, [""; 0]);
}

async fn what_is_overdue_is_one_row_a_day_that_leads_to_it(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, [""; 0], "nothing is overdue");
    let old = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Old"})).await.id();
    let ahead = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Ahead"})).await.id();
    for (task, later) in [(task, -1), (old, -40), (ahead, 30)] {
        assign(&ana, task, &bo).await;
        due(&ana, task, &day(later)).await;
    }
    nine(&app).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, ["2 tasks are overdue"]);
    let rows = inbox::rows(&bo).await;
    let row = rows.iter().find(|row| row["type"] == "due").unwrap();
    assert_eq!((&row["count"], &row["url"]), (&json!(1), &json!("/tasks/?due=overdue")));
    let opened = bo.form(&format!("/messaging/notifications/{}/open/", row["id"]), &[]).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/tasks/?due=overdue"));
    let listed = bo.get("/tasks/?due=overdue").await.json;
    let titles: Vec<&str> = listed["tasks"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Old", "Ship it"]);
    let page = bo.page("/tasks/?due=overdue").await.text;
    assert!(page.contains("Only what is overdue") && !page.contains("Ahead"), "{page}");

    ana.post(&format!("/tasks/{old}/progress/"), json!({"progress": 100})).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, ["1 task is overdue"], "the next day");
    ana.post(&format!("/tasks/{task}/archive/"), json!({})).await;
    nine(&app).await;
    assert_eq!(reminded(&bo).await, [""; 0]);
    assert_eq!(app.number("select count(*) from notification_sources where reason = 'due'").await, 0);
    assert!(bo.page("/tasks/?due=overdue").await.text.contains("Nothing is overdue."));
}

async fn nine_o_clock_is_that_of_the_wall_before_each(app: TestApp) {
    let (ana, bo) = (app.with_user("ana").await, app.with_user("bo").await);
    let at = |hour: i64| hour * 3_600_000;
    let of_day = "select due_at % 86400000 from daily_looks order by user_id limit 1";
    assert_eq!(app.number(of_day).await, at(9), "UTC where nothing is known");
    ana.take_cookie("tz=Asia%2FTokyo; path=/");
    ana.post("/accounts/login/", json!({"username": "ana", "password": crate::app::PASSWORD})).await;
    assert_eq!(app.number(of_day).await, at(0));
    choose(&ana, "day_before", "Asia/Dubai").await;
    assert_eq!(app.number(of_day).await, at(5), "what was said holds");
    ana.post("/accounts/login/", json!({"username": "ana", "password": crate::app::PASSWORD})).await;
    assert_eq!(app.number(of_day).await, at(5));
    assert!(ana.page("/accounts/").await.text.contains("value=\"Asia/Dubai\""));
    assert!(bo.page("/accounts/").await.text.contains("value=\"UTC\""));
    assert_eq!(app.number("select count(*) from users where zone = 'Asia/Tokyo'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_remind_once() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, task, .. } = a.with_board().await;
    assign(&ana, task, &bo).await;
    assert_eq!(ana.post(&format!("/tasks/{task}/unwatch/"), json!({})).await.status, 200);
    due(&ana.at(&b), task, &day(1)).await;
    for _ in 0..3 {
        nine(&a).await;
    }
    assert_eq!(reminded(&bo.at(&b)).await, ["#1 Ship it is due"]);
    assert_eq!(a.number("select count(*) from notification_sources where reason = 'due'").await, 1);
}
