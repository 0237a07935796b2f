//! What helps to write: which tasks a `#` may name, whom an `@` may mean, and what a text will look like.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{Answer, Person, Scene, TestApp, function};

on_both_databases!(
    a_number_names_the_tasks_that_begin_with_it,
    a_word_names_the_tasks_in_whose_titles_one_begins_so,
    only_tasks_of_the_board_of_a_place_that_one_may_read_are_named,
    everybody_who_may_be_mentioned_is_told_to_who_reads_the_place,
    a_preview_is_what_the_text_will_be,
    a_preview_shows_nothing_that_one_may_not_read,
    a_preview_stores_nothing_and_refuses_what_can_not_be_sent,
    a_form_shows_what_its_text_will_look_like_and_stores_nothing,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_without_end_must_wait() {
    let app = TestApp::start(|config| config.settings.rate_limits = true).await;
    let ana = app.with_user("ana").await;
    let board = ana.post("/boards/", json!({"name": "Website"})).await.id();
    let task = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Ship it"})).await.id();
    let mut asking = JoinSet::new();
    for nth in 0..200 {
        let (ana, place) = (ana.clone(), format!("task:{task}"));
        asking.spawn(async move {
            match nth % 2 {
                0 => (nth, name(&ana, &place, "ship").await),
                _ => (nth, preview(&ana, &place, "message", "hi").await),
            }
        });
    }
    let answers = asking.join_all().await;
    for (of, at_least) in [(0, 60), (1, 30)] {
        let of: Vec<&Answer> = answers.iter().filter(|(nth, _)| nth % 2 == of).map(|(_, answer)| answer).collect();
        assert!(of.iter().any(|answer| answer.status == 429), "{of:?}");
        assert!(of.iter().filter(|answer| answer.status == 200).count() >= at_least, "{of:?}");
    }
}

async fn name(person: &Person, place: &str, typed: &str) -> Answer {
    person.get(&function("name_tasks", json!({"place": place, "q": typed}))).await
}

/// The numbers of the tasks that are offered.
async fn named(person: &Person, place: &str, typed: &str) -> Vec<i64> {
    let answer = name(person, place, typed).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().unwrap().iter().map(|task| task["number"].as_i64().unwrap()).collect()
}

async fn preview(person: &Person, place: &str, writing: &str, content: &str) -> Answer {
    person.post("/api/preview", json!({"place": place, "writing": writing, "content": content})).await
}

async fn html(person: &Person, place: &str, writing: &str, content: &str) -> String {
    let answer = preview(person, place, writing, content).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_str().unwrap().to_owned()
}

async fn add(person: &Person, board: i64, title: &str) -> i64 {
    person.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id()
}

async fn a_number_names_the_tasks_that_begin_with_it(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let mut ids = vec![task];
    for number in 2..=21 {
        ids.push(add(&ana, board, &format!("Coat {number}")).await);
    }
    let place = format!("room:{room}");
    assert_eq!(named(&bo, &place, "1").await, [1, 10, 11, 12, 13, 14, 15, 16]);
    assert_eq!(named(&bo, &place, "2").await, [2, 20, 21]);
    assert_eq!(named(&bo, &place, "21").await, [21]);
    assert_eq!(named(&bo, &place, "210").await, Vec::<i64>::new());
    assert_eq!(named(&bo, &place, "").await, [21, 20, 19, 18, 17, 16, 15, 14], "the newest");
    // What is archived comes last, and says so; what is deleted is there no more.
    ana.post(&format!("/tasks/{}/archive/", ids[19]), json!({})).await;
    ana.post(&format!("/tasks/{}/delete/", ids[20]), json!({})).await;
    ana.post("/api/change_task", json!({"key": uuid::Uuid::now_v7(), "task": ids[1], "changes": [{"progress": 100}]}))
        .await;
    let rows = name(&bo, &place, "2").await.json;
    let row = |number: i64, title: &str, done: bool, archived: bool| json!({"number": number, "title": title, "column": "To do", "done": done, "archived": archived});
    assert_eq!(rows, json!([row(2, "Coat 2", true, false), row(20, "Coat 20", false, true)]));
    assert_eq!(named(&bo, &place, "").await[0], 19);
    for place in [format!("task:{task}"), place] {
        assert_eq!(named(&bo, &place, "19").await, [19], "{place}");
    }
}

async fn a_word_names_the_tasks_in_whose_titles_one_begins_so(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    for title in ["Do not paint", "Paint the Grösse railing", "Repaint nothing", "設計書を書く", "2 coats"] {
        add(&ana, board, title).await;
    }
    let place = format!("room:{room}");
    for (typed, expected) in [
        ("pai", &[3, 2][..]),
        ("GROSS", &[3]),
        ("gröss", &[3]),
        ("設計", &[5]),
        // The number, then what has it as a word.
        ("2", &[2, 6]),
        ("nobody", &[]),
    ] {
        assert_eq!(named(&bo, &place, typed).await, expected, "{typed}");
    }
    let long = "a".repeat(5_000);
    for strange in ["%", "_", "\\", "'", "\"", ":t1:ship", "*", "ship*", "(", "99999999999999999999", &long] {
        assert_eq!(named(&bo, &place, strange).await, Vec::<i64>::new(), "{strange:?}");
    }
    assert_eq!(name(&bo, "room:x", "1").await.status, 422);
}

async fn only_tasks_of_the_board_of_a_place_that_one_may_read_are_named(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, secret, task } = app.with_board().await;
    let other = ana.post("/boards/", json!({"name": "Garden"})).await.id();
    add(&ana, other, "Ship the seeds").await;
    let place = format!("room:{room}");
    for typed in ["", "1", "ship"] {
        let rows = name(&ana, &place, typed).await.json;
        assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
        assert_eq!(rows[0]["title"], "Ship it", "the board of the room alone: {rows}");
    }
    assert_eq!(named(&vic, &place, "ship").await, [1], "a viewer reads");
    let thread = ana.say(room, "a thread").await;
    assert_eq!(named(&bo, &format!("thread:{thread}"), "ship").await, [1]);
    for (person, place) in [
        (&eve, place.clone()),
        (&eve, format!("task:{task}")),
        (&eve, format!("thread:{thread}")),
        (&bo, format!("room:{secret}")),
        (&ana, format!("board:{board}")),
        (&ana, "room:999999".to_owned()),
    ] {
        assert_eq!(name(person, &place, "ship").await.status, 404, "{} in {place}", person.name);
    }
    assert_eq!(name(&app.stranger(), &place, "ship").await.status, 401);
}

async fn everybody_who_may_be_mentioned_is_told_to_who_reads_the_place(app: TestApp) {
    let Scene { ana, bo, eve, board, room, secret, task, .. } = app.with_board().await;
    let people = async |person: &Person, place: &str| {
        let answer = person.get(&function("mention_people", json!({"place": place}))).await;
        let names = |rows: &Vec<Value>| rows.iter().map(|row| row["username"].as_str().unwrap().to_owned()).collect();
        (answer.status.as_u16(), answer.json.as_array().map(names).unwrap_or_default())
    };
    let names = |names: &[&str]| -> (u16, Vec<String>) { (200, names.iter().map(|name| (*name).to_owned()).collect()) };
    for place in [format!("room:{room}"), format!("task:{task}")] {
        assert_eq!(people(&ana, &place).await, names(&["bo", "vic"]), "{place}");
        assert_eq!(people(&eve, &place).await.0, 404);
    }
    let place = format!("room:{secret}");
    assert_eq!(people(&ana, &place).await, names(&[]));
    assert_eq!(people(&bo, &place).await.0, 404);
    ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    assert_eq!(people(&ana, &place).await, names(&["bo"]));
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(people(&ana, &place).await, names(&[]));
    assert_eq!(people(&bo, &format!("room:{room}")).await.0, 404);
}

async fn a_preview_is_what_the_text_will_be(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let text =
        "**Hi** @bo, see #1 and #99, @eve, `@bo`\n\n- [x] one\n\n```rust\nlet a = 1;\n```\n<script>alert(1)</script>";
    let place = format!("room:{room}");
    let made = html(&ana, &place, "message", text).await;
    let said = ana.say(room, text).await;
    let history =
        ana.get(&function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": null}}}))).await;
    let rows = history.json[0]["history"]["rows"].as_array().unwrap().clone();
    let stored = rows.iter().find(|row| row["message"]["id"] == said).unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!(stored["message"]["html"], made.as_str());
    for part in [
        "<strong>Hi</strong>",
        &format!("data-user=\"{}\"", bo.id),
        &format!("/boards/{board}/tasks/{task}/"),
        "&lt;script&gt;",
    ] {
        assert!(made.contains(part), "{part} in {made}");
    }
    assert!(!made.contains("<script>"), "{made}");
    // As a description groups mean nobody, and spaces at its beginning count.
    let described = "    code\n\n@room @bo";
    let made = html(&bo, &format!("task:{task}"), "text", described).await;
    let edit = json!({"title": "Ship it", "description": described, "version": 1});
    let edited = bo.post(&format!("/tasks/{task}/edit/"), edit).await;
    assert_eq!(edited.json["description_html"], made.as_str());
    assert_eq!(html(&bo, &format!("task:{task}"), "text", "").await, "");
}

async fn a_preview_shows_nothing_that_one_may_not_read(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, secret, task, .. } = app.with_board().await;
    // In a private room only who is in it is mentioned.
    let made = html(&ana, &format!("room:{secret}"), "message", "@bo").await;
    assert_eq!(made, "<p>@bo</p>");
    for (person, place, expected) in [
        (&bo, format!("room:{secret}"), 404),
        (&eve, format!("room:{room}"), 404),
        (&eve, format!("task:{task}"), 404),
        (&vic, format!("room:{room}"), 403),
        (&vic, format!("task:{task}"), 403),
    ] {
        let answer = preview(person, &place, "message", "@bo #1").await;
        assert_eq!(answer.status, expected, "{} in {place}: {answer:?}", person.name);
        assert!(!answer.text.contains("data-user"), "{answer:?}");
    }
    assert_eq!(preview(&app.stranger(), &format!("room:{room}"), "message", "hi").await.status, 401);
}

async fn a_preview_stores_nothing_and_refuses_what_can_not_be_sent(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let place = format!("room:{room}");
    let before = bo.get("/messaging/notifications/count/").await.json;
    html(&ana, &place, "message", "Look, @bo").await;
    let history = bo.get(&format!("/messaging/room/{room}/history/")).await;
    assert_eq!(history.json["messages"], json!([]));
    assert_eq!(bo.get("/messaging/notifications/count/").await.json, before);
    for (writing, content) in [
        ("message", String::new()),
        ("message", "a".repeat(10_001)),
        ("message", "\0".to_owned()),
        ("text", "hi".to_owned()),
    ] {
        let answer = preview(&ana, &place, writing, &content).await;
        assert_eq!(answer.status, 422, "{writing}: {answer:?}");
    }
    assert_eq!(html(&ana, &place, "message", &"é".repeat(10_000)).await.chars().count(), 10_007);
}

async fn a_form_shows_what_its_text_will_look_like_and_stores_nothing(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, task, .. } = app.with_board().await;
    let first = ana.say(room, "First").await;
    let before = app.number("select count(*) from events").await;
    let text = "**Loud** @bo <script>alert(1)</script>\n\n</textarea><img src=x onerror=alert(2)>";
    let (thread, acting) =
        (format!("/messaging/room/{room}/?thread={first}"), format!("/messaging/room/{room}/?act={first}"));
    for (path, field, next) in [
        (format!("/messaging/room/{room}/send/"), "content", ""),
        (format!("/messaging/task/{task}/comments/"), "content", ""),
        (format!("/messaging/message/{first}/replies/"), "content", thread.as_str()),
        (format!("/messaging/message/{first}/edit/"), "content", acting.as_str()),
        (format!("/tasks/{task}/edit/"), "description", ""),
    ] {
        let fields = [(field, text), ("preview", "on"), ("title", "Ship it"), ("version", "1"), ("next", next)];
        let shown = ana.form(&path, &fields).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.text);
        let page = &shown.text;
        let at = page.find("aria-label=\"Preview\"").unwrap_or_else(|| panic!("no preview at {path}: {page}"));
        let preview = &page[at..at + page[at..].find("</section>").unwrap()];
        assert!(preview.contains("<strong>Loud</strong>") && preview.contains("data-user="), "{path}: {preview}");
        assert!(preview.contains("&lt;script&gt;alert(1)") && !preview.contains("<img"), "{path}: {preview}");
        let kept = &page[at..];
        assert!(kept.contains("**Loud** @bo &lt;script&gt;") && !kept.contains("<img src=x"), "{path}: {kept}");
        assert!(!page.contains("/pkg/b.0123.js"), "{path}");
        for (other, status) in [(&vic, 403), (&eve, 404)] {
            assert_eq!(other.form(&path, &fields).await.status, status, "{path}");
        }
        let long = "x".repeat(70_000);
        let refused = ana.form(&path, &[(field, &long), ("preview", "on"), ("version", "1"), ("next", next)]).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.text.contains(&long), "{path}: what is refused is kept");
    }
    assert_eq!(app.number("select count(*) from events").await, before, "nothing was done");
    assert_eq!(app.number("select count(*) from messages").await, 1);
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1, "nobody was told");
    let sent = ana.form(&format!("/messaging/room/{room}/send/"), &[("content", "Now"), ("preview", "off")]).await;
    assert_eq!(sent.status, 303);
    let path = format!("/messaging/message/{first}/replies/");
    let replied = ana.form(&path, &[("content", "There"), ("next", &thread)]).await;
    let reply = app.number("select max(id) from messages").await;
    assert_eq!(replied.header("location"), format!("/messaging/message/{reply}/"), "what was posted");
}
