//! Tasks that are made from messages and comments.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Answer, Person, Scene, TestApp, function};

on_both_databases!(
    a_task_and_its_message_lead_to_each_other,
    the_form_works_without_script_and_keeps_what_was_typed,
    a_task_is_made_once_however_often_it_is_asked_for,
    what_is_private_stays_so,
    of_a_deleted_message_no_task_is_made,
    a_task_is_discussed_in_a_room,
);

/// How many tasks were made here, beside those that a first board begins with.
const MADE: &str = "select count(*) from tasks where title in ('Paint', 'Other')";

async fn make(person: &Person, message: i64, body: Value) -> Answer {
    person.post(&format!("/messaging/message/{message}/task/"), body).await
}

async fn a_task_and_its_message_lead_to_each_other(app: TestApp) {
    let Scene { ana, bo, vic, board, room, task, .. } = app.with_board().await;
    let said = bo.say(room, "**Paint** the railing\nbefore it rains").await;
    let proposed = bo.get(&function("load_page", json!({"page": {"task_of": {"message": said}}}))).await;
    assert_eq!(proposed.json["title"], "Paint the railing", "{proposed:?}");
    let made = make(&bo, said, json!({"title": "Paint the railing"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json["description"], format!("From [a message](/messaging/message/{said}/)."));
    let link =
        format!(r#"<a href="/messaging/message/{said}/" target="_blank" rel="nofollow noopener ugc">a message</a>"#);
    assert!(made.json["description_html"].as_str().unwrap().contains(&link), "{made:?}");
    let chip = format!(r#"href="/boards/{board}/tasks/{}/" rel="nofollow noopener ugc" data-task"#, made.id());
    let page = vic.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains("Made into a task") && page.contains(&chip), "{page}");

    let comment = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "And this"})).await.id();
    let column = made.json["column"].as_i64().unwrap();
    let second = make(&ana, comment, json!({"title": "This", "column": column})).await;
    assert_eq!(second.status, 201, "{second:?}");
    let page = vic.page(&format!("/messaging/task/{task}/comments/")).await.text;
    assert!(page.contains("Made into a task"), "{page}");
    ana.post(&format!("/tasks/{}/delete/", made.id()), json!({})).await;
    let page = vic.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(!page.contains("Made into a task"), "{page}");
}

async fn the_form_works_without_script_and_keeps_what_was_typed(app: TestApp) {
    let Scene { bo, board, room, .. } = app.with_board().await;
    let said = bo.say(room, "Paint <it>").await;
    let address = format!("/messaging/message/{said}/task/");
    let page = bo.page(&address).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(r#"value="Paint &lt;it&gt;""#) && page.text.contains("Doing"), "{}", page.text);
    let long = "x".repeat(201);
    let refused = bo.form(&address, &[("title", &long)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains(&long));
    let done = bo.form(&address, &[("title", "Paint")]).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert!(done.header("location").starts_with(&format!("/boards/{board}/tasks/")), "{done:?}");
    let forms = bo.page(&format!("/messaging/room/{room}/?act={said}")).await.text;
    assert!(forms.contains(&format!(r#"href="{address}""#)), "{forms}");
}

async fn a_task_is_made_once_however_often_it_is_asked_for(app: TestApp) {
    let Scene { bo, room, .. } = app.with_board().await;
    let said = bo.say(room, "Paint").await;
    let body = json!({"title": "Paint", "client_id": Uuid::now_v7()});
    let (first, again) = (make(&bo, said, body.clone()).await, make(&bo, said, body.clone()).await);
    assert_eq!((first.status.as_u16(), first.id()), (201, again.id()), "{again:?}");
    let other = make(&bo, said, json!({"title": "Other", "client_id": body["client_id"]})).await;
    assert_eq!(other.status, 409);
    assert_eq!(app.number(MADE).await, 1);
    assert_eq!(app.number("select count(*) from events where body like '%task_made%'").await, 1);
    for wrong in [json!({"title": " "}), json!({"title": "Paint", "column": 999_999})] {
        assert_eq!(make(&bo, said, wrong.clone()).await.status, 422, "{wrong}");
    }
    assert_eq!(app.number(MADE).await, 1);
}

async fn what_is_private_stays_so(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, secret, .. } = app.with_board().await;
    let said = ana.say(secret, "Fire somebody").await;
    for person in [&bo, &eve] {
        assert_eq!(make(person, said, json!({"title": "Ha"})).await.status, 404);
        assert_eq!(person.page(&format!("/messaging/message/{said}/task/")).await.status, 404);
    }
    let made = make(&ana, said, json!({"title": "Talk to HR"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let page = bo.page(&format!("/boards/{board}/tasks/{}/", made.id())).await.text;
    assert!(page.contains("Talk to HR") && !page.contains("Fire somebody") && !page.contains("secret"), "{page}");
    assert_eq!(bo.get(&format!("/messaging/message/{said}/")).await.status, 404);
    let open = ana.say(room, "For all").await;
    assert_eq!(make(&vic, open, json!({"title": "Ha"})).await.status, 403);
}

async fn of_a_deleted_message_no_task_is_made(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let said = bo.say(room, "Paint").await;
    make(&bo, said, json!({"title": "Before"})).await;
    ana.post(&format!("/messaging/message/{said}/delete/"), json!({})).await;
    assert_eq!(make(&bo, said, json!({"title": "After"})).await.status, 409);
    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(!page.contains("Made into a task"), "{page}");
}

async fn a_task_is_discussed_in_a_room(app: TestApp) {
    let Scene { bo, vic, room, secret, task, .. } = app.with_board().await;
    let page = bo.page(&format!("/messaging/task/{task}/comments/")).await.text;
    let way = format!("/messaging/room/{room}/?discuss=1");
    assert!(page.contains(&way) && !page.contains(&format!("/messaging/room/{secret}/?discuss")), "{page}");
    assert!(!vic.page(&format!("/messaging/task/{task}/comments/")).await.text.contains("?discuss="));
    assert!(bo.page(&way).await.text.contains("#1 </textarea>"));
    for odd in ["<b>", "-1", "0", "x"] {
        let page = bo.page(&format!("/messaging/room/{room}/?discuss={odd}")).await.text;
        assert!(page.contains("></textarea>") && !page.contains("#-1") && !page.contains("<b></textarea>"), "{odd}");
    }
}
