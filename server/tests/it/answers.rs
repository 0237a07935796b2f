//! Which kind of answer is given.

use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, BROWSER, Person, Scene, TestApp, form};

async fn asked(person: &Person, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = person.request(method, path);
    Answer::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn pages_and_json_are_told_apart_by_what_is_asked_for() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, task, room, .. } = app.with_board().await;
    let (inbox, thread) = ("/messaging/notifications/".to_owned(), format!("/messaging/task/{task}/comments/"));
    let page = format!("/messaging/room/{room}/");
    for (path, headers, kind) in [
        (&inbox, &[("accept", BROWSER)][..], "text/html"),
        (&inbox, &[("accept", "application/json")], "application/json"),
        (&inbox, &[("accept", BROWSER), ("x-requested-with", "XMLHttpRequest")], "application/json"),
        (&inbox, &[("accept", "*/*")], "application/json"),
        (&inbox, &[], "application/json"),
        (&thread, &[("accept", BROWSER)], "text/html"),
        (&thread, &[("accept", "application/json")], "application/json"),
        (&thread, &[("accept", "*/*")], "text/html"),
        (&page, &[("accept", "*/*")], "text/html"),
        (&page, &[("accept", BROWSER)], "text/html"),
    ] {
        let answer = asked(&ana, Method::GET, path, headers).await;
        assert_eq!(answer.status, 200, "{path} {headers:?}: {answer:?}");
        assert!(answer.header("content-type").starts_with(kind), "{path} {headers:?}: {:?}", answer.headers);
    }
}

#[tokio::test]
async fn a_form_gets_303_and_a_program_gets_json() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, room, task, .. } = app.with_board().await;
    let send = format!("/messaging/room/{room}/send/");
    let sent = ana.form(&send, &[("content", "hi")]).await;
    assert_eq!(sent.status, 303, "{sent:?}");
    assert!(sent.header("location").starts_with(&format!("/messaging/room/{room}/#m")), "{sent:?}");

    let commented = ana.form(&format!("/messaging/task/{task}/comments/"), &[("comment", "hi")]).await;
    assert!(commented.header("location").starts_with(&format!("/messaging/task/{task}/comments/#m")), "{commented:?}");

    let next = ana.form(&send, &[("content", "hi"), ("next", "/messaging/")]).await;
    assert_eq!(next.header("location"), "/messaging/");

    let plain = Answer::of(form(ana.request(Method::POST, &send), &[("message", "hi")])).await;
    assert_eq!(plain.status, 201);
    let json_body = ana.request(Method::POST, &send).header("accept", BROWSER).json(&json!({"message": "hi"}));
    assert_eq!(Answer::of(json_body).await.status, 201, "a JSON body asks for JSON");
}

#[tokio::test]
async fn who_is_signed_out_is_sent_to_sign_in_or_told() {
    let app = TestApp::on_sqlite().await;
    let stranger = app.stranger();
    for path in ["/messaging/", "/accounts/", "/boards/1/", "/messaging/notifications/", "/messaging/room/1/settings/"]
    {
        let sent = stranger.page(path).await;
        let leads_to = format!("/accounts/login/?next={path}");
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, leads_to.as_str()));
        let told = stranger.get(path).await;
        assert_eq!((told.status.as_u16(), told.code()), (401, "signed_out"), "{path}");
    }
    let posted = stranger.form("/messaging/room/1/send/", &[("content", "hi")]).await;
    assert_eq!(posted.header("location"), "/accounts/login/?next=/messaging/room/1/");
}

#[tokio::test]
async fn an_address_without_its_last_slash_leads_to_the_one_with_it() {
    let app = TestApp::on_sqlite().await;
    let stranger = app.stranger();
    for (path, leads_to) in [
        ("/messaging", "/messaging/"),
        ("/accounts/login?next=/boards/1/", "/accounts/login/?next=/boards/1/"),
        ("/messaging/room/7", "/messaging/room/7/"),
        ("/messaging/room/7/history?limit=2", "/messaging/room/7/history/?limit=2"),
    ] {
        let answer = stranger.page(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (308, leads_to));
    }
}

#[tokio::test]
async fn what_is_nowhere_is_404_and_a_wrong_method_405() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    for path in [
        "/nowhere",
        "/messaging/nowhere/",
        "/api/nothing_like_it",
        "/pkg/nothing.js",
        "/..%2fCargo.toml",
        "/.git/config",
    ] {
        let page = ana.page(path).await;
        assert_eq!(page.status, 404, "{path}: {page:?}");
        let told = ana.get(path).await;
        assert_eq!((told.status.as_u16(), told.code()), (404, "not_found"), "{path}");
    }
    let page = ana.page("/messaging/nowhere/").await;
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");

    let wrong = ana.get("/messaging/room/1/send/").await;
    assert_eq!((wrong.status.as_u16(), wrong.code(), wrong.header("allow")), (405, "method_not_allowed", "POST"));
    let wrong = Answer::of(ana.request(Method::DELETE, "/messaging/").header("accept", BROWSER)).await;
    assert_eq!(wrong.status, 405);
}

#[tokio::test]
async fn pages_of_what_one_may_not_see_are_404() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, eve, board, room, secret, task, .. } = app.with_board().await;
    for path in [
        format!("/boards/{board}/"),
        format!("/boards/{board}/members/"),
        format!("/boards/{board}/tasks/{task}/"),
        format!("/messaging/board/{board}/rooms/"),
        format!("/messaging/room/{room}/"),
        format!("/messaging/task/{task}/comments/"),
    ] {
        assert_eq!(ana.page(&path).await.status, 200, "{path}");
        assert_eq!(bo.page(&path).await.status, 200, "{path}");
        assert_eq!(eve.page(&path).await.status, 404, "{path}");
    }
    let private = format!("/messaging/room/{secret}/");
    assert_eq!(ana.page(&private).await.status, 200);
    assert_eq!(bo.page(&private).await.status, 404);
    assert_eq!(bo.page("/messaging/room/x/").await.status, 404);
}
