//! Tasks named by their number.

use serde_json::json;

use crate::app::{Scene, TestApp};

on_both_databases!(a_number_leads_to_the_task_of_the_same_board);

async fn a_number_leads_to_the_task_of_the_same_board(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    for title in ["One", "Two"] {
        ana.post(&format!("/boards/{other}/tasks/"), json!({"title": title})).await;
    }
    let link =
        format!(r#"<a class="task-link" href="/boards/{board}/tasks/{task}/" rel="nofollow noopener ugc">#1</a>"#);
    let expected = format!("<p>see {link}, not #2</p>");
    let said = bo.post(&format!("/messaging/room/{room}/send/"), json!({"content": "see #1, not #2"})).await;
    bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "see #1, not #2"})).await;
    for path in [format!("/messaging/room/{room}/"), format!("/messaging/task/{task}/comments/")] {
        let page = ana.page(&path).await.text;
        assert!(page.contains(&expected), "{page}");
    }
    let body = json!({"title": "Another", "description": "as #1"});
    let made = ana.post(&format!("/boards/{board}/tasks/"), body).await;
    assert!(made.json["description_html"].as_str().unwrap().contains(&link), "{made:?}");
    bo.post(&format!("/messaging/message/{}/edit/", said.id()), json!({"content": "see #2"})).await;
    let page = ana.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains(&format!("href=\"/boards/{board}/tasks/{}/\" rel", made.id())), "{page}");
    assert!(!page.contains(&link), "{page}");
}
