//! Threads under messages of rooms, messages that quote others, and messages that are pinned.

use serde_json::{Value, json};

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    nodes::eventually,
    socket::Socket,
};

on_both_databases!(
    a_reply_is_in_the_thread_and_not_in_the_room,
    who_takes_part_in_a_thread_is_told_of_replies_while_they_may_read_it,
    a_thread_is_followed_and_left,
    a_thread_is_read_apart_from_its_room,
    a_deleted_reply_is_counted_no_more_and_again_when_it_is_back,
    a_thread_goes_with_its_room,
    a_thread_is_for_who_may_read_its_room,
    a_quote_shows_what_the_message_says_now_and_nothing_of_a_deleted_one,
    messages_are_pinned_for_everybody,
    an_address_of_a_message_leads_to_where_it_is,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

async fn reply(person: &Person, to: i64, text: &str) -> Answer {
    person.post(&format!("/messaging/message/{to}/replies/"), json!({"content": text})).await
}

async fn contents(person: &Person, path: &str) -> Vec<String> {
    let answer = person.get(path).await;
    let messages = answer.json["messages"].as_array().unwrap_or_else(|| panic!("{path}: {answer:?}"));
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// Where the page of a thread is loaded from.
fn page_of(root: i64) -> String {
    function("load_page", json!({"page": {"thread": {"root": root, "before": null, "at": null}}}))
}

async fn act(person: &Person, id: i64, what: &str) -> Answer {
    person.post(&format!("/messaging/message/{id}/{what}/"), json!({})).await
}

/// The unread rows of an inbox as (type, text), newest first.
async fn told(person: &Person) -> Vec<(String, String)> {
    let inbox = person.get("/messaging/notifications/").await.json;
    let rows = inbox["notifications"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .filter(|row| row["is_read"] == false && row["type"] != "system")
        .map(|row| (text(&row["type"]), text(&row["text"])))
        .collect()
}

async fn row(person: &Person, room: i64, id: i64) -> Value {
    let newest = say(person, room, "below").await;
    let page =
        person.get(&function("older_messages", json!({"place": format!("room:{room}"), "before": newest}))).await;
    let rows = page.json["rows"].as_array().unwrap_or_else(|| panic!("{page:?}"));
    let row = rows.iter().find(|row| row["message"]["id"] == id);
    row.unwrap_or_else(|| panic!("{id} is not in {page:?}"))["message"].clone()
}

async fn a_reply_is_in_the_thread_and_not_in_the_room(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = say(&ana, room, "who comes?").await;
    let mut socket = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    let first = reply(&bo, root, "me").await;
    assert_eq!((first.status.as_u16(), &first.json["content"]), (201, &json!("me")), "{first:?}");
    let event = loop {
        let (_, kind, event) = socket.event().await;
        assert_ne!(kind, "message_posted");
        if kind == "reply_posted" {
            break event;
        }
    };
    assert_eq!((&event["message"]["parent"], &event["message"]["n"]), (&json!(root), &json!(1)), "its own numbers");
    assert_eq!((&event["replies"]["count"], &event["replies"]["by"]["username"]), (&json!(1), &json!("bo")));
    let second = reply(&ana, first.id(), "and me").await.id();
    let by_room = json!({"message": "me too", "parent": root});
    assert_eq!(bo.post(&format!("/messaging/room/{room}/send/"), by_room).await.status, 201);

    let thread = format!("/messaging/message/{root}/replies/");
    assert_eq!(contents(&ana, &thread).await, ["me", "and me", "me too"]);
    assert_eq!(contents(&ana, &format!("{thread}?limit=1&before={second}")).await, ["me"]);
    assert_eq!(contents(&ana, &format!("/messaging/message/{second}/replies/")).await.len(), 3, "from any of it");
    assert_eq!(contents(&ana, &format!("/messaging/room/{room}/history/")).await, ["who comes?"]);
    let shown = row(&ana, room, root).await;
    assert_eq!((&shown["replies"]["count"], &shown["replies"]["by"]["username"]), (&json!(3), &json!("bo")));
    let page = ana.get(&page_of(root)).await.json[0].clone();
    assert_eq!(
        (&page["root"]["message"]["source"], &page["n"], &page["watch"]["mine"]),
        (&json!("who comes?"), &json!(3), &json!(true))
    );
    assert_eq!(page["history"]["rows"].as_array().unwrap().len(), 3);
    assert_eq!(page["cursor"]["stream"], format!("room:{room}"));
    assert_eq!(ana.get(&page_of(second)).await.status, 404, "a reply begins none");
}

async fn who_takes_part_in_a_thread_is_told_of_replies_while_they_may_read_it(app: TestApp) {
    let Scene { ana, bo, vic, board, secret, .. } = app.with_board().await;
    for person in [&bo, &vic] {
        ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": person.id})).await;
    }
    for person in [&ana, &bo, &vic] {
        person.post("/messaging/notifications/read-all/", json!({})).await;
    }
    let root = say(&ana, secret, "who comes?").await;
    reply(&bo, root, "me").await;
    reply(&bo, root, "and my dog").await;
    assert_eq!(told(&ana).await, [("reply".into(), "bo replied in a thread in secret".into())], "one row");
    assert!(told(&vic).await.is_empty(), "who takes no part");
    reply(&ana, root, "and @vic?").await;
    assert_eq!(told(&bo).await, [("reply".into(), "ana replied in a thread in secret".into())]);
    assert_eq!(told(&vic).await, [("mention".into(), "ana mentioned you in secret".into())]);
    reply(&bo, root, "he does").await;
    assert_eq!(told(&vic).await[0].1, "bo replied in a thread in secret", "who is mentioned follows");
    ana.post(&format!("/messaging/room/{secret}/members/{}/remove/", vic.id), json!({})).await;
    assert!(told(&vic).await.is_empty(), "rows of what one can't read go");
    reply(&bo, root, "not for vic").await;
    assert!(told(&vic).await.is_empty());
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert!(told(&bo).await.is_empty());
    reply(&ana, root, "alone").await;
    assert!(told(&bo).await.is_empty());
}

async fn a_thread_is_followed_and_left(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, .. } = app.with_board().await;
    let root = say(&ana, room, "news").await;
    assert_eq!(act(&vic, root, "follow").await.status, 200, "a viewer may");
    for (person, status) in [(&eve, 404), (&app.stranger(), 401)] {
        assert_eq!(act(person, root, "follow").await.status, status);
        assert_eq!(act(person, root, "unfollow").await.status, status);
    }
    reply(&bo, root, "good").await;
    assert_eq!((told(&ana).await.len(), told(&vic).await.len()), (1, 1));
    for person in [&ana, &vic] {
        act(person, root, "unfollow").await;
        person.post("/messaging/notifications/read-all/", json!({})).await;
    }
    let page = ana.get(&page_of(root)).await.json[0].clone();
    assert_eq!(page["watch"]["mine"], false);
    reply(&bo, root, "very good").await;
    assert!(told(&ana).await.is_empty() && told(&vic).await.is_empty());
}

async fn a_thread_is_read_apart_from_its_room(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = say(&ana, room, "news").await;
    reply(&bo, root, "one").await;
    reply(&bo, root, "two").await;
    let thread = format!("thread:{root}");
    let read = async || ana.get(&page_of(root)).await.json[0]["read"].clone();
    assert_eq!(read().await, 0);
    ana.post(&format!("/messaging/room/{room}/read/"), json!({})).await;
    assert_eq!((read().await, told(&ana).await.len()), (json!(0), 1), "the room's mark is another");
    let mut socket = Socket::live(&app, &ana, &[(&format!("user:{}", ana.id), 0)]).await;
    socket.rest().await;
    socket.say(json!({"type": "seen", "stream": thread, "n": 2})).await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["place"], &event["n"]), ("read_up_to", &json!(thread), &json!(2)));
    assert_eq!((read().await, told(&ana).await.len()), (json!(2), 0));
    let mut other = Socket::live(&app, &ana, &[]).await;
    other.say(json!({"type": "subscribe", "stream": thread, "epoch": app.engine.epoch(), "seq": 0})).await;
    assert_eq!(other.of_type("revoked").await["stream"], thread, "a thread is told of on its room");
}

async fn a_deleted_reply_is_counted_no_more_and_again_when_it_is_back(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = say(&ana, room, "news").await;
    reply(&ana, root, "one").await;
    let id = reply(&bo, root, "swordfish").await.id();
    let mut socket = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    act(&bo, id, "delete").await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["root"], &event["n"]), ("reply_deleted", &json!(root), &json!(2)));
    assert_eq!((&event["replies"]["count"], &event["replies"]["by"]["username"]), (&json!(1), &json!("ana")));
    let mut fresh = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    assert!(!Value::from(fresh.rest().await).to_string().contains("swordfish"));
    act(&bo, id, "restore").await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["message"]["source"]), ("reply_restored", &json!("swordfish")));
    assert_eq!(event["replies"]["count"], 2);
    act(&ana, root, "delete").await;
    assert_eq!(reply(&bo, root, "too late").await.status, 422, "under what is deleted");
    assert_eq!(row(&ana, room, root).await["replies"]["count"], 2, "the thread stays under the tombstone");
}

async fn a_thread_goes_with_its_room(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = say(&ana, room, "news").await;
    let id = reply(&bo, root, "swordfish").await.id();
    act(&ana, id, "pin").await;
    assert_eq!(ana.post(&format!("/messaging/room/{room}/clear/"), json!({})).await.status, 200);
    assert!(told(&ana).await.is_empty());
    for path in [format!("/messaging/message/{root}/replies/"), format!("/messaging/message/{id}/")] {
        assert_eq!(ana.get(&path).await.status, 404, "{path}");
    }
    let mut fresh = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0), (&format!("user:{}", ana.id), 0)]).await;
    assert!(!Value::from(fresh.rest().await).to_string().contains("swordfish"));
    assert!(contents(&ana, &format!("/messaging/room/{room}/pins/")).await.is_empty());

    let root = say(&ana, room, "more").await;
    reply(&bo, root, "yes").await;
    assert_eq!(told(&ana).await.len(), 1);
    ana.post(&format!("/messaging/room/{room}/delete/"), json!({})).await;
    assert!(told(&ana).await.is_empty());
    let left = "select count(*) from streams where name like 'thread:%'";
    eventually("housekeeping has taken its threads out", async || app.number(left).await == 0).await;
}

async fn a_thread_is_for_who_may_read_its_room(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, secret, task, .. } = app.with_board().await;
    let (open, hidden) = (say(&ana, room, "open").await, say(&ana, secret, "hidden").await);
    let inside = reply(&ana, hidden, "inside").await.id();
    for (person, id, status) in
        [(&vic, open, 403), (&eve, open, 404), (&bo, hidden, 404), (&bo, inside, 404), (&bo, 999_999, 404)]
    {
        assert_eq!(reply(person, id, "me").await.status, status, "{} {id}", person.name);
    }
    for id in [hidden, inside] {
        for path in [
            format!("/messaging/message/{id}/replies/"),
            format!("/messaging/message/{id}/"),
            page_of(id),
            function("load_quote", json!({"id": id})),
        ] {
            assert_eq!(bo.get(&path).await.status, 404, "{path}");
        }
    }
    let wrong = bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "x", "parent": hidden})).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json["field"]), (422, &json!("parent")), "no oracle either");
    let joins = reply(&bo, open, "I come in by a reply").await;
    assert_eq!(joins.status, 201);
    assert_eq!(
        app.number("select count(*) from room_members m join users u on u.id = m.user_id where u.username = 'bo'")
            .await,
        1
    );
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    assert_eq!(reply(&bo, comment, "on a task").await.status, 404, "comments are replied to on their task");
}

async fn a_quote_shows_what_the_message_says_now_and_nothing_of_a_deleted_one(app: TestApp) {
    let Scene { ana, bo, room, secret, task, .. } = app.with_board().await;
    let quoted = say(&ana, room, "**swordfish** is the word").await;
    let mut socket = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    let send = format!("/messaging/room/{room}/send/");
    let id = bo.post(&send, json!({"message": "really?", "quote": quoted})).await.id();
    let event = loop {
        let (_, kind, event) = socket.event().await;
        if kind == "message_posted" {
            break event;
        }
    };
    let quote = &event["message"]["quote"];
    assert_eq!(
        (&quote["id"], &quote["author"]["username"], &quote["excerpt"]),
        (&json!(quoted), &json!("ana"), &Value::Null)
    );
    assert_eq!(row(&ana, room, id).await["quote"]["excerpt"], "swordfish is the word");
    bo.post(&format!("/messaging/message/{id}/edit/"), json!({"content": "really??"})).await;
    let (_, kind, event) = loop {
        let event = socket.event().await;
        if event.1 == "message_edited" {
            break event;
        }
    };
    assert!(!event.to_string().contains("swordfish"), "{kind}: {event}");
    ana.post(&format!("/messaging/message/{quoted}/edit/"), json!({"content": "mackerel is the word"})).await;
    assert_eq!(row(&ana, room, id).await["quote"]["excerpt"], "mackerel is the word");
    assert_eq!(bo.get(&function("load_quote", json!({"id": quoted}))).await.json["excerpt"], "mackerel is the word");
    act(&ana, quoted, "delete").await;
    let shown = row(&ana, room, id).await;
    assert_eq!((&shown["quote"]["deleted"], &shown["quote"]["excerpt"]), (&json!(true), &Value::Null));
    assert!(bo.get(&function("load_quote", json!({"id": quoted}))).await.json["excerpt"].is_null());

    let hidden = say(&ana, secret, "hidden").await;
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    for other in [quoted, hidden, comment, 999_999] {
        let refused = ana.post(&send, json!({"message": "x", "quote": other})).await;
        assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!("quote")), "{other}: {refused:?}");
    }
    let inside = reply(&bo, id, "inside").await.id();
    assert_eq!(ana.post(&send, json!({"message": "from the thread", "quote": inside})).await.status, 201);
}

async fn messages_are_pinned_for_everybody(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, task, .. } = app.with_board().await;
    let (first, second) = (say(&ana, room, "first").await, say(&ana, room, "second").await);
    let inside = reply(&bo, first, "inside").await.id();
    let mut socket = Socket::live(&app, &vic, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    for (person, status) in [(&vic, 403), (&eve, 404), (&app.stranger(), 401)] {
        assert_eq!(act(person, first, "pin").await.status, status, "{}", person.name);
        assert_eq!(act(person, first, "unpin").await.status, status, "{}", person.name);
    }
    for id in [first, inside, second] {
        let pinned = act(&bo, id, "pin").await;
        assert_eq!((pinned.status.as_u16(), &pinned.json["by"]["username"]), (200, &json!("bo")), "{pinned:?}");
        let (_, kind, event) = socket.event().await;
        assert_eq!(
            (kind.as_str(), &event["id"], &event["pin"]["by"]["username"]),
            ("message_pinned", &json!(id), &json!("bo"))
        );
    }
    assert_eq!(act(&ana, first, "pin").await.json["by"]["username"], "bo", "pinned already");
    let pins = format!("/messaging/room/{room}/pins/");
    assert_eq!(contents(&vic, &pins).await, ["second", "inside", "first"]);
    assert_eq!(eve.get(&pins).await.status, 404);
    assert_eq!(row(&ana, room, first).await["pinned"]["by"]["username"], "bo");
    act(&ana, inside, "unpin").await;
    act(&ana, second, "delete").await;
    assert_eq!(contents(&vic, &pins).await, ["first"]);
    act(&ana, second, "restore").await;
    assert_eq!(contents(&vic, &pins).await, ["second", "first"], "a deletion that is undone keeps its pin");
    let comment = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    act(&bo, comment, "pin").await;
    let comments = bo.get(&format!("/messaging/task/{task}/pins/")).await.json;
    assert_eq!(comments["comments"][0]["content"], "hm");
    for n in 0..49 {
        let id = say(&ana, room, &format!("{n}")).await;
        let expected = if n < 48 { 200 } else { 422 };
        assert_eq!(act(&ana, id, "pin").await.status, expected, "number {n}");
    }
}

async fn an_address_of_a_message_leads_to_where_it_is(app: TestApp) {
    let Scene { ana, bo, eve, room, secret, task, .. } = app.with_board().await;
    let root = say(&ana, room, "news").await;
    let inside = reply(&bo, root, "inside").await.id();
    let comment = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    let hidden = say(&ana, secret, "hidden").await;
    for (id, address) in [
        (root, format!("/messaging/room/{room}/?at={root}#m{root}")),
        (inside, format!("/messaging/room/{room}/?thread={root}&at={inside}#m{inside}")),
        (comment, format!("/messaging/task/{task}/comments/?at={comment}#m{comment}")),
    ] {
        let led = bo.page(&format!("/messaging/message/{id}/")).await;
        assert_eq!((led.status.as_u16(), led.header("location")), (303, address.as_str()));
        assert_eq!(eve.page(&format!("/messaging/message/{id}/")).await.status, 404);
    }
    for id in [hidden, 999_999] {
        assert_eq!(bo.page(&format!("/messaging/message/{id}/")).await.status, 404);
    }
    let replies = format!("/messaging/message/{root}/replies/");
    let form = ana.form(&replies, &[("content", "by form")]).await;
    assert_eq!(form.status, 303);
    assert!(ana.page(form.header("location")).await.header("location").contains(&format!("thread={root}")));
}
