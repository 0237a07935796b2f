//! Signing up, in and out.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use engine::Signup;
use futures::future::join_all;
use serde_json::json;

use crate::app::{PASSWORD, TestApp};

on_both_databases!(
    of_twenty_who_sign_up_at_once_exactly_one_is_admin,
    a_name_is_taken_in_any_case,
    sign_in_says_the_same_for_a_wrong_name_and_a_wrong_password,
    a_session_is_new_at_every_sign_in_and_the_old_one_ends,
    signing_out_everywhere_ends_every_session,
    another_password_ends_the_other_sessions,
    a_profile_can_be_changed,
    a_session_can_be_ended_from_another,
    a_session_that_nobody_used_for_sixty_days_is_over,
);

async fn of_twenty_who_sign_up_at_once_exactly_one_is_admin(app: TestApp) {
    let people: Vec<_> = (0..20).map(|_| app.stranger()).collect();
    let answers = join_all(people.iter().enumerate().map(|(i, person)| {
        person.post("/accounts/signup/", json!({"username": format!("person{i}"), "password": PASSWORD}))
    }))
    .await;
    let mut admins = 0;
    for (person, answer) in people.iter().zip(&answers) {
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = person.cookie();
        let token = token.strip_prefix("session=").unwrap();
        let actor = engine::accounts::actor(&app.engine, token).await.unwrap().unwrap();
        admins += usize::from(actor.me.admin);
    }
    assert_eq!(admins, 1);
    let ids: HashSet<i64> = answers.iter().map(|answer| answer.id()).collect();
    assert_eq!(ids.len(), 20);
}

async fn a_name_is_taken_in_any_case(app: TestApp) {
    app.with_user("Ana").await;
    let again = app.stranger().post("/accounts/signup/", json!({"username": "aNa", "password": PASSWORD})).await;
    assert_eq!(again.status, 422);
    assert_eq!((again.code(), again.json["field"].as_str()), ("taken", Some("username")));

    let page = app.stranger().form("/accounts/signup/", &[("username", "ana"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("value=\"ana\""), "what was typed is kept: {}", page.text);
    assert!(!page.text.contains(PASSWORD), "a password is not");
}

async fn sign_in_says_the_same_for_a_wrong_name_and_a_wrong_password(app: TestApp) {
    app.with_user("ana").await;
    let stranger = app.stranger();
    let wrong_name = stranger.post("/accounts/login/", json!({"username": "nobody", "password": PASSWORD})).await;
    let wrong_password = stranger.post("/accounts/login/", json!({"username": "ana", "password": "wrong one"})).await;
    assert_eq!((wrong_name.status, wrong_password.status), (401.try_into().unwrap(), 401.try_into().unwrap()));
    assert_eq!(wrong_name.text, wrong_password.text);
    assert_eq!(stranger.cookie(), "");

    let right = stranger.post("/accounts/login/", json!({"username": "ANA", "password": PASSWORD})).await;
    assert_eq!(right.status, 200);
    assert_eq!((right.json["username"].as_str(), right.json["display_name"].as_str()), (Some("ana"), Some("ana")));
}

#[tokio::test]
async fn a_name_that_nobody_has_takes_as_long_as_one_that_somebody_has() {
    let app = TestApp::on_sqlite().await;
    app.with_user("ana").await;
    let stranger = app.stranger();
    // The quickest of several, by turns: a busy machine makes some slower, and nothing makes one quicker.
    let mut quickest = [Duration::MAX; 3];
    for _ in 0..5 {
        for (username, quickest) in ["ana", "nobody", "no name at all"].into_iter().zip(&mut quickest) {
            let begun = Instant::now();
            let door = json!({"username": username, "password": "not the right one"});
            assert_eq!(stranger.post("/accounts/login/", door).await.status, 401, "{username}");
            *quickest = begun.elapsed().min(*quickest);
        }
    }
    let [known, unknown @ ..] = quickest;
    assert!(unknown.iter().all(|took| *took > known / 3), "nobody's {unknown:?}, a wrong password {known:?}");
}

async fn a_session_is_new_at_every_sign_in_and_the_old_one_ends(app: TestApp) {
    // A cookie that somebody else planted is never taken over.
    let ana = app.stranger();
    ana.take_cookie("session=planted; Path=/");
    ana.post("/accounts/signup/", json!({"username": "ana", "password": PASSWORD})).await;
    let first = ana.cookie();
    assert!(!first.contains("planted"), "{first}");
    ana.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
    assert_ne!(first, ana.cookie());

    let thief = app.stranger();
    thief.take_cookie(&format!("{first}; Path=/"));
    assert_eq!(thief.get("/messaging/notifications/count/").await.status, 401);
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
}

async fn signing_out_everywhere_ends_every_session(app: TestApp) {
    let (ana, other) = (app.with_user("ana").await, app.stranger());
    other.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
    let ended = other.form("/accounts/sessions/end-all/", &[]).await;
    assert_eq!((ended.status.as_u16(), ended.header("location")), (303, "/accounts/login/"));
    assert_eq!(other.cookie(), "");
    for person in [ana, other] {
        assert_eq!(person.get("/messaging/notifications/count/").await.status, 401);
    }
}

async fn another_password_ends_the_other_sessions(app: TestApp) {
    let (ana, other) = (app.with_user("ana").await, app.stranger());
    other.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
    let wrong = ana.post("/accounts/password/", json!({"old_password": "wrong one", "password": "a new phrase"})).await;
    assert!(matches!(wrong.status.as_u16(), 401 | 422), "{wrong:?}");
    let right = ana.post("/accounts/password/", json!({"old_password": PASSWORD, "password": "a new phrase"})).await;
    assert_eq!(right.status, 200, "{right:?}");
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
    assert_eq!(other.get("/messaging/notifications/count/").await.status, 401);
    let signed_in = other.post("/accounts/login/", json!({"username": "ana", "password": "a new phrase"})).await;
    assert_eq!(signed_in.status, 200);
}

async fn a_profile_can_be_changed(app: TestApp) {
    let ana = app.with_user("ana").await;
    let changed =
        ana.post("/accounts/profile/", json!({"display_name": "Ana María", "email": "ana@example.com"})).await;
    assert_eq!((changed.status.as_u16(), changed.json["display_name"].as_str()), (200, Some("Ana María")));
    let page = ana.page("/accounts/").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Ana María") && page.text.contains("ana@example.com"), "{}", page.text);
}

async fn a_session_can_be_ended_from_another(app: TestApp) {
    let (ana, other) = (app.with_user("ana").await, app.stranger());
    other.post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await;
    let token = other.cookie();
    let theirs = engine::accounts::actor(&app.engine, token.strip_prefix("session=").unwrap()).await.unwrap().unwrap();

    let eve = app.with_user("eve").await;
    eve.post("/accounts/sessions/end/", json!({"session": theirs.session})).await;
    assert_eq!(other.get("/messaging/notifications/count/").await.status, 200, "nobody ends another's session");
    let ended = ana.post("/accounts/sessions/end/", json!({"session": theirs.session})).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    assert_eq!(other.get("/messaging/notifications/count/").await.status, 401);
}

#[tokio::test]
async fn by_invitation_only_the_first_signs_up() {
    let app = TestApp::start(|config| config.settings.signup = Signup::Invite).await;
    app.with_user("ana").await;
    let second = app.stranger().post("/accounts/signup/", json!({"username": "bo", "password": PASSWORD})).await;
    assert_eq!(second.status, 403, "{second:?}");
}

#[tokio::test]
async fn many_wrong_passwords_must_wait_but_only_for_that_name() {
    let app = TestApp::start(|config| config.settings.rate_limits = true).await;
    let (ana, bo) = (app.with_user("ana").await, app.with_user("bo").await);
    let mut last = None;
    for _ in 0..12 {
        last = Some(ana.post("/accounts/login/", json!({"username": "ana", "password": "wrong one"})).await);
    }
    let last = last.unwrap();
    assert_eq!((last.status.as_u16(), last.code()), (429, "too_many"));
    assert!(last.header("retry-after").parse::<u64>().unwrap() > 0);
    let other = bo.post("/accounts/login/", json!({"username": "bo", "password": PASSWORD})).await;
    assert_eq!(other.status, 200, "{other:?}");
}

#[tokio::test]
async fn the_first_page_is_for_what_comes_first() {
    let app = TestApp::on_sqlite().await;
    let leads_to = async |person: &crate::app::Person| person.page("/").await.header("location").to_owned();
    assert_eq!(leads_to(&app.stranger()).await, "/accounts/signup/");
    let ana = app.with_user("ana").await;
    assert_eq!(leads_to(&app.stranger()).await, "/accounts/login/");
    assert_eq!(leads_to(&ana).await, "/messaging/");
}

#[tokio::test]
async fn next_leads_back_but_never_away() {
    let app = TestApp::on_sqlite().await;
    app.with_user("ana").await;
    let stranger = app.stranger();
    let sent = stranger.page("/messaging/room/7/?before=3").await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, "/accounts/login/?next=/messaging/room/7/%3Fbefore%3D3")
    );
    for (next, leads_to) in [
        ("/messaging/room/7/?before=3", "/messaging/room/7/?before=3"),
        ("//evil.com", "/messaging/"),
        ("/\\evil.com", "/messaging/"),
        ("https://evil.com", "/messaging/"),
        ("/\t/evil.com", "/messaging/"),
        ("javascript:alert(1)", "/messaging/"),
    ] {
        let fields = [("username", "ana"), ("password", PASSWORD), ("next", next)];
        let answer = app.stranger().form("/accounts/login/", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, leads_to), "next={next:?}");
    }
}

async fn a_session_that_nobody_used_for_sixty_days_is_over(app: TestApp) {
    let ana = app.with_user("ana").await;
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
    let day = 24 * 60 * 60 * 1000;
    let age = "update sessions set seen_at = seen_at - 5184000000 returning seen_at - created_at";
    assert!(app.number(age).await <= -59 * day);
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 401);
}
