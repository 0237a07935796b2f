//! Tasks that go to another board.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    search::found,
    socket::{Socket, kind},
};

on_both_databases!(
    a_task_keeps_what_it_has_and_gets_another_number,
    its_old_number_leads_to_it,
    who_may_not_read_the_other_board_is_shown_that_it_left_and_nothing_more,
    who_is_not_on_the_other_board_is_taken_off_and_counted_before_and_after,
    labels_are_those_of_the_same_names,
    undoing_it_puts_everything_back_under_the_old_numbers,
    who_is_not_on_the_other_board_is_taken_off_items_until_it_is_undone,
    what_was_moved_on_since_stays_where_it_is,
    several_go_together_with_all_that_was_said,
    what_makes_no_sense_changes_nothing,
    it_happens_once_however_often_it_is_sent,
);

/// The scene's board, and another that Ana and Bo are on, but not Vic.
struct Desk {
    scene: Scene,
    other: i64,
    columns: Vec<i64>,
}

impl Desk {
    async fn with(app: &TestApp) -> Self {
        let scene = app.with_board().await;
        let other = scene.ana.post("/boards/", json!({"name": "Workshop"})).await.id();
        scene.ana.post(&format!("/boards/{other}/members/"), json!({"username": "bo"})).await;
        let columns = columns(&scene.ana, other).await;
        Self { scene, other, columns }
    }

    /// Bo moves tasks to the other board.
    async fn carry(&self, tasks: &[i64], mut more: Value) -> Answer {
        more["tasks"] = json!(tasks);
        if more["column"].is_null() {
            more["column"] = json!(self.columns[0]);
        }
        self.scene.bo.post(&format!("/boards/{}/transfer/", self.scene.board), more).await
    }
}

async fn board(person: &Person, board: i64) -> Value {
    person.get(&function("load_page", json!({"page": {"board": {"board": board}}}))).await.json
}

async fn columns(person: &Person, id: i64) -> Vec<i64> {
    board(person, id).await["columns"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect()
}

async fn make(person: &Person, board: i64, title: &str) -> i64 {
    person.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id()
}

/// The cards of a board as `#number title`, from the top of each column.
async fn cards(person: &Person, id: i64) -> Vec<String> {
    let page = board(person, id).await;
    let mut cards: Vec<&Value> = page["cards"].as_array().unwrap().iter().collect();
    cards.sort_by_key(|card| (card["column"].as_i64(), card["position"].as_str().unwrap().to_owned()));
    cards.iter().map(|card| format!("#{} {}", card["number"], card["title"].as_str().unwrap())).collect()
}

async fn task(person: &Person, id: i64) -> Answer {
    person.get(&function("load_page", json!({"page": {"task": {"task": id, "before": null, "at": null}}}))).await
}

async fn unread(person: &Person) -> i64 {
    person.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap()
}

async fn a_task_keeps_what_it_has_and_gets_another_number(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, board, task: id, .. } = &desk.scene;
    make(ana, desk.other, "There").await;
    ana.post(&format!("/messaging/task/{id}/comments/"), json!({"comment": "Swordfish"})).await;
    ana.post(&format!("/tasks/{id}/checklist/"), json!({"text": "Measure"})).await;
    ana.post(&format!("/tasks/{id}/assignees/"), json!({"add": [bo.id]})).await;
    ana.post(&format!("/tasks/{id}/due/"), json!({"due": "2031-02-03"})).await;
    let moved = desk.carry(&[*id], json!({"top": true})).await;
    assert_eq!((moved.status.as_u16(), &moved.json["tasks"]), (200, &json!([id])), "{moved:?}");
    assert_eq!(
        (cards(ana, *board).await, cards(ana, desk.other).await),
        (vec![], vec!["#2 Ship it".into(), "#1 There".into()])
    );
    let page = task(bo, *id).await.json;
    let page = &page[0];
    assert_eq!(page["board"]["board"]["id"], desk.other);
    assert_eq!(page["task"]["card"]["due"], "2031-02-03");
    assert_eq!(page["task"]["card"]["assignees"][0]["id"], bo.id);
    assert_eq!(page["task"]["checklist"][0]["text"], "Measure");
    assert_eq!(page["history"]["rows"][0]["message"]["source"], "Swordfish", "{page}");
    // On both boards, in words, and in its own history.
    let here = ana.page(&format!("/boards/{board}/activity/")).await.text;
    assert!(here.contains("moved #1 to another board"), "{here}");
    let there = ana.page(&format!("/boards/{}/activity/", desk.other)).await.text;
    assert!(there.contains("from another board to “To do”") && there.contains("#2 Ship it"), "{there}");
    // The search knows where it is.
    assert_eq!(found(ana, "swordfish in:Workshop").await.len(), 1);
    assert_eq!(found(ana, "ship is:task in:Workshop").await.len(), 1);
    assert_eq!(found(ana, "ship is:task in:Website").await.len(), 0);
}

async fn its_old_number_leads_to_it(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, room, task: id, .. } = &desk.scene;
    let other = desk.other;
    ana.say(*room, "see #1").await;
    desk.carry(&[*id], json!({})).await;
    let old = format!("/boards/{board}/tasks/{id}/");
    let answer = bo.page(&format!("{old}?due=week")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, &*format!("/boards/{other}/tasks/{id}/?due=week"))
    );
    assert_eq!(vic.page(&old).await.status, 404, "who may not see it there is not told that it is");
    // What named it, and what names it now, leads there too, and says no word of it.
    ana.say(*room, "and again #1").await;
    let link = format!(r#"<a class="task-link" href="{old}" rel="nofollow noopener ugc">#1</a>"#);
    let page = vic.page(&format!("/messaging/room/{room}/")).await.text;
    assert_eq!(page.matches(&link).count(), 2, "{page}");
    assert!(!page.contains("Ship it"), "{page}");
    // The number is nobody else's.
    make(ana, *board, "Next").await;
    assert_eq!(cards(ana, *board).await, ["#2 Next"]);
}

async fn who_may_not_read_the_other_board_is_shown_that_it_left_and_nothing_more(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, room, task: id, .. } = &desk.scene;
    let said = ana.say(*room, "please do").await;
    let made = ana.post(&format!("/messaging/message/{said}/task/"), json!({"title": "Made of it"})).await.id();
    ana.post(&format!("/messaging/task/{id}/comments/"), json!({"comment": "@vic swordfish"})).await;
    vic.post(&format!("/tasks/{id}/watch/"), json!({})).await;
    let before = unread(vic).await;
    let streams = [format!("board:{board}"), format!("task:{id}"), format!("user:{}", vic.id)];
    let cursors: Vec<(&str, i64)> = streams.iter().map(|stream| (stream.as_str(), 0)).collect();
    let mut vics = Socket::live(&app, vic, &cursors).await;
    let mut bos = Socket::live(&app, bo, &[(&format!("board:{}", desk.other), 0)]).await;
    vics.rest().await;
    bos.rest().await;
    desk.carry(&[*id, made], json!({})).await;
    let frames = vics.rest().await;
    assert!(frames.iter().any(|frame| frame["type"] == "revoked" && frame["stream"] == streams[1]), "{frames:?}");
    let events: Vec<&str> = frames.iter().filter(|it| it["type"] == "event").map(|it| kind(&it["event"])).collect();
    assert_eq!(events, ["task_left", "task_left", "notifications_changed"], "{frames:?}");
    let body = &frames.iter().find(|it| it["event"]["task_left"].is_object()).unwrap()["event"]["task_left"];
    let mut keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["by", "id", "revision"]);
    let there: Vec<String> = bos.rest().await.iter().map(|it| kind(&it["event"]).to_owned()).collect();
    assert_eq!(there, ["task_created", "task_created"]);
    // What is said there afterwards does not reach them either.
    bo.post(&format!("/messaging/task/{id}/comments/"), json!({"comment": "secret"})).await;
    assert_eq!(vics.rest().await, Vec::<Value>::new());
    assert_eq!(unread(vic).await, before - 1);
    assert_eq!(task(vic, *id).await.status, 404);
    assert!(found(vic, "swordfish").await.is_empty());
    let room = vic.get(&format!("/messaging/room/{room}/history/")).await.text;
    assert!(!room.contains(&format!("/tasks/{made}/")), "the message it was made from does not show it: {room}");
    for path in [format!("/boards/{board}/"), format!("/boards/{board}/activity/")] {
        let page = vic.page(&path).await.text;
        assert!(!page.contains("Ship it") && !page.contains("Workshop"), "{path}: {page}");
    }
}

async fn who_is_not_on_the_other_board_is_taken_off_and_counted_before_and_after(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, task: id, .. } = &desk.scene;
    ana.post(&format!("/tasks/{id}/assignees/"), json!({"add": [bo.id, vic.id]})).await;
    let page = bo
        .get(&function("load_page", json!({"page": {"transfer": {"board": board, "tasks": [id], "done": null}}})))
        .await;
    assert_eq!(page.json["targets"].as_array().unwrap().len(), 1, "{page:?}");
    assert_eq!(page.json["targets"][0]["outsiders"], 1, "Vic does it and watches it");
    assert_eq!(page.json["tasks"], json!([[id, "#1 Ship it"]]));
    // As the form without script does it.
    let shown = bo.page(&format!("/boards/{board}/transfer/?tasks={id}")).await.text;
    assert!(shown.contains("Workshop · To do (1 person is not on it)"), "{shown}");
    let (id_text, column) = (id.to_string(), desk.columns[1].to_string());
    let fields = [("tasks", &*id_text), ("column", &*column), ("next", "/boards/1/transfer/")];
    let sent = bo.form(&format!("/boards/{board}/transfer/"), &fields).await;
    assert_eq!(sent.status, 303, "{sent:?}");
    let done = bo.page(sent.header("location")).await.text;
    assert!(done.contains("One person was taken off") && done.contains("#1 Ship it"), "{done}");
    let card = &task(ana, *id).await.json[0]["task"]["card"];
    assert_eq!((card["assignees"].as_array().unwrap().len(), &card["column"]), (1, &json!(desk.columns[1])));
    // Of nobody else's doing.
    assert!(!ana.page(sent.header("location")).await.text.contains("taken off"));
    let none = bo.page(&format!("/boards/{board}/transfer/?tasks={id}")).await.text;
    assert!(none.contains("These tasks are not on this board any more."), "{none}");
}

async fn who_is_not_on_the_other_board_is_taken_off_items_until_it_is_undone(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, task: id, .. } = &desk.scene;
    for user in [vic.id, bo.id, vic.id] {
        let item = ana.post(&format!("/tasks/{id}/checklist/"), json!({"text": "x"})).await.json["item"]["id"].clone();
        ana.post(&format!("/tasks/{id}/checklist/{item}/assignee/"), json!({"user": user})).await;
    }
    vic.post(&format!("/tasks/{id}/unwatch/"), json!({})).await;
    let doers = async || {
        let page = task(ana, *id).await.json;
        let items = page[0]["task"]["checklist"].as_array().unwrap().clone();
        items.iter().map(|item| item["assignee"]["id"].as_i64().unwrap_or(0)).collect::<Vec<_>>()
    };
    let page = function("load_page", json!({"page": {"transfer": {"board": board, "tasks": [id], "done": null}}}));
    assert_eq!(bo.get(&page).await.json["targets"][0]["outsiders"], 1, "Vic does items of it");
    let mut socket = Socket::live(&app, ana, &[(&format!("task:{id}"), 0)]).await;
    socket.rest().await;
    let key = Uuid::now_v7();
    assert_eq!(desk.carry(&[*id], json!({"client_id": key})).await.status, 200);
    assert_eq!(doers().await, [0, bo.id, 0]);
    let undo = format!("/boards/{board}/transfer/undo/");
    // Meanwhile one of them is somebody else's, who stays.
    let first = task(ana, *id).await.json[0]["task"]["checklist"][0]["id"].clone();
    ana.post(&format!("/tasks/{id}/checklist/{first}/assignee/"), json!({"user": ana.id})).await;
    assert_eq!(bo.post(&undo, json!({"of": key})).await.status, 200);
    assert_eq!(doers().await, [ana.id, bo.id, vic.id]);
    let mut again = Socket::live(&app, ana, &[(&format!("task:{id}"), 0)]).await;
    let told = again.rest().await;
    let items = told.iter().filter(|frame| frame["event"]["item_changed"].is_object()).count();
    assert_eq!(items, 3 + 3 + 2 + 1 + 1, "whoever reads the log again follows it: {told:?}");
}

async fn labels_are_those_of_the_same_names(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, board, task: id, .. } = &desk.scene;
    let label = async |board: i64, name: &str, colour: &str| {
        ana.post(&format!("/boards/{board}/labels/"), json!({"name": name, "colour": colour})).await.id()
    };
    let (bug, idea) = (label(*board, "Bug", "red").await, label(*board, "Idea", "blue").await);
    let theirs = label(desk.other, "bug", "teal").await;
    ana.post(&format!("/tasks/{id}/labels/"), json!({"add": [bug, idea]})).await;
    desk.carry(&[*id], json!({})).await;
    let page = self::board(ana, desk.other).await;
    let labels = page["labels"].as_array().unwrap();
    let named: Vec<String> = labels.iter().map(|it| format!("{} {}", it["name"], it["colour"])).collect();
    assert_eq!(named, [r#""bug" "teal""#, r#""Idea" "blue""#], "what there was stays as it is");
    let made = labels.iter().find(|it| it["name"] == "Idea").unwrap()["id"].as_i64().unwrap();
    let mut borne: Vec<i64> =
        page["cards"][0]["labels"].as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect();
    borne.sort_unstable();
    assert_eq!(borne, [theirs, made]);
}

async fn undoing_it_puts_everything_back_under_the_old_numbers(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, task: id, .. } = &desk.scene;
    let (second, third) = (make(ana, *board, "Second").await, make(ana, *board, "Third").await);
    ana.post(&format!("/tasks/{second}/assignees/"), json!({"add": [vic.id]})).await;
    let before = cards(ana, *board).await;
    let key = Uuid::now_v7();
    desk.carry(&[*id, second], json!({"client_id": key})).await;
    assert_eq!(cards(ana, *board).await, ["#3 Third"]);
    assert_eq!(cards(ana, desk.other).await, ["#1 Ship it", "#2 Second"]);
    let undo = format!("/boards/{board}/transfer/undo/");
    assert_eq!(ana.post(&undo, json!({"of": key})).await.status, 404, "it was not hers");
    let undone = bo.post(&undo, json!({"of": key})).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(cards(ana, *board).await, before);
    assert_eq!(cards(ana, desk.other).await, Vec::<String>::new());
    assert_eq!(task(vic, second).await.json[0]["task"]["card"]["assignees"][0]["id"], vic.id);
    assert_eq!(task(vic, second).await.json[0]["watch"]["mine"], true, "and watches it again");
    // Numbers of the other board are its own: they lead here now, and are theirs should they come again.
    make(ana, desk.other, "New").await;
    desk.carry(&[second, third], json!({})).await;
    assert_eq!(cards(ana, desk.other).await, ["#3 New", "#2 Second", "#4 Third"]);
    assert_eq!(bo.post(&undo, json!({"of": key, "client_id": Uuid::now_v7()})).await.status, 409);
}

async fn what_was_moved_on_since_stays_where_it_is(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, board, task: id, .. } = &desk.scene;
    let second = make(ana, *board, "Second").await;
    let key = Uuid::now_v7();
    desk.carry(&[*id, second], json!({"client_id": key})).await;
    ana.post(&format!("/tasks/{id}/move/"), json!({"column": desk.columns[1]})).await;
    let undo = format!("/boards/{board}/transfer/undo/");
    let undone = bo.post(&undo, json!({"of": key})).await;
    assert_eq!((undone.status.as_u16(), &undone.json["tasks"]), (200, &json!([second])), "{undone:?}");
    assert_eq!(
        (cards(ana, *board).await, cards(ana, desk.other).await),
        (vec!["#2 Second".into()], vec!["#1 Ship it".into()])
    );
}

async fn several_go_together_with_all_that_was_said(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, board, .. } = &desk.scene;
    let mut tasks = Vec::new();
    for title in ["a", "b", "c", "d", "e", "f", "g"] {
        let id = make(ana, *board, title).await;
        ana.post(&format!("/messaging/task/{id}/comments/"), json!({"comment": format!("swordfish {title}")})).await;
        tasks.push(id);
    }
    tasks.reverse();
    desk.carry(&tasks, json!({})).await;
    let order: String =
        cards(ana, desk.other).await.iter().map(|card| card.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(order, "gfedcba");
    assert_eq!(cards(ana, *board).await, ["#1 Ship it"]);
    // Most of it at once, the rest a little later.
    let begun = std::time::Instant::now();
    while found(ana, "swordfish in:Workshop").await.len() < 7 {
        assert!(begun.elapsed().as_secs() < 30, "the index was never made good");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(app.number("select count(*) from search_moves").await, 0);
}

async fn what_makes_no_sense_changes_nothing(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, eve, board, task: id, .. } = &desk.scene;
    let strange = eve.post("/boards/", json!({"name": "Eve's"})).await.id();
    let (foreign, own) = (columns(eve, strange).await[0], columns(ana, *board).await[1]);
    let archived = make(ana, *board, "Archived").await;
    ana.post(&format!("/tasks/{archived}/archive/"), json!({})).await;
    ana.post(&format!("/boards/{}/members/{}/role/", desk.other, bo.id), json!({"role": "viewer"})).await;
    let many: Vec<i64> = (1..=101).collect();
    for (tasks, column, status) in [
        (vec![*id], foreign, 422),
        (vec![*id], 999_999, 422),
        (vec![*id], own, 422),
        (vec![], desk.columns[0], 422),
        (many, desk.columns[0], 422),
        (vec![*id], desk.columns[0], 403),
    ] {
        let refused = desk.carry(&tasks, json!({"column": column})).await;
        assert_eq!(refused.status, status, "{column}: {refused:?}");
    }
    let to = json!({"tasks": [archived, 999_999], "column": desk.columns[0]});
    assert_eq!(ana.post(&format!("/boards/{board}/transfer/"), to.clone()).await.status, 409);
    assert_eq!(vic.post(&format!("/boards/{board}/transfer/"), to.clone()).await.status, 403);
    assert_eq!(eve.post(&format!("/boards/{board}/transfer/"), to).await.status, 404);
    for of in [json!(Uuid::now_v7()), json!("x"), Value::Null] {
        let refused = ana.post(&format!("/boards/{board}/transfer/undo/"), json!({"of": of})).await;
        assert!([404, 422].contains(&refused.status.as_u16()), "{refused:?}");
    }
    assert_eq!((cards(ana, *board).await, cards(ana, desk.other).await), (vec!["#1 Ship it".into()], vec![]));
}

async fn it_happens_once_however_often_it_is_sent(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { bo, board, task: id, .. } = &desk.scene;
    let key = json!({"client_id": Uuid::now_v7()});
    let first = desk.carry(&[*id], key.clone()).await;
    let again = desk.carry(&[*id], key).await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &first.json));
    assert_eq!(cards(bo, desk.other).await, ["#1 Ship it"]);
    assert_eq!(desk.carry(&[*id], json!({})).await.status, 409, "it is not there any more");
    assert_eq!(cards(bo, *board).await, Vec::<String>::new());
}
