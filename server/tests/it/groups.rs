//! `@here`, `@room` and `@board`: whom they notify, who may, and that it is meant.

use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    inbox::rows,
    nodes::eventually,
    socket::Socket,
};

on_both_databases!(
    a_group_notifies_who_is_in_it_and_may_read,
    here_is_who_is_online,
    from_five_people_on_it_must_be_meant,
    many_are_notified_by_owners_alone,
    a_group_in_code_or_where_it_means_nobody_is_text,
    an_edit_names_no_new_group_and_takes_one_back,
    a_form_asks_and_is_answered,
    nobody_is_told_of_a_place_they_left_meanwhile,
    who_manages_a_private_room_hears_who_is_mentioned_outside,
);

/// Posts in a room.
async fn send(person: &Person, room: i64, text: &str, confirmed: bool) -> Answer {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"content": text, "confirmed": confirmed})).await
}

/// How many messages of the newest row somebody is mentioned by.
async fn mentions(person: &Person) -> i64 {
    let rows = rows(person).await;
    rows.iter().filter(|row| row["type"] == "mention").map(|row| row["count"].as_i64().unwrap()).sum()
}

async fn told(people: &[&Person]) -> Vec<i64> {
    let mut told = Vec::new();
    for person in people {
        told.push(mentions(person).await);
    }
    told
}

/// More people on a board, in its room.
async fn crowd(app: &TestApp, ana: &Person, board: i64, room: i64, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for nth in 0..count {
        let person = app.with_user(&format!("guest{nth}")).await;
        ana.post(&format!("/boards/{board}/members/"), json!({"username": person.name, "role": "member"})).await;
        person.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
        people.push(person);
    }
    people
}

async fn a_group_notifies_who_is_in_it_and_may_read(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, secret, task } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    let all = [&ana, &bo, &vic, &eve];
    assert_eq!(send(&ana, room, "@room, look", false).await.status, 201);
    assert_eq!(told(&all).await, [0, 1, 0, 0], "who is in the room, and never oneself");
    assert_eq!(send(&ana, room, "@board, look", false).await.status, 201);
    assert_eq!(told(&all).await, [0, 2, 1, 0], "a viewer is on the board");
    ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    assert_eq!(send(&bo, secret, "@BOARD @room", false).await.status, 201);
    assert_eq!(told(&all).await, [1, 2, 1, 0], "of a private room nobody else hears");
    let comments = format!("/messaging/task/{task}/comments/");
    assert_eq!(bo.post(&comments, json!({"content": "＠board?"})).await.status, 201);
    assert_eq!(told(&all).await, [2, 2, 2, 0], "a task is its board's");
    let history = bo.get(&format!("/messaging/room/{secret}/history/")).await.json;
    assert_eq!(history["messages"][0]["mentioned_users"], json!([]), "nobody in particular");
    let page = function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": null}}}));
    let page = ana.get(&page).await.json;
    let html = page[0]["history"]["rows"][0]["message"]["html"].as_str().unwrap();
    assert!(html.contains(r#"<span class="mention mention-group">@room</span>"#), "{html}");
    let refused = send(&vic, room, "@room", true).await;
    assert_eq!(refused.status, 403, "a viewer posts nothing");
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    send(&ana, room, "@board @room", false).await;
    assert_eq!(told(&all).await, [2, 0, 3, 0], "who is on the board no longer hears nothing, and keeps nothing");
}

async fn here_is_who_is_online(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    for person in [&bo, &vic] {
        person.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    }
    send(&ana, room, "@here?", false).await;
    assert_eq!(told(&[&bo, &vic]).await, [0, 0]);
    let _open = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    eventually("bo is here", async || {
        send(&ana, room, "@here now?", false).await;
        mentions(&bo).await > 0
    })
    .await;
    assert_eq!(mentions(&vic).await, 0);
}

async fn from_five_people_on_it_must_be_meant(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let guests = crowd(&app, &ana, board, room, 4).await;
    assert_eq!(send(&ana, room, "@room, four", false).await.status, 201, "four need nothing");
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    let key = Uuid::now_v7();
    let body = |confirmed: bool| json!({"content": "@room, five", "confirmed": confirmed, "client_id": key});
    let path = format!("/messaging/room/{room}/send/");
    let refused = ana.post(&path, body(false)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    assert_eq!(
        (&refused.json["field"], &refused.json["message"]),
        (&json!("confirmed"), &json!("This notifies 5 people. Is that meant?"),)
    );
    assert_eq!(told(&[&bo, &guests[0]]).await, [0, 1], "nothing was written");
    let reach = function("load_reach", json!({"place": format!("room:{room}"), "content": "@room, five"}));
    assert_eq!(ana.get(&reach).await.json, json!({"people": 5, "group": true}));
    assert_eq!(ana.post(&path, body(true)).await.status, 201, "the same key, as nothing was done with it");
    assert_eq!(ana.post(&path, body(true)).await.status, 200);
    assert_eq!(told(&[&bo, &guests[0]]).await, [1, 2]);
    let at = format!("{:?}", "2099-01-01T00:00");
    let later = json!({"content": "@room", "at": at.trim_matches('"')});
    assert_eq!(
        ana.post(&format!("/messaging/room/{room}/schedule/"), later).await.status,
        422,
        "nobody can be asked then"
    );
    let refused = app.stranger().get(&reach).await;
    assert_eq!(refused.status, 401);
}

async fn many_are_notified_by_owners_alone(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    let guests = crowd(&app, &ana, board, room, 20).await;
    let refused = send(&bo, room, "@room", true).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json["message"], "Only owners of the board may notify more than 20 people at once.");
    assert_eq!(told(&[&ana, &guests[19]]).await, [0, 0]);
    let before = app.number("select count(*) from events").await;
    assert_eq!(send(&ana, room, "@room", true).await.status, 201);
    assert_eq!(told(&[&bo, &guests[19]]).await, [1, 1]);
    let after = app.number("select count(*) from events").await;
    assert_eq!(after - before, 1 + 21, "one for the room, and one for each person");
    let reach = function("load_reach", json!({"place": format!("room:{room}"), "content": "@room"}));
    assert_eq!(bo.get(&reach).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((vic.get(&reach).await.status.as_u16(), eve.get(&reach).await.status.as_u16()), (403, 404));
}

async fn a_group_in_code_or_where_it_means_nobody_is_text(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    for text in ["`@room`", "```\n@board\n```", "[@room](https://a.example)", "x@room.com", "@all", "@roomy", "@@board"]
    {
        assert_eq!(send(&ana, room, text, false).await.status, 201);
    }
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "@room"})).await;
    let edit = json!({"title": "Ship it", "description": "@board", "version": 1});
    assert_eq!(ana.post(&format!("/tasks/{task}/edit/"), edit).await.status, 200);
    assert_eq!(mentions(&bo).await, 0);
}

async fn an_edit_names_no_new_group_and_takes_one_back(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    for person in [&bo, &vic] {
        person.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    }
    let id = ana.say(room, "hello @bo").await;
    let edit = async |text: &str| {
        ana.post(&format!("/messaging/message/{id}/edit/"), json!({"content": text, "confirmed": true})).await
    };
    let refused = edit("hello @bo and @room").await;
    assert_eq!((refused.status, &refused.json["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("content")));
    assert_eq!(told(&[&bo, &vic]).await, [1, 0]);
    let id = send(&ana, room, "@bo and @room", false).await.id();
    let edit = async |text: &str| ana.post(&format!("/messaging/message/{id}/edit/"), json!({"content": text})).await;
    assert_eq!(told(&[&bo, &vic]).await, [2, 1]);
    assert_eq!(edit("@bo and the @room").await.status, 200, "it named the room before");
    assert_eq!(told(&[&bo, &vic]).await, [2, 1]);
    assert_eq!(edit("the @room").await.status, 200);
    assert_eq!(told(&[&bo, &vic]).await, [2, 1], "he is one of those");
    assert_eq!(edit("@bo alone").await.status, 200);
    assert_eq!(told(&[&bo, &vic]).await, [2, 0], "withdrawn from whom only the group meant");
}

async fn a_form_asks_and_is_answered(app: TestApp) {
    let Scene { ana, board, room, .. } = app.with_board().await;
    let guests = crowd(&app, &ana, board, room, 5).await;
    let path = format!("/messaging/room/{room}/send/");
    let asked = ana.form(&path, &[("content", "@room, <b>hear</b>")]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["This notifies 5 people.", r#"name="confirmed""#, "@room, &lt;b&gt;hear"] {
        assert!(asked.text.contains(words), "{words}: {}", asked.text);
    }
    let sent = ana.form(&path, &[("content", "@room, hear"), ("confirmed", "on")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(mentions(&guests[4]).await, 1);
    let page = ana.page(&format!("/messaging/room/{room}/")).await;
    assert!(!page.text.contains(r#"name="confirmed""#), "asked only when it must be");
}

async fn nobody_is_told_of_a_place_they_left_meanwhile(app: TestApp) {
    let Scene { ana, bo, secret, .. } = app.with_board().await;
    ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    let members = format!("/messaging/room/{secret}/members/{}/remove/", bo.id);
    let (sent, removed) = tokio::join!(send(&ana, secret, "@room swordfish", false), ana.post(&members, json!({})));
    assert_eq!((sent.status.as_u16(), removed.status.as_u16()), (201, 200));
    let inbox: Value = bo.get("/messaging/notifications/").await.json;
    assert!(!inbox.to_string().contains("swordfish"), "{inbox}");
}

async fn who_manages_a_private_room_hears_who_is_mentioned_outside(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, secret, .. } = app.with_board().await;
    ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    let ask = async |person: &Person, room: i64| {
        let content = "@vic, @bo, @eve, @nobody and `@ana`";
        person.get(&function("load_outsiders", json!({"place": format!("room:{room}"), "content": content}))).await
    };
    let names = |answer: &Answer| {
        let people = answer.json.as_array().unwrap().iter();
        people.map(|person| person["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&ask(&ana, secret).await), ["vic"], "of the board, and not in the room");
    assert_eq!(names(&ask(&ana, room).await), [] as [&str; 0], "an open room is everybody's");
    assert_eq!(names(&ask(&bo, secret).await), [] as [&str; 0], "who can't add them is told nothing");
    for person in [&vic, &eve] {
        assert_eq!(ask(person, secret).await.status, 404);
    }
    let add = json!({"key": Uuid::now_v7(), "room": secret, "user": vic.id});
    assert_eq!(bo.post("/api/add_to_room", add.clone()).await.status, 403);
    assert_eq!(ana.post("/api/add_to_room", add).await.status, 200);
    assert_eq!(names(&ask(&ana, secret).await), [] as [&str; 0]);
}
