//! What reaches people outside the page.

mod service;

use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use uuid::Uuid;

use self::service::{Browser, PushService};
use crate::{
    app::{PASSWORD, Scene, TestApp, function},
    inbox,
    nodes::{Nodes, eventually},
    socket::Socket,
};

on_both_databases!(
    quiet_hours_are_set_by_a_plain_form_and_stay,
    who_looks_at_no_page_is_told_once_on_their_device_and_nobody_of_their_own_act,
    what_is_told_is_what_is_still_true_when_it_is_sent,
    who_wants_quiet_is_sent_nothing_and_has_it_in_the_inbox,
    a_page_in_the_background_tells_what_a_device_would_be_sent,
    a_thousand_mentions_in_a_thread_are_one_row_and_one_push,
    a_browser_that_is_gone_is_forgotten_and_one_that_is_busy_is_sent_to_again,
    a_browser_is_sent_to_for_as_long_as_its_sign_in_lasts,
);

/// A form of quiet hours.
fn hours<'a>(from: &'a str, to: &'a str, zone: &'a str, days: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("quiet", "on"), ("from", from), ("to", to), ("zone", zone)];
    fields.extend(days.iter().map(|day| ("days", *day)));
    fields
}

async fn quiet_hours_are_set_by_a_plain_form_and_stay(app: TestApp) {
    let ana = app.with_user("ana").await;
    ana.take_cookie("tz=America%2FNew_York; path=/");
    let page = ana.page("/accounts/").await.text;
    assert!(page.contains("America/New_York"), "the zone of the browser is offered");
    let set = ana.form("/accounts/quiet/", &hours("21:30", "06:45", "Europe/Berlin", &["0", "4"])).await;
    assert_eq!((set.status.as_u16(), set.header("location")), (303, "/accounts/"));
    let page = ana.page("/accounts/").await.text;
    for text in ["value=\"21:30\"", "value=\"06:45\"", "value=\"Europe/Berlin\""] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let checked = |day: &str| page.contains(&format!("name=\"days\" value=\"{day}\" checked"));
    let days: Vec<bool> = ["0", "1", "2", "3", "4", "5", "6"].map(checked).into();
    assert_eq!(days, [true, false, false, false, true, false, false]);

    for (fields, field) in [
        (hours("9", "06:45", "Europe/Berlin", &["0"]), "from"),
        (hours("21:30", "25:00", "Europe/Berlin", &["0"]), "to"),
        (hours("21:30", "06:45", "Mars/Olympus", &["0"]), "zone"),
        (hours("21:30", "06:45", "Europe/Berlin", &[]), "days"),
        (hours("21:30", "06:45", "Europe/Berlin", &["7"]), "days"),
    ] {
        let refused = ana.form("/accounts/quiet/", &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        assert!(refused.text.contains("name=\"zone\""), "the form again: {field}");
    }
    assert!(ana.page("/accounts/").await.text.contains("value=\"21:30\""), "what is refused changes nothing");
    assert_eq!(app.stranger().form("/accounts/quiet/", &[]).await.status, 303, "to sign in");
    assert_eq!(ana.form("/accounts/quiet/", &[]).await.status, 303);
    assert_eq!(app.number("select count(*) from quiet_hours").await, 0);
}

async fn who_looks_at_no_page_is_told_once_on_their_device_and_nobody_of_their_own_act(app: TestApp) {
    let Scene { ana, bo, vic, board, room, task, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let (anas, bos) = (pushes.subscribe(&ana).await, pushes.subscribe(&bo).await);
    let vics = pushes.subscribe(&vic).await;
    // So that all of it is there when it is decided.
    let socket = Socket::live(&app, &bo, &[]).await;
    let said = [ana.say(room, "one for @bo").await, ana.say(room, "**two** for @bo and @ana").await];
    assert_eq!(app.number("select count(*) from outside").await, 1, "of a row, and not of one's own act");
    drop(socket);
    let received = pushes.until(&bos, 1).await.remove(0);
    let row = app.number("select id from notifications where stream like 'room:%'").await;
    let url = format!("/messaging/room/{room}/#m{}", said[1]);
    let expected =
        json!({"id": row, "title": "ana mentioned you in general", "body": "two for @bo and @ana", "url": url});
    assert_eq!(bos.read(&received), expected);
    assert_eq!(received.header("content-encoding"), "aes128gcm");
    assert_eq!((received.header("ttl"), received.header("topic")), ("86400", format!("n{row}").as_str()));
    let page = bo.get(&function("load_page", json!({"page": "account"}))).await.json;
    assert_eq!(
        (&page["push_key"], &page["pushed"]),
        (&json!(service::signed_for(&received, &pushes.url)), &json!(true))
    );

    ana.say(room, "now @vic").await;
    pushes.until(&vics, 1).await;
    assert_eq!((pushes.received(&bos).len(), pushes.received(&anas).len()), (1, 0));
    let several = json!({"board": board, "tasks": [task], "change": {"assign": bo.id}, "key": Uuid::now_v7()});
    assert_eq!(ana.post("/api/change_tasks", several).await.status, 200);
    pushes.until(&bos, 2).await;
    eventually("nothing is left to send", async || app.number("select count(*) from pushes").await == 0).await;
}

async fn what_is_told_is_what_is_still_true_when_it_is_sent(app: TestApp) {
    let Scene { ana, bo, vic, board, room, secret, task, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let let_in = format!("/messaging/room/{secret}/members/");
    ana.post(&let_in, json!({"user": bo.id})).await;
    let path = format!("/messaging/board/{board}/rooms/create/");
    let other = ana.post(&path, json!({"name": "other"})).await.id();
    let muted = ana.post(&path, json!({"name": "muted"})).await.id();
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let (bos, vics) = (pushes.subscribe(&bo).await, pushes.subscribe(&vic).await);

    // Nothing is decided while Bo is at the page.
    let socket = Socket::live(&app, &bo, &[]).await;
    let edited = ana.say(room, "the secret word is swordfish @bo").await;
    ana.post(&format!("/messaging/message/{edited}/edit/"), json!({"content": "hello @bo"})).await;
    let deleted = ana.say(other, "deleted @bo").await;
    ana.post(&format!("/messaging/message/{deleted}/delete/"), json!({})).await;
    ana.say(secret, "private @bo").await;
    ana.post(&format!("{let_in}{}/remove/", bo.id), json!({})).await;
    ana.say(muted, "unheard @bo").await;
    bo.post(&format!("/messaging/room/{muted}/level/"), json!({"level": "nothing"})).await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "read @bo"})).await;
    bo.post(&format!("/messaging/task/{task}/read/"), json!({})).await;
    drop(socket);

    let received = pushes.until(&bos, 1).await.remove(0);
    let told = bos.read(&received);
    assert_eq!((&told["body"], &told["title"]), (&json!("hello @bo"), &json!("ana mentioned you in general")));
    ana.say(room, "and @vic").await;
    pushes.until(&vics, 1).await;
    eventually("all is decided", async || app.number("select count(*) from outside").await == 0).await;
    eventually("all is sent", async || app.number("select count(*) from pushes").await == 0).await;
    assert_eq!(pushes.received(&bos).len(), 1, "what is gone, unseen, unheard or read is told nobody");
}

async fn who_wants_quiet_is_sent_nothing_and_has_it_in_the_inbox(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let (bos, vics) = (pushes.subscribe(&bo).await, pushes.subscribe(&vic).await);
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let all = ["0", "1", "2", "3", "4", "5", "6"];
    bo.form("/accounts/quiet/", &hours("00:00", "00:00", "Asia/Tokyo", &all)).await;
    ana.say(room, "@bo, sleep well").await;
    ana.say(room, "@vic, are you there?").await;
    pushes.until(&vics, 1).await;
    eventually("it is decided", async || app.number("select count(*) from outside").await == 0).await;
    assert_eq!(pushes.received(&bos).len(), 0);
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1);
}

async fn a_page_in_the_background_tells_what_a_device_would_be_sent(app: TestApp) {
    let Scene { ana, bo, eve, board, room, task, .. } = app.with_board().await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let said = ana.say(room, "**one** for @bo").await;
    let row = bo.get("/messaging/notifications/").await.json["notifications"][0]["id"].clone();
    let path = format!("/messaging/notifications/{row}/notice/");
    let told = async || {
        let answer = bo.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json["notice"].clone()
    };
    let url = format!("/messaging/room/{room}/#m{said}");
    let expected = json!({"id": row, "title": "ana mentioned you in general", "body": "one for @bo", "url": url});
    assert_eq!(told().await, expected);
    assert_eq!(app.stranger().get(&path).await.status, 401);
    for other in [&ana, &eve] {
        assert_eq!(other.get(&path).await.json["notice"], json!(null), "another's row");
    }

    let path_of_level = format!("/messaging/room/{room}/level/");
    let level = async |level: &str| bo.post(&path_of_level, json!({"level": level})).await;
    assert_eq!(level("nothing").await.status, 200);
    assert_eq!(told().await, json!(null), "not heard of any more");
    assert_eq!(level("board").await.status, 200);
    let all = ["0", "1", "2", "3", "4", "5", "6"];
    bo.form("/accounts/quiet/", &hours("00:00", "00:00", "Asia/Tokyo", &all)).await;
    assert_eq!(told().await, json!(null), "in quiet hours");
    bo.form("/accounts/quiet/", &[]).await;
    assert_eq!(told().await, expected);

    let pushes = PushService::start().await;
    pushes.subscribe(&bo).await;
    assert_eq!(told().await, json!(null), "this browser is sent it");
    assert_eq!(bo.post("/api/unsubscribe_push", json!({})).await.status, 200);
    assert_eq!(told().await, expected);
    bo.post(&format!("/messaging/notifications/{row}/read/"), json!({})).await;
    assert_eq!(told().await, json!(null), "read");

    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "two for @bo"})).await;
    let row = bo.get("/messaging/notifications/").await.json["notifications"][0]["id"].clone();
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    let after = bo.get(&format!("/messaging/notifications/{row}/notice/")).await.json["notice"].clone();
    assert_eq!(after, json!(null), "not theirs to read any more");
}

async fn a_thousand_mentions_in_a_thread_are_one_row_and_one_push(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let (bos, vics) = (pushes.subscribe(&bo).await, pushes.subscribe(&vic).await);
    let root = ana.say(room, "a thread").await;
    let replies = format!("/messaging/message/{root}/replies/");
    let reply = |n: usize| {
        let posted = ana.post(&replies, json!({"content": format!("@bo {n}")}));
        async { posted.await.status.as_u16() }
    };
    // Bo is at a page when the first one comes; however long the others take, nothing is decided before.
    let socket = Socket::live(&app, &bo, &[]).await;
    assert_eq!(reply(0).await, 201);
    app.run("update outside set from_at = from_at + 3600000").await;
    let statuses: Vec<u16> = futures::stream::iter(1..1_000).map(reply).buffer_unordered(4).collect().await;
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    let rows = inbox::rows(&bo).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["count"], &rows[0]["type"]), (&json!(1000), &json!("mention")));
    assert_eq!(app.number("select count(*) from outside").await, 1);
    let count = ana.get("/messaging/notifications/count/").await.json;
    assert_eq!(count["count"], 0, "nobody is told of what they did themselves");
    drop(socket);
    app.run("update outside set from_at = 0").await;
    pushes.until(&bos, 1).await;
    ana.say(room, "@vic").await;
    pushes.until(&vics, 1).await;
    assert_eq!(pushes.received(&bos).len(), 1);
}

async fn a_browser_that_is_gone_is_forgotten_and_one_that_is_busy_is_sent_to_again(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let bos = pushes.subscribe(&bo).await;
    pushes.answer([503, 429]);
    ana.say(room, "hello @bo").await;
    let received = pushes.until(&bos, 3).await;
    assert_eq!(bos.read(&received[2])["body"], "hello @bo");
    eventually("it is sent", async || app.number("select count(*) from pushes").await == 0).await;
    assert_eq!(app.number("select count(*) from push_subscriptions").await, 1);

    let bos = pushes.subscribe(&bo).await;
    pushes.answer([410]);
    let path = format!("/messaging/room/{room}/send/");
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    app.run("update notifications set sent_at = null").await;
    ana.post(&path, json!({"message": "still there, @bo?"})).await;
    pushes.until(&bos, 1).await;
    eventually("it is forgotten", async || app.number("select count(*) from push_subscriptions").await == 0).await;
    assert_eq!(app.number("select count(*) from pushes").await, 0);
}

async fn a_browser_is_sent_to_for_as_long_as_its_sign_in_lasts(app: TestApp) {
    let (ana, count) = (app.with_user("ana").await, "select count(*) from push_subscriptions");
    let pushes = PushService::start().await;
    pushes.subscribe(&ana).await;
    pushes.subscribe(&ana).await;
    assert_eq!(app.number(count).await, 1, "one for a sign-in");
    assert_eq!(ana.post("/api/unsubscribe_push", json!({})).await.status, 200);
    assert_eq!(app.number(count).await, 0);
    pushes.subscribe(&ana).await;
    for _ in 0..10 {
        let browser = app.stranger();
        browser.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
        pushes.subscribe(&browser).await;
    }
    assert_eq!(app.number(count).await, 10, "of more the oldest give way");
    let last = app.stranger();
    last.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
    pushes.subscribe(&last).await;
    last.post("/accounts/logout/", json!({})).await;
    assert_eq!(app.number(count).await, 9, "it ends with the sign-in");
    ana.post("/accounts/sessions/end-all/", json!({})).await;
    assert_eq!(app.number(count).await, 0);
    assert_eq!(ana.post("/api/subscribe_push", Browser::new("x").subscription(&pushes.url)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_is_a_public_address_and_a_key_is_one() {
    let app = TestApp::start(|config| config.settings.push_anywhere = false).await;
    let ana = app.with_user("ana").await;
    let fine = Browser::new("ana").subscription("https://push.example.com");
    for (name, value) in [
        ("endpoint", "http://push.example.com/x"),
        ("endpoint", "https://127.0.0.1/x"),
        ("endpoint", "https://[::1]/x"),
        ("endpoint", "https://169.254.169.254/latest"),
        ("endpoint", "https://localhost/x"),
        ("endpoint", ""),
        ("p256dh", "AAAA"),
        ("p256dh", "not base64!"),
        ("p256dh", &"A".repeat(87)),
        ("auth", "AAAA"),
    ] {
        let mut wrong = fine.clone();
        wrong[name] = json!(value);
        let refused = ana.post("/api/subscribe_push", wrong).await;
        assert_eq!(refused.status, 422, "{name} {value}: {refused:?}");
    }
    assert_eq!(app.number("select count(*) from push_subscriptions").await, 0);
    assert_eq!(ana.post("/api/subscribe_push", fine).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_page_open_and_is_away_from_it_is_told_and_a_push_service_is_tried_five_times() {
    let app = TestApp::start(|config| {
        config.settings.outside.away = Duration::ZERO;
        config.settings.outside.retry = Duration::from_millis(10);
    })
    .await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let pushes = PushService::start().await;
    let bos = pushes.subscribe(&bo).await;
    let _open = Socket::live(&app, &bo, &[]).await;
    pushes.answer([500; 5]);
    ana.say(room, "are you at your desk, @bo?").await;
    pushes.until(&bos, 5).await;
    eventually("it is given up", async || app.number("select count(*) from pushes").await == 0).await;
    assert_eq!(pushes.received(&bos).len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_have_one_key_and_send_once() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, vic, room, .. } = a.with_board().await;
    let pushes = PushService::start().await;
    let (bos, vics) = (pushes.subscribe(&bo).await, pushes.subscribe(&vic).await);
    let key = async |app: &TestApp| {
        bo.at(app).get(&function("load_page", json!({"page": "account"}))).await.json["push_key"].clone()
    };
    assert_eq!(key(&a).await, key(&b).await);
    // At a page of the other node.
    let socket = Socket::live(&b, &bo, &[]).await;
    ana.say(room, "hello @bo").await;
    drop(socket);
    let received = pushes.until(&bos, 1).await;
    assert_eq!(json!(service::signed_for(&received[0], &pushes.url)), key(&a).await);
    ana.say(room, "hello @vic").await;
    pushes.until(&vics, 1).await;
    assert_eq!((pushes.received(&bos).len(), pushes.received(&vics).len()), (1, 1));
}
