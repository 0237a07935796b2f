//! Boards that are archived, and boards that are deleted.

use std::time::Duration;

use image::ImageFormat;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Person, Scene, TestApp, function},
    files,
    nodes::{Nodes, eventually},
    scheduled::in_ms,
    socket::Socket,
};

on_both_databases!(
    an_archived_board_is_read_by_all_and_written_by_nobody,
    who_is_on_a_board_is_told_at_once_that_it_is_archived_or_back,
    an_archived_board_is_in_no_list_but_its_own,
    what_time_would_do_on_an_archived_board_is_not_done,
    nobody_comes_onto_an_archived_board,
    only_an_owner_who_names_it_deletes_a_board,
    a_deleted_board_is_there_for_nobody_and_open_pages_learn_why,
    nothing_is_left_of_a_deleted_board_and_nothing_else_goes,
);

async fn archive(owner: &Person, board: i64) {
    let archived = owner.post(&format!("/boards/{board}/put-away/"), json!({})).await;
    assert_eq!((archived.status.as_u16(), &archived.json["archived"]), (200, &json!(true)), "{archived:?}");
}

async fn restore(owner: &Person, board: i64) {
    let back = owner.post(&format!("/boards/{board}/restore/"), json!({})).await;
    assert_eq!((back.status.as_u16(), &back.json["archived"]), (200, &json!(false)), "{back:?}");
}

async fn delete(owner: &Person, board: i64, name: &str) -> u16 {
    owner.post(&format!("/boards/{board}/delete/"), json!({"confirm": name})).await.status.as_u16()
}

/// What writes on a board and in its places.
fn writes(scene: &Scene, message: i64) -> Vec<(String, Value)> {
    let Scene { board, room, task, bo, .. } = scene;
    vec![
        (format!("/messaging/room/{room}/send/"), json!({"message": "hi"})),
        (format!("/messaging/room/{room}/schedule/"), json!({"content": "later", "at": in_ms(60_000)})),
        (format!("/messaging/room/{room}/edit/"), json!({"name": "other"})),
        (format!("/messaging/room/{room}/clear/"), json!({})),
        (format!("/messaging/room/{room}/delete/"), json!({})),
        (format!("/messaging/board/{board}/rooms/create/"), json!({"name": "new"})),
        (format!("/messaging/message/{message}/edit/"), json!({"content": "other"})),
        (format!("/messaging/message/{message}/react/"), json!({"emoji": "👍"})),
        (format!("/messaging/message/{message}/pin/"), json!({})),
        (format!("/messaging/message/{message}/replies/"), json!({"content": "hi"})),
        (format!("/messaging/message/{message}/delete/"), json!({})),
        (format!("/messaging/message/{message}/task/"), json!({"title": "New"})),
        (format!("/messaging/task/{task}/comments/"), json!({"comment": "hi"})),
        (format!("/boards/{board}/tasks/"), json!({"title": "New"})),
        (format!("/boards/{board}/tasks/archive/"), json!({"tasks": [task]})),
        (format!("/tasks/{task}/edit/"), json!({"title": "Other", "description": "", "version": 1})),
        (format!("/tasks/{task}/move/"), json!({"column": 1, "place": 1})),
        (format!("/tasks/{task}/assignees/"), json!({"add": [bo.id]})),
        (format!("/tasks/{task}/due/"), json!({"due": "2026-12-01"})),
        (format!("/tasks/{task}/checklist/"), json!({"text": "Paint"})),
        (format!("/tasks/{task}/archive/"), json!({})),
        (format!("/tasks/{task}/delete/"), json!({})),
        (format!("/boards/{board}/columns/"), json!({"name": "New"})),
        (format!("/boards/{board}/labels/"), json!({"name": "New"})),
        (format!("/boards/{board}/rename/"), json!({"name": "New"})),
        (format!("/boards/{board}/members/"), json!({"username": "eve"})),
        (format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "owner"})),
        (format!("/boards/{board}/invites/"), json!({"role": "member"})),
    ]
}

async fn an_archived_board_is_read_by_all_and_written_by_nobody(app: TestApp) {
    let scene = app.with_board().await;
    let Scene { ana, bo, vic, eve, board, room, task, .. } = &scene;
    let message = ana.say(*room, "Before").await;
    for (person, status) in [(bo, 403), (vic, 403), (eve, 404)] {
        for deed in ["put-away", "restore"] {
            let refused = person.post(&format!("/boards/{board}/{deed}/"), json!({})).await;
            assert_eq!(refused.status, status, "{} {deed}: {refused:?}", person.name);
        }
    }
    let key = json!({"client_id": Uuid::now_v7()});
    let first = ana.post(&format!("/boards/{board}/put-away/"), key.clone()).await;
    let again = ana.post(&format!("/boards/{board}/put-away/"), key).await;
    assert_eq!((first.status, &first.json), (again.status, &again.json));
    for (path, body) in writes(&scene, message) {
        let refused = ana.post(&path, body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "forbidden"), "{path}: {refused:?}");
    }
    for person in [ana, bo, vic] {
        let page = person.page(&format!("/boards/{board}/")).await;
        assert!(page.status == 200 && page.text.contains("This board is archived."), "{}", person.name);
        let can_restore = page.text.contains(&format!("/boards/{board}/restore/"));
        assert_eq!(can_restore, person.name == "ana", "{}", person.name);
        let said = person.get(&format!("/messaging/room/{room}/history/")).await.json;
        assert_eq!(said["messages"][0]["content"], "Before");
        let read = person.post(&format!("/messaging/room/{room}/read/"), json!({})).await;
        assert_eq!(read.status, 200, "one's own marks are one's own: {read:?}");
    }
    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains("This board is archived. What was said can be read."), "{page}");
    assert_eq!(bo.page(&format!("/boards/{board}/export/?format=json")).await.status, 200);

    let mut classic = Socket::open(&app, bo, &format!("/ws/chat-room/{room}/")).await;
    classic.say(json!({"type": "chat_message", "message": "hi"})).await;
    assert_eq!(classic.of_type("error").await["code"], "forbidden");
    let mut page = Socket::live(&app, bo, &[(&format!("task:{task}"), 0)]).await;
    page.say(json!({"type": "typing", "stream": format!("task:{task}"), "on": true})).await;
    assert_eq!(page.of_type("error").await["code"], "forbidden");

    restore(ana, *board).await;
    assert_eq!(bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "After"})).await.status, 201);
    assert!(!bo.page(&format!("/boards/{board}/")).await.text.contains("This board is archived"));
    let activity = bo.page(&format!("/boards/{board}/activity/")).await.text;
    assert!(activity.contains("archived the board") && activity.contains("brought the board back"), "{activity}");
}

async fn who_is_on_a_board_is_told_at_once_that_it_is_archived_or_back(app: TestApp) {
    let Scene { ana, vic, board, .. } = app.with_board().await;
    let streams = [format!("board:{board}"), format!("user:{}", vic.id)];
    let cursors = streams.each_ref().map(|stream| (stream.as_str(), 0));
    let mut vics = Socket::live(&app, &vic, &cursors).await;
    let until = async |socket: &mut Socket, wanted: &str, archived: bool| loop {
        let (_, kind, body) = socket.event().await;
        let board = if kind == "board_added" { &body["board"]["board"] } else { &body["board"] };
        if kind == wanted && board["archived"].as_bool().unwrap_or(false) == archived {
            return body;
        }
    };
    archive(&ana, board).await;
    until(&mut vics, "board_changed", true).await;
    let told = until(&mut vics, "board_added", true).await;
    assert_eq!(told["board"]["role"], "viewer", "each what they are: {told}");
    restore(&ana, board).await;
    until(&mut vics, "board_changed", false).await;
    until(&mut vics, "board_added", false).await;
}

async fn an_archived_board_is_in_no_list_but_its_own(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    ana.post("/boards/", json!({"name": "Other"})).await;
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"add": [bo.id, ana.id]})).await;
    let found = async |text: &str| ana.get(&function("look_up", json!({"board": board, "text": text}))).await.text;
    assert!(found("ship").await.contains("Ship it") && found("general").await.contains("general"));
    archive(&ana, board).await;
    for text in ["ship", "1", "general"] {
        let found = found(text).await;
        assert!(!found.contains("Ship it") && !found.contains("general"), "{text}: {found}");
    }
    for person in [&ana, &bo] {
        assert_eq!(person.get("/tasks/").await.json["tasks"], json!([]), "{}", person.name);
        let hub = person.page("/messaging/").await.text;
        let (lists, archived) = hub.split_once("Archived boards").unwrap();
        let link = format!("href=\"/boards/{board}/\"");
        assert!(!lists.contains(&link) && archived.contains(&link), "{}: {hub}", person.name);
        assert_eq!(archived.contains(&format!("/boards/{board}/restore/")), person.name == "ana");
    }
    assert_eq!(
        ana.get("/search/?q=ship").await.json["results"].as_array().map(Vec::len),
        Some(1),
        "it can be searched"
    );
    restore(&ana, board).await;
    assert!(!ana.page("/messaging/").await.text.contains("Archived boards"));
    assert_eq!(bo.get("/tasks/").await.json["tasks"].as_array().map(Vec::len), Some(1));
}

async fn what_time_would_do_on_an_archived_board_is_not_done(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"add": [bo.id]})).await;
    let today = chrono::Utc::now().date_naive().to_string();
    ana.post(&format!("/tasks/{task}/due/"), json!({"due": today})).await;
    let later = json!({"content": "Too late", "at": in_ms(2_500)});
    assert_eq!(bo.post(&format!("/messaging/room/{room}/schedule/"), later).await.status, 201);
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    archive(&ana, board).await;
    let nine = async || {
        app.run("update daily_looks set due_at = 1").await;
        eventually("all are looked after", async || {
            app.number("select count(*) from daily_looks where due_at = 1").await == 0
        })
        .await;
    };
    let reminders = "select count(*) from notification_sources where reason = 'due'";
    nine().await;
    assert_eq!(app.number(reminders).await, 0);
    eventually("its author is told", async || {
        bo.get("/messaging/scheduled/").await.json["scheduled"][0]["failed"].is_string()
    })
    .await;
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1);
    assert_eq!(app.number("select count(*) from messages").await, 0);
    restore(&ana, board).await;
    nine().await;
    assert!(app.number(reminders).await > 0);
}

async fn nobody_comes_onto_an_archived_board(app: TestApp) {
    let Scene { ana, eve, board, .. } = app.with_board().await;
    let invite = ana.post(&format!("/boards/{board}/invites/"), json!({"role": "member"})).await;
    let path = format!("/invite/{}/", invite.json["token"].as_str().unwrap());
    archive(&ana, board).await;
    assert_eq!(eve.post(&path, json!({})).await.status, 404);
    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    let moved = ana.post(&format!("/boards/{other}/tasks/"), json!({"title": "Stays"})).await;
    let sent = ana.page(&format!("/boards/{other}/transfer/?tasks={}", moved.id())).await.text;
    assert!(sent.contains(" · To do") && !sent.contains("Website ·"), "{sent}");
    restore(&ana, board).await;
    assert_eq!(eve.post(&path, json!({})).await.status, 200);
}

async fn only_an_owner_who_names_it_deletes_a_board(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, .. } = app.with_board().await;
    for (person, status) in [(&bo, 403), (&vic, 403), (&eve, 404)] {
        assert_eq!(delete(person, board, "Website").await, status, "{}", person.name);
    }
    for name in ["", "website", "Web site", "Other"] {
        let refused = ana.post(&format!("/boards/{board}/delete/"), json!({"confirm": name})).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some("confirm")), "{name}");
    }
    let refused = ana.form(&format!("/boards/{board}/delete/"), &[("confirm", "Other")]).await;
    assert!(refused.status == 422 && refused.text.contains("This is not the name of the board."), "{refused:?}");
    let hostile = "\"><script>window.__pwned=1</script>";
    let refused = ana.form(&format!("/boards/{board}/delete/"), &[("confirm", hostile)]).await;
    assert!(refused.status == 422 && !refused.text.contains("<script>window.__pwned"), "{refused:?}");
    assert_eq!(ana.page(&format!("/boards/{board}/")).await.status, 200);
    archive(&ana, board).await;
    let key = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let done =
            ana.form(&format!("/boards/{board}/delete/"), &[("confirm", " Website "), ("client_id", &key)]).await;
        assert_eq!((done.status.as_u16(), done.header("location")), (303, "/messaging/"), "an archived one, and once");
    }
    assert_eq!(ana.page(&format!("/boards/{board}/")).await.status, 404);
}

async fn a_deleted_board_is_there_for_nobody_and_open_pages_learn_why(app: TestApp) {
    let Scene { ana, bo, board, room, secret, task, .. } = app.with_board().await;
    let message = ana.say(room, "Zanzibar @bo").await;
    let (of_board, of_room, of_task) = (format!("board:{board}"), format!("room:{room}"), format!("task:{task}"));
    let user = format!("user:{}", bo.id);
    let mut bos = Socket::live(&app, &bo, &[(&of_board, 0), (&of_room, 0), (&of_task, 0), (&user, 0)]).await;
    let mut classic = Socket::open(&app, &bo, &format!("/ws/chat-room/{room}/")).await;
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 2, "added, and mentioned");
    assert_eq!(delete(&ana, board, "Website").await, 200);
    // The person's own stream and those that go are told of in no order.
    let (mut gone, mut removed, mut unread) = (Vec::new(), false, 2);
    while gone.len() < 3 || !removed {
        let frame = bos.next().await.expect("the socket stays open");
        let event = &frame["event"];
        if frame["type"] == "revoked" {
            assert_eq!(frame["gone"], true, "{frame}");
            gone.push(frame["stream"].clone());
        }
        removed |= event["board_removed"]["id"] == board;
        unread = event["notifications_changed"]["unread"].as_i64().unwrap_or(unread);
    }
    assert_eq!(gone, [json!(of_board), json!(of_room), json!(of_task)]);
    assert_eq!(classic.closed().await, 4003);
    for path in [
        format!("/boards/{board}/"),
        format!("/boards/{board}/members/"),
        format!("/boards/{board}/export/?format=json"),
        format!("/boards/{board}/tasks/{task}/"),
        format!("/messaging/board/{board}/rooms/"),
        format!("/messaging/room/{room}/"),
        format!("/messaging/room/{secret}/"),
        format!("/messaging/task/{task}/comments/"),
        format!("/messaging/message/{message}/"),
    ] {
        for person in [&ana, &bo] {
            assert_eq!(person.page(&path).await.status, 404, "{} {path}", person.name);
        }
    }
    for person in [&ana, &bo] {
        assert_eq!(person.post(&format!("/messaging/room/{room}/send/"), json!({"message": "hi"})).await.status, 404);
        assert_eq!(person.get("/search/?q=zanzibar").await.json["results"], json!([]));
        assert!(!person.page("/messaging/").await.text.contains("Website"));
    }
    eventually("nothing of it is unread", async || bo.get("/messaging/notifications/count/").await.json["count"] == 0)
        .await;
    while unread > 0 {
        let frame = bos.next().await.expect("the socket stays open");
        unread = frame["event"]["notifications_changed"]["unread"].as_i64().unwrap_or(unread);
    }
}

/// What a board leaves in the tables, one after the other.
const LEFT: [&str; 19] = [
    "select count(*) from boards",
    "select count(*) from board_members",
    "select count(*) from board_columns",
    "select count(*) from tasks",
    "select count(*) from rooms",
    "select count(*) from room_members",
    "select count(*) from labels",
    "select count(*) from streams where name not like 'user:%'",
    "select count(*) from events where stream not like 'user:%'",
    "select count(*) from messages",
    "select count(*) from message_words",
    "select count(*) from task_words",
    "select count(*) from notifications",
    "select count(*) from drafts",
    "select count(*) from scheduled_messages",
    "select count(*) from saved_filters",
    "select count(*) from invites",
    "select count(*) from watermarks",
    "select count(*) from files where message_id is not null or task_id is not null",
];

async fn nothing_is_left_of_a_deleted_board_and_nothing_else_goes(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let fill = async |board: i64, room: i64, task: i64| {
        let message = ana.say(room, "Hello @bo").await;
        bo.post(&format!("/messaging/message/{message}/replies/"), json!({"content": "a reply"})).await;
        let file = files::sent(&ana, "map.png", &files::picture(4, 3, ImageFormat::Png)).await;
        ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "a map", "files": [file]})).await;
        let file = files::sent(&ana, "map.png", &files::picture(4, 3, ImageFormat::Png)).await;
        ana.post(&format!("/tasks/{task}/files/"), json!({"files": [file]})).await;
        ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "a comment"})).await;
        ana.post(&format!("/boards/{board}/labels/"), json!({"name": "Urgent"})).await;
        ana.post(&format!("/boards/{board}/invites/"), json!({"role": "member"})).await;
        ana.post(&format!("/boards/{board}/filters/"), json!({"name": "Mine", "query": "?due=week"})).await;
        let later = json!({"content": "later", "at": in_ms(3_600_000)});
        bo.post(&format!("/messaging/room/{room}/schedule/"), later).await;
        let draft = json!({"place": format!("room:{room}"), "parent": null, "text": "half a"});
        bo.post("/api/save_draft", draft).await;
    };
    fill(board, room, task).await;
    let counts = async || {
        let mut counts = Vec::new();
        for query in LEFT {
            counts.push(app.number(query).await);
        }
        counts
    };
    let before = counts().await;
    let doomed = ana.post("/boards/", json!({"name": "Doomed"})).await.id();
    ana.post(&format!("/boards/{doomed}/members/"), json!({"username": "bo", "role": "member"})).await;
    let rooms = format!("/messaging/board/{doomed}/rooms/create/");
    let its_room = ana.post(&rooms, json!({"name": "general"})).await.id();
    let its_task = ana.post(&format!("/boards/{doomed}/tasks/"), json!({"title": "Ship it"})).await.id();
    fill(doomed, its_room, its_task).await;
    let more = counts().await;
    let grown = |(query, (before, more)): (&&str, (&i64, &i64))| (more <= before).then(|| (*query).to_owned());
    let same: Vec<String> = LEFT.iter().zip(before.iter().zip(&more)).filter_map(grown).collect();
    assert!(same.is_empty(), "nothing of it is in {same:?}");
    assert_eq!(delete(&ana, doomed, "Doomed").await, 200);
    for _ in 0..300 {
        if counts().await == before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let left: Vec<_> =
        LEFT.into_iter().zip(before.into_iter().zip(counts().await)).filter(|(_, (a, b))| a != b).collect();
    panic!("left, before and now: {left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_on_another_node_learns_that_the_board_is_deleted() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, board, room, .. } = a.with_board().await;
    let bo = bo.at(&b);
    let mut bos = Socket::live(&b, &bo, &[(&format!("board:{board}"), 0), (&format!("room:{room}"), 0)]).await;
    archive(&ana, board).await;
    assert_eq!(bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "hi"})).await.status, 403);
    assert_eq!(delete(&ana, board, "Website").await, 200);
    for place in [format!("board:{board}"), format!("room:{room}")] {
        let revoked = bos.of_type("revoked").await;
        assert_eq!((&revoked["stream"], &revoked["gone"]), (&json!(place), &json!(true)), "{revoked}");
    }
    assert_eq!(bo.page(&format!("/messaging/room/{room}/")).await.status, 404);
}
