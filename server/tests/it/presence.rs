//! Who is where, and who types there, on one node and on two.

use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp, function},
    nodes::{Nodes, eventually},
    socket::Socket,
};

on_both_databases!(
    who_does_not_show_it_is_seen_by_nobody,
    when_members_were_last_here_is_for_who_may_see_the_room,
    who_edits_a_task_is_seen_by_its_readers,
    who_has_a_board_open_is_seen_by_those_who_have_it_open,
    who_has_a_task_open_is_seen_there,
);

/// Waits for one of the people to come or go; gives what was said of the others before.
pub async fn until_person(socket: &mut Socket, what: &str, person: i64) -> Vec<Value> {
    let mut before = Vec::new();
    loop {
        let frame = socket.of_type("ephemeral").await;
        if frame["what"][what]["person"]["id"] == person {
            return before;
        }
        before.push(frame);
    }
}

async fn who_does_not_show_it_is_seen_by_nobody(app: TestApp) {
    let Scene { ana, bo, vic, room: id, .. } = app.with_board().await;
    let room = format!("room:{id}");
    let mut anas = Socket::live(&app, &ana, &[(&room, 0)]).await;
    let _bos = Socket::live(&app, &bo, &[(&room, 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
    let saved = bo.form("/accounts/presence/", &[]).await;
    assert_eq!(saved.status, 303, "{saved:?}");
    until_person(&mut anas, "went", bo.id).await;
    let _bos_other = Socket::live(&app, &bo, &[(&room, 0)]).await;
    let mut vics = Socket::live(&app, &vic, &[(&room, 0)]).await;
    assert_eq!(vics.ephemeral("here").await["count"], 2, "Ana and Vic");
    let before = until_person(&mut anas, "came", vic.id).await;
    assert!(before.is_empty(), "{before:?}");
    let page = bo.page("/accounts/").await.text;
    assert!(page.contains("Show when I am here"));
    bo.form("/accounts/presence/", &[("shown", "on")]).await;
    let _bos_again = Socket::live(&app, &bo, &[(&room, 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
}

async fn when_members_were_last_here_is_for_who_may_see_the_room(app: TestApp) {
    let Scene { ana, bo, eve, room, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    let path = function("load_room_members", json!({"room": room}));
    let seen = async |whose: &str| {
        let members = ana.get(&path).await.json;
        let of = |member: &&serde_json::Value| member["person"]["username"] == whose;
        members.as_array().and_then(|members| Some(members.iter().find(of)?["seen"].clone()))
    };
    assert_eq!(seen("bo").await, Some(json!(null)), "nobody was noted yet");
    app.number("update users set last_seen_at = 1795425060000 where username = 'bo' returning id").await;
    let clock = json!({"day": "2026-11-23", "day_text": "Monday, 23 November 2026", "time": "09:11"});
    assert_eq!(seen("bo").await, Some(clock));
    assert_eq!(seen("eve").await, None, "who is not a member is not listed");
    assert_eq!(eve.get(&path).await.status, 404);
    bo.form("/accounts/presence/", &[]).await;
    assert_eq!(seen("bo").await, Some(json!(null)), "who does not show it is not told of");
}

async fn who_edits_a_task_is_seen_by_its_readers(app: TestApp) {
    let Scene { ana, bo, vic, room, task: id, .. } = app.with_board().await;
    let task = format!("task:{id}");
    let mut anas = Socket::live(&app, &ana, &[(&task, 0)]).await;
    let mut bos = Socket::live(&app, &bo, &[(&task, 0), (&format!("room:{room}"), 0)]).await;
    let mut vics = Socket::live(&app, &vic, &[(&task, 0)]).await;
    let edits = json!({"type": "typing", "stream": task, "writing": "text", "on": true});
    vics.say(edits.clone()).await;
    assert_eq!(vics.of_type("error").await["code"], "forbidden", "a viewer edits nothing");
    bos.say(json!({"type": "typing", "stream": format!("room:{room}"), "writing": "text", "on": true})).await;
    assert_eq!(bos.of_type("error").await["field"], "writing", "a room has no text of its own");
    bos.say(edits).await;
    let typing = anas.ephemeral("typing").await;
    assert_eq!((&typing["person"]["id"], &typing["writing"]), (&json!(bo.id), &json!("text")), "{typing}");
    bos.say(json!({"type": "typing", "stream": task, "on": true})).await;
    assert_eq!(anas.ephemeral("typing").await["writing"], "message", "a comment is news, though he typed before");
    drop(bos);
    assert_eq!(anas.ephemeral("typing").await["on"], false);
}

/// Opens a page's socket that shows the board.
async fn at_board(app: &TestApp, person: &Person, board: i64) -> Socket {
    let mut socket = Socket::live(app, person, &[(&format!("board:{board}"), 0)]).await;
    socket.say(json!({"type": "at", "board": board})).await;
    socket
}

async fn who_has_a_board_open_is_seen_by_those_who_have_it_open(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, .. } = app.with_board().await;
    let mut anas = at_board(&app, &ana, board).await;
    assert_eq!(anas.ephemeral("here").await["count"], 1, "Ana herself");
    let mut reads_along = Socket::live(&app, &vic, &[(&format!("board:{board}"), 0)]).await;
    let bos = at_board(&app, &bo, board).await;
    until_person(&mut anas, "came", bo.id).await;
    let bos_other = at_board(&app, &bo, board).await;
    drop(bos);
    let mut eves = at_board(&app, &eve, board).await;
    assert_eq!(eves.of_type("revoked").await["stream"], format!("board:{board}"));
    assert!(eves.rest().await.is_empty(), "who may not read the board is told nothing");
    let vics = at_board(&app, &vic, board).await;
    let before = until_person(&mut anas, "came", vic.id).await;
    assert!(before.is_empty(), "Bo has another tab, and Eve is not there: {before:?}");
    drop(vics);
    until_person(&mut anas, "went", vic.id).await;
    let heard = reads_along.rest().await;
    assert!(heard.iter().all(|frame| frame["type"] != "ephemeral"), "a page elsewhere is told nothing: {heard:?}");

    bo.form("/accounts/presence/", &[]).await;
    until_person(&mut anas, "went", bo.id).await;
    bo.form("/accounts/presence/", &[("shown", "on")]).await;
    drop(bos_other);
    let _bos = at_board(&app, &bo, board).await;
    until_person(&mut anas, "came", bo.id).await;
    let removed = ana.form(&format!("/boards/{board}/members/{}/remove/", bo.id), &[]).await;
    assert_eq!(removed.status, 303, "{removed:?}");
    until_person(&mut anas, "went", bo.id).await;
}

async fn who_has_a_task_open_is_seen_there(app: TestApp) {
    let Scene { ana, bo, vic, board, task: id, .. } = app.with_board().await;
    let task = format!("task:{id}");
    let mut anas = Socket::live(&app, &ana, &[(&task, 0)]).await;
    let bos = Socket::live(&app, &bo, &[(&task, 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
    let _vics = Socket::live(&app, &vic, &[(&task, 0)]).await;
    until_person(&mut anas, "came", vic.id).await;
    drop(bos);
    until_person(&mut anas, "went", bo.id).await;
    let removed = ana.form(&format!("/boards/{board}/members/{}/remove/", vic.id), &[]).await;
    assert_eq!(removed.status, 303, "{removed:?}");
    until_person(&mut anas, "went", vic.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_agree_who_has_a_board_open() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, vic, board, .. } = a.with_board().await;
    let mut anas = at_board(&a, &ana, board).await;
    let bos_on_a = at_board(&a, &bo, board).await;
    until_person(&mut anas, "came", bo.id).await;
    let mut bos_on_b = at_board(&b, &bo, board).await;
    assert_eq!(bos_on_b.ephemeral("here").await["count"], 2, "the other node's people too");
    drop(bos_on_a);
    let vics = at_board(&b, &vic, board).await;
    let before = until_person(&mut anas, "came", vic.id).await;
    assert!(before.is_empty(), "a second tab is no arrival: {before:?}");
    drop(vics);
    let before = until_person(&mut anas, "went", vic.id).await;
    assert!(before.is_empty(), "Bo has another tab: {before:?}");
    bos_on_b.say(json!({"type": "at", "board": null})).await;
    until_person(&mut anas, "went", bo.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defect_10_two_nodes_agree_who_is_here_and_closing_one_of_two_tabs_hides_nobody() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, vic, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut on_a = Socket::live(&a, &ana, &[(&room, 0)]).await;
    let mut on_b = Socket::live(&b, &ana, &[(&room, 0)]).await;
    let bos_on_a = Socket::live(&a, &bo, &[(&room, 0)]).await;
    for socket in [&mut on_a, &mut on_b] {
        until_person(socket, "came", bo.id).await;
    }
    let mut bos_on_b = Socket::live(&b, &bo, &[(&room, 0)]).await;
    let here = bos_on_b.ephemeral("here").await;
    assert_eq!(here["count"], 2, "the other node's people too: {here}");
    let vics = Socket::live(&a, &vic, &[(&room, 0)]).await;
    for socket in [&mut on_a, &mut on_b] {
        let before = until_person(socket, "came", vic.id).await;
        assert!(
            before.iter().all(|frame| frame["what"].get("came").is_none()),
            "a second tab is no arrival: {before:?}"
        );
    }
    drop(bos_on_a);
    drop(vics);
    for socket in [&mut on_a, &mut on_b] {
        let before = until_person(socket, "went", vic.id).await;
        assert!(before.iter().all(|frame| frame["what"].get("went").is_none()), "Bo has another tab: {before:?}");
    }
    drop(bos_on_b);
    for socket in [&mut on_a, &mut on_b] {
        until_person(socket, "went", bo.id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_starts_later_knows_who_is_here() {
    let nodes = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let _bos = Socket::live(&nodes.a, &bo, &[(&room, 0)]).await;
    let c = TestApp::node(&nodes.database, Some(&nodes.redis.url())).await;
    eventually("the new node has heard who is here", async || {
        let mut anas = Socket::live(&c, &ana, &[(&room, 0)]).await;
        anas.ephemeral("here").await["people"].to_string().contains("\"bo\"")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_is_seen_on_the_other_node() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut anas = Socket::live(&a, &ana, &[(&room, 0)]).await;
    let mut bos = Socket::live(&b, &bo, &[(&room, 0)]).await;
    bos.say(json!({"type": "typing", "stream": room, "on": true})).await;
    let typing = anas.ephemeral("typing").await;
    assert_eq!((&typing["person"]["id"], &typing["on"]), (&json!(bo.id), &json!(true)));
    drop(bos);
    let typing = anas.ephemeral("typing").await;
    assert_eq!(typing["on"], false, "who vanished types no longer");
}
