//! Plain forms, as a browser without script sends them.

use crate::app::{PASSWORD, Scene, TestApp};

on_both_databases!(the_whole_way_by_plain_forms);

async fn the_whole_way_by_plain_forms(app: TestApp) {
    let ana = app.stranger();
    let signed_up = ana.form("/accounts/signup/", &[("username", "ana"), ("password", PASSWORD)]).await;
    assert_eq!(
        (signed_up.status.as_u16(), signed_up.header("location")),
        (303, "/boards/1/"),
        "the board that explains itself"
    );
    let made = ana.form("/boards/", &[("name", "Website")]).await;
    let board = made.header("location").to_owned();
    assert!(board.starts_with("/boards/"), "{made:?}");
    let renamed = ana.form(&format!("{board}rename/"), &[("name", "Web site")]).await;
    assert_eq!(renamed.header("location"), format!("{board}members/"));

    let task = ana.form(&format!("{board}tasks/"), &[("title", "Ship it"), ("column", "")]).await;
    assert_eq!((task.status.as_u16(), task.header("location")), (303, board.as_str()));
    let page = ana.page(&board).await;
    assert!(page.text.contains("Ship it") && page.text.contains("Web site"), "{}", page.text);

    let rooms = board.replace("/boards/", "/messaging/board/") + "rooms/";
    let room = ana.form(&format!("{rooms}create/"), &[("name", "general"), ("description", "All of it")]).await;
    let room = room.header("location").to_owned();
    assert!(room.starts_with("/messaging/room/"), "{room}");
    let sent = ana.form(&format!("{room}send/"), &[("content", "Hello **there**")]).await;
    assert!(sent.header("location").starts_with(&format!("{room}#m")));
    let page = ana.page(&room).await;
    assert!(page.text.contains("<strong>there</strong>"), "{}", page.text);

    let edited = ana.form(&format!("{room}edit/"), &[("name", "talk"), ("description", "")]).await;
    assert_eq!(edited.status, 303);
    assert!(ana.page(&rooms).await.text.contains("talk"));
    let deleted = ana.form(&format!("{room}delete/"), &[]).await;
    assert_eq!(deleted.status, 303);
    assert_eq!(ana.page(&room).await.status, 404);

    let signed_out = ana.form("/accounts/logout/", &[]).await;
    assert_eq!((signed_out.status.as_u16(), signed_out.header("location")), (303, "/accounts/login/"));
    assert_eq!(ana.cookie(), "");
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_without_script() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, board, room, .. } = app.with_board().await;
    let long = "long ".repeat(2001);
    let refused = ana.form(&format!("/messaging/room/{room}/send/"), &[("content", &long)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains(long.trim_end()), "the text is kept");
    assert!(!refused.text.contains("/pkg/b.0123.js"), "no script on a page that stands at a form's address");
    assert!(refused.text.contains("10000 is the most"), "{}", refused.text);

    let refused = ana.form(&format!("/messaging/board/{board}/rooms/create/"), &[("name", "general")]).await;
    assert_eq!(refused.status, 422, "the name is taken");
    assert!(refused.text.contains("value=\"general\""), "{}", refused.text);
}

#[tokio::test]
async fn the_theme_is_remembered_by_a_cookie() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let chosen = ana.form("/accounts/theme/", &[("theme", "dark")]).await;
    assert_eq!(chosen.status, 303);
    assert!(ana.page("/messaging/").await.text.contains("data-theme=\"dark\""));
    ana.form("/accounts/theme/", &[("theme", "\"><script>")]).await;
    assert!(!ana.cookie().contains("script"), "{}", ana.cookie());
}

#[tokio::test]
async fn opening_and_reading_are_posts() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    ana.form(&format!("/messaging/room/{room}/send/"), &[("content", "hi @bo")]).await;
    let unread = bo.get("/messaging/notifications/count/").await.json;
    bo.page(&format!("/messaging/room/{room}/")).await;
    bo.page("/messaging/notifications/").await;
    assert_eq!(bo.get("/messaging/notifications/count/").await.json, unread, "no GET changes anything");
    assert_eq!(bo.form(&format!("/messaging/room/{room}/read/"), &[]).await.status, 303);
    assert_ne!(bo.get("/messaging/notifications/count/").await.json, unread, "reading the place clears its row");
}
