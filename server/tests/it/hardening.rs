//! What must not be possible, and what every answer says for that.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, BROWSER, PASSWORD, Scene, TestApp, form, function};

#[tokio::test]
async fn another_site_s_requests_are_refused() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, room, .. } = app.with_board().await;
    let send = format!("/messaging/room/{room}/send/");
    let host = app.url.strip_prefix("http://").unwrap();
    let (ours, other_port) = (app.url.clone(), "http://127.0.0.1:1".to_owned());
    let longer = format!("http://{host}.evil.com");
    for (headers, status) in [
        (&[("sec-fetch-site", "cross-site")][..], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", &ours)], 403),
        (&[("origin", "https://evil.com")], 403),
        (&[("origin", &other_port)], 403),
        (&[("origin", &longer)], 403),
        (&[("origin", "null")], 403),
        (&[("origin", &ours)], 201),
        (&[("sec-fetch-site", "same-origin")], 201),
        (&[("sec-fetch-site", "none")], 201),
        (&[], 201),
    ] {
        for path in [&send, "/api/post_message"] {
            let body =
                json!({"content": "x", "place": format!("room:{room}"), "key": uuid::Uuid::now_v7(), "parent": null});
            let request = headers
                .iter()
                .fold(ana.request(Method::POST, path), |request, (name, value)| request.header(*name, *value));
            let answer = Answer::of(request.json(&body)).await;
            let expected = if status == 201 && path != send { 200 } else { status };
            assert_eq!(answer.status, expected, "{path} {headers:?}: {answer:?}");
        }
    }
    let refused =
        form(app.stranger().request(Method::POST, "/accounts/login/"), &[("username", "ana"), ("password", PASSWORD)]);
    let refused = Answer::of(refused.header("accept", BROWSER).header("sec-fetch-site", "cross-site")).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn every_answer_has_its_security_headers() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    for path in [
        "/messaging/",
        "/accounts/",
        "/nowhere",
        "/healthz",
        "/pkg/b.0123.js",
        "/messaging/notifications/count/",
        "/messaging/room/9/send/",
    ] {
        let answer = ana.page(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert!(!answer.header("x-request-id").is_empty() && !answer.header("cache-control").is_empty(), "{path}");
        assert!(!answer.headers.contains_key("strict-transport-security"), "not without TLS: {path}");
    }
}

#[tokio::test]
async fn a_page_s_scripts_carry_a_nonce_that_is_new_each_time() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = ana.page("/messaging/").await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
        assert!(nonce.len() >= 20, "{policy}");
        for tag in page.text.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}> in {}", page.text);
        }
        assert!(!page.text.contains(" style=\"") && !page.text.contains(" onclick="), "{}", page.text);
        assert_eq!(page.header("cache-control"), "no-store");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn on_tls_the_cookie_is_bound_to_the_host() {
    let app = TestApp::start(|config| config.public_url = Some("https://boards.example.com".parse().unwrap())).await;
    let body = json!({"username": "ana", "password": PASSWORD});
    let signed_up = app.stranger().post("/accounts/signup/", body).await;
    let cookie = signed_up.header("set-cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("; Path=/;"), "{cookie}");
    assert!(
        cookie.contains("; Secure") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"),
        "{cookie}"
    );
    assert!(signed_up.header("strict-transport-security").starts_with("max-age="));

    let plain = TestApp::on_sqlite().await;
    let signed_up = plain.stranger().post("/accounts/signup/", json!({"username": "ana", "password": PASSWORD})).await;
    let cookie = signed_up.header("set-cookie");
    assert!(cookie.starts_with("session=") && cookie.contains("; HttpOnly") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn server_functions_refuse_as_routes_do() {
    let app = TestApp::on_sqlite().await;
    let Scene { bo, eve, room, .. } = app.with_board().await;
    let page =
        |room: Value| function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": null}}}));
    let load = page(json!(room));
    assert_eq!(bo.get(&load).await.status, 200);
    assert_eq!(eve.get(&load).await.status, 404);
    assert_eq!(app.stranger().get(&load).await.status, 401);
    assert_eq!(bo.get(&page(json!("x"))).await.status, 422);
    assert_eq!(bo.get("/api/load_page").await.status, 422);
    let by_get = bo.get(&format!("/api/post_message?place=room:{room}&content=x")).await;
    assert!(by_get.status.is_client_error(), "nothing changes by GET: {by_get:?}");
    let large = json!({"place": format!("room:{room}"), "key": uuid::Uuid::now_v7(), "content": "x".repeat(300_000)});
    assert_eq!(bo.post("/api/post_message", large).await.status, 413);
    let history = bo.get(&format!("/messaging/room/{room}/history/")).await;
    assert_eq!(history.json, json!({"messages": []}));
}

#[tokio::test]
async fn too_many_messages_must_wait() {
    let app = TestApp::start(|config| config.settings.rate_limits = true).await;
    let Scene { ana, room, .. } = app.with_board().await;
    let send = async || ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "hi"})).await;
    // One more may be sent with every half second that this takes.
    let (mut sent, mut last) = (1, send().await);
    while last.status == 201 && sent < 200 {
        (sent, last) = (sent + 1, send().await);
    }
    assert!(sent > 10, "{sent}");
    assert_eq!((last.status.as_u16(), last.code()), (429, "too_many"), "{last:?}");
    assert!((1..=5).contains(&last.header("retry-after").parse::<u64>().unwrap()));
}

#[tokio::test]
async fn a_proxy_s_word_counts_only_where_it_is_trusted() {
    let trusting = TestApp::start(|config| config.trusted_proxies = "127.0.0.1".parse().unwrap()).await;
    let strict = TestApp::on_sqlite().await;
    for (app, address) in [(trusting, "203.0.113.7"), (strict, "127.0.0.1")] {
        let ana = app.stranger();
        let request = ana.request(Method::POST, "/accounts/signup/").header("x-forwarded-for", "203.0.113.7");
        Answer::of(request.json(&json!({"username": "ana", "password": PASSWORD}))).await;
        let page = ana.page("/accounts/").await;
        assert!(page.text.contains(address), "{}", page.text);
    }
}
