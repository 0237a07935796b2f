//! Invitations to boards, and handing one over.

use engine::Signup;
use serde_json::{Value, json};

use crate::{
    app::{Answer, PASSWORD, Person, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    who_has_the_link_comes_onto_the_board_once,
    a_link_ends_when_it_is_taken_back_or_over_or_who_made_it_runs_the_board_no_longer,
    who_was_removed_does_not_come_back_by_the_same_link,
    nobody_rises_or_falls_by_a_link,
    a_board_is_handed_over,
);

async fn made(owner: &Person, board: i64, body: Value) -> (i64, String) {
    let invite = owner.post(&format!("/boards/{board}/invites/"), body).await;
    assert_eq!(invite.status, 201, "{invite:?}");
    (invite.id(), format!("/invite/{}/", invite.json["token"].as_str().unwrap()))
}

async fn accept(person: &Person, link: &str) -> Answer {
    person.post(link, json!({"client_id": uuid::Uuid::now_v7()})).await
}

async fn who_has_the_link_comes_onto_the_board_once(app: TestApp) {
    let Scene { ana, eve, board, .. } = app.with_board().await;
    let body = json!({"role": "viewer", "days": 1, "client_id": uuid::Uuid::now_v7()});
    let (first, again) = (made(&ana, board, body.clone()).await, made(&ana, board, body).await);
    assert_eq!(first, again, "the same key makes one");
    let link = first.1;
    let open = app.stranger().page(&link).await.text;
    assert!(open.contains("Make an account") && open.contains(&format!("next={}", link.replace('/', "%2F"))), "{open}");
    assert!(!open.contains(&format!("/boards/{board}/")), "a stranger sees no more than the name");
    assert_eq!(accept(&app.stranger(), &link).await.status, 401);

    let mut anas = Socket::live(&app, &ana, &[(&format!("board:{board}"), 0)]).await;
    anas.rest().await;
    let joined = accept(&eve, &link).await;
    assert_eq!((joined.status.as_u16(), &joined.json["role"]), (200, &json!("viewer")), "{joined:?}");
    let (_, kind, told) = anas.event().await;
    assert_eq!((kind.as_str(), &told["member"]["role"]), ("board_member_changed", &json!("viewer")), "{told}");
    assert_eq!(accept(&eve, &link).await.status, 200, "who is on it is on it");
    assert!(eve.page(&link).await.text.contains("You are on it already."));
    let members = ana.page(&format!("/boards/{board}/members/")).await.text;
    assert!(
        members.contains(&format!("{}{link}", app.url)) && members.contains("1 person has come by it"),
        "{members}"
    );
    let for_others = eve.page(&format!("/boards/{board}/members/")).await.text;
    assert!(!for_others.contains(&link), "links are for owners");
    assert_eq!(app.number("select count(*) from invite_joins").await, 1);
}

async fn a_link_ends_when_it_is_taken_back_or_over_or_who_made_it_runs_the_board_no_longer(app: TestApp) {
    let Scene { ana, bo, eve, board, .. } = app.with_board().await;
    let refused = async |link: &str| {
        assert_eq!(accept(&eve, link).await.status, 404);
        assert!(eve.page(link).await.text.contains("This invitation is over"));
    };
    refused("/invite/0123456789abcdef/").await;
    let (id, taken_back) = made(&ana, board, json!({})).await;
    let revoke = format!("/boards/{board}/invites/{id}/revoke/");
    assert_eq!(bo.post(&revoke, json!({})).await.status, 403);
    assert_eq!(eve.post(&revoke, json!({})).await.status, 404);
    assert_eq!(ana.post(&revoke, json!({})).await.status, 200);
    assert_eq!(ana.post(&revoke, json!({})).await.status, 404, "it has ended");
    refused(&taken_back).await;

    let (_, over) = made(&ana, board, json!({"days": 30})).await;
    app.number("update invites set expires_at = expires_at - 2592000000 where revoked_at is null returning id").await;
    refused(&over).await;

    ana.post(&format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "owner"})).await;
    let (_, bos) = made(&bo, board, json!({"role": "owner"})).await;
    ana.post(&format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "member"})).await;
    refused(&bos).await;
    ana.post(&format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "owner"})).await;
    let (_, of_a_closed_account) = made(&bo, board, json!({"role": "owner"})).await;
    engine::accounts::deactivate(&app.engine, "bo").await.unwrap();
    refused(&of_a_closed_account).await;
    let heir = ana.post(&format!("/boards/{board}/hand-over/"), json!({"user": bo.id})).await;
    assert_eq!((heir.status.as_u16(), heir.json["field"].as_str()), (422, Some("user")), "{heir:?}");
    let members = format!("/boards/{board}/members/");
    assert_eq!(ana.post(&format!("{members}{}/remove/", ana.id), json!({})).await.status, 409, "nobody else runs it");
    for days in [0, 2, 365, -1] {
        let odd = ana.post(&format!("/boards/{board}/invites/"), json!({"days": days})).await;
        assert_eq!((odd.status.as_u16(), odd.json["field"].as_str()), (422, Some("days")), "{days}");
    }
    for _ in 0..protocol::limits::INVITES {
        made(&ana, board, json!({})).await;
    }
    assert_eq!(ana.post(&format!("/boards/{board}/invites/"), json!({})).await.status, 409, "not without end");
}

async fn who_was_removed_does_not_come_back_by_the_same_link(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, .. } = app.with_board().await;
    let (_, link) = made(&ana, board, json!({})).await;
    assert_eq!(accept(&eve, &link).await.status, 200);
    ana.post(&format!("/boards/{board}/members/{}/remove/", eve.id), json!({})).await;
    let back = accept(&eve, &link).await;
    assert_eq!((back.status.as_u16(), back.code()), (409, "conflict"), "{back:?}");
    assert_eq!(eve.page(&format!("/boards/{board}/")).await.status, 404);
    let (_, another) = made(&ana, board, json!({})).await;
    assert_eq!(accept(&eve, &another).await.status, 200);

    // Nor does who was on the board already.
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(accept(&bo, &another).await.status, 409);
    let members = ana.page(&format!("/boards/{board}/members/")).await.text;
    assert!(members.contains("1 person has come by it") && !members.contains("2 people"), "{members}");
    // Who leaves by themselves may come again.
    let (_, third) = made(&ana, board, json!({})).await;
    assert_eq!(vic.post(&format!("/boards/{board}/members/{}/remove/", vic.id), json!({})).await.status, 200);
    assert_eq!(accept(&vic, &third).await.status, 200);
}

async fn nobody_rises_or_falls_by_a_link(app: TestApp) {
    let Scene { ana, bo, vic, board, .. } = app.with_board().await;
    for role in ["owner", "viewer"] {
        let (_, link) = made(&ana, board, json!({"role": role})).await;
        for (person, is) in [(&ana, "owner"), (&bo, "member"), (&vic, "viewer")] {
            let answer = accept(person, &link).await;
            assert_eq!(answer.json["role"], is, "{} by a link for an {role}: {answer:?}", person.name);
        }
    }
}

async fn a_board_is_handed_over(app: TestApp) {
    let Scene { ana, bo, eve, board, .. } = app.with_board().await;
    let path = format!("/boards/{board}/hand-over/");
    for (user, status) in [(ana.id, 422), (eve.id, 404)] {
        assert_eq!(ana.post(&path, json!({"user": user})).await.status, status, "{user}");
    }
    assert_eq!(ana.post(&path, json!({})).await.json["field"], "user");
    let body = json!({"user": bo.id, "client_id": uuid::Uuid::now_v7()});
    let (first, again) = (ana.post(&path, body.clone()).await, ana.post(&path, body).await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (200, 200), "{first:?} {again:?}");
    assert_eq!((&first.json["role"], &again.json), (&json!("owner"), &first.json));
    let owners = "select count(*) from board_members where role = 'owner' and board_id = (select max(id) from boards where name = 'Website')";
    assert_eq!(app.number(owners).await, 1);
    assert_eq!(ana.post(&format!("/boards/{board}/rename/"), json!({"name": "Mine"})).await.status, 403);
    assert_eq!(bo.post(&format!("/boards/{board}/rename/"), json!({"name": "Bo's"})).await.status, 200);
}

#[tokio::test]
async fn where_people_are_invited_a_link_opens_the_door() {
    let app = TestApp::start(|config| config.settings.signup = Signup::Invite).await;
    let ana = app.with_user("ana").await;
    let board = ana.post("/boards/", json!({"name": "Ferry"})).await.id();
    let (id, link) = made(&ana, board, json!({})).await;
    let door = |next: &str| format!("/accounts/signup/?next={next}");
    assert!(app.stranger().page(&door("/messaging/")).await.text.contains("Ask for an invitation"));
    assert!(app.stranger().page(&door(&link)).await.text.contains("Make the account"));
    let sign_up = async |name: &str, next: &str| {
        let stranger = app.stranger();
        let body = json!({"username": name, "password": PASSWORD, "next": next});
        (stranger.post("/accounts/signup/", body).await, stranger)
    };
    assert_eq!(sign_up("bo", "/messaging/").await.0.status, 403);
    let (answer, bo) = sign_up("bo", &link).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(accept(&bo, &link).await.status, 200);
    ana.post(&format!("/boards/{board}/invites/{id}/revoke/"), json!({})).await;
    assert_eq!(sign_up("eve", &link).await.0.status, 403);
}
