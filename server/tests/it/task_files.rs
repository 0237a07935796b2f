//! The files of a task, and the one that its card shows.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, BROWSER, Person, Scene, TestApp, function},
    files::{on_disk, picture, sent, status},
    socket::Socket,
};

on_both_databases!(
    a_task_has_files_for_who_sees_it,
    a_file_is_of_one_task_alone,
    a_file_that_is_removed_can_be_put_back_for_some_seconds,
    a_card_shows_a_picture_of_its_task,
    a_task_that_is_deleted_keeps_its_files_and_a_copy_has_none,
    a_form_attaches_files_without_script_once,
    files_of_a_task_are_exported_and_told,
    files_of_a_task_stand_as_they_were_attached,
);

async fn attach(person: &Person, task: i64, files: &[i64]) -> Answer {
    person.post(&format!("/tasks/{task}/files/"), json!({"files": files})).await
}

/// A file that a task has from now on.
async fn attached(person: &Person, task: i64, name: &str, content: &[u8]) -> i64 {
    let file = sent(person, name, content).await;
    let answer = attach(person, task, &[file]).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    file
}

async fn map(person: &Person, task: i64) -> i64 {
    attached(person, task, "map.png", &picture(80, 60, ImageFormat::Png)).await
}

async fn task_page(person: &Person, task: i64) -> Value {
    let query = json!({"page": {"task": {"task": task, "before": null, "at": null}}});
    person.get(&function("load_page", query)).await.json[0].clone()
}

async fn cover(person: &Person, task: i64, file: Option<i64>) -> Answer {
    person.post(&format!("/tasks/{task}/cover/"), json!({ "file": file })).await
}

pub async fn a_task_has_files_for_who_sees_it(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, task, .. } = app.with_board().await;
    let on_task = format!("task:{task}");
    let mut bos = Socket::live(&app, &bo, &[(&on_task, 0)]).await;
    bos.rest().await;
    let plan = sent(&ana, "plan.pdf", b"the plan").await;
    let path = format!("/messaging/files/{plan}/");
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (200, 404), "it waits for its task");
    let answer = attach(&ana, task, &[plan]).await;
    assert_eq!((answer.status.as_u16(), &answer.json["task"]["files"]), (201, &json!(1)), "{answer:?}");
    let (_, kind, event) = bos.event().await;
    let file = json!({"id": plan, "name": "plan.pdf", "size": 8});
    assert_eq!(
        (kind.as_str(), &event["file"]["file"], &event["file"]["by"]["username"]),
        ("file_attached", &file, &json!("ana"))
    );
    let (_, kind, event) = bos.event().await;
    assert_eq!((kind.as_str(), &event["card"]["files"]), ("card_changed", &json!(1)));
    for (person, expected) in [(&ana, 200), (&bo, 200), (&vic, 200), (&eve, 404)] {
        assert_eq!(status(person, &path).await, expected, "{}", person.name);
    }
    let hostile = attached(&bo, task, "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E.txt", b"x").await;
    let page = task_page(&vic, task).await;
    let names: Vec<_> =
        page["task"]["files"].as_array().unwrap().iter().map(|file| file["file"]["id"].as_i64()).collect();
    assert_eq!(names, [Some(plan), Some(hostile)], "in the order in which they came");
    let page = vic.page(&format!("/messaging/task/{task}/comments/")).await.text;
    assert!(page.contains("plan.pdf") && page.contains(&format!("href=\"{path}\"")), "{page}");
    assert!(page.contains("onerror=alert(1)&gt;.txt") && !page.contains("<img src=x"), "{page}");
    assert!(!page.contains("Attach files"), "who reads changes nothing");
    assert!(bo.page(&format!("/boards/{board}/")).await.text.contains("card-files"));

    let vics = sent(&vic, "a.txt", b"a").await;
    assert_eq!(attach(&vic, task, &[vics]).await.status, 403);
    assert_eq!(attach(&eve, task, &[plan]).await.status, 404);
    for verb in ["remove", "restore"] {
        assert_eq!(vic.post(&format!("/tasks/{task}/files/{plan}/{verb}/"), json!({})).await.status, 403, "{verb}");
    }
    assert_eq!(cover(&vic, task, None).await.status, 403);
    let removed = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!((removed.status.as_u16(), status(&bo, &path).await), (200, 404), "looked at each time");
}

pub async fn a_file_is_of_one_task_alone(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let other = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Other"})).await.id();
    let file = attached(&ana, task, "a.txt", b"a").await;
    let again = attach(&ana, task, &[file]).await;
    assert_eq!((again.status.as_u16(), &again.json["task"]["files"]), (201, &json!(1)), "it has it already");
    let field = |answer: &Answer| (answer.status.as_u16(), answer.json["field"].as_str().map(str::to_owned));
    let refused = (422, Some("files".to_owned()));
    assert_eq!(field(&attach(&ana, other, &[file]).await), refused);
    let said = ana.post(&format!("/messaging/room/{room}/send/"), json!({"content": "", "files": [file]})).await;
    assert_eq!(field(&said), refused, "nor of a message");
    let bos = sent(&bo, "b.txt", b"b").await;
    assert_eq!(field(&attach(&ana, task, &[bos]).await), refused, "somebody else's");
    assert_eq!(field(&attach(&ana, task, &[]).await), refused);
    assert_eq!(ana.post(&format!("/messaging/files/{file}/remove/"), json!({})).await.status, 200);
    assert_eq!(status(&bo, &format!("/messaging/files/{file}/")).await, 200, "it is not waiting any more");

    // All or nothing.
    let good = sent(&ana, "c.txt", b"c").await;
    assert_eq!(attach(&ana, task, &[good, bos]).await.status, 422);
    assert_eq!(task_page(&ana, task).await["task"]["card"]["files"], 1);
    let key = Uuid::now_v7();
    let body = json!({"files": [good], "client_id": key});
    for _ in 0..2 {
        assert_eq!(ana.post(&format!("/tasks/{task}/files/"), body.clone()).await.status, 201);
    }
    assert_eq!(task_page(&ana, task).await["task"]["card"]["files"], 2);
    let gone = ana.post(&format!("/tasks/{other}/files/{file}/remove/"), json!({})).await;
    assert_eq!(gone.status, 404, "it is no file of that task");
}

pub async fn a_file_that_is_removed_can_be_put_back_for_some_seconds(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let file = attached(&ana, task, "a.txt", b"a").await;
    let path = format!("/messaging/files/{file}/");
    let does = async |verb: &str| bo.post(&format!("/tasks/{task}/files/{file}/{verb}/"), json!({})).await;
    let on_task = format!("task:{task}");
    let mut socket = Socket::live(&app, &ana, &[(&on_task, 2)]).await;
    for _ in 0..2 {
        let removed = does("remove").await;
        assert_eq!((removed.status.as_u16(), &removed.json["task"]["files"]), (200, &json!(0)), "{removed:?}");
    }
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (404, 404));
    assert_eq!(on_disk(&app).len(), 1, "for as long as that can be undone");
    let back = does("restore").await;
    assert_eq!((back.status.as_u16(), &back.json["attached"][0]["file"]["id"]), (200, &json!(file)), "{back:?}");
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (200, 200));
    let kinds = [socket.event().await.1, socket.event().await.1, socket.event().await.1];
    assert_eq!(kinds, ["file_removed", "card_changed", "file_attached"], "and nothing of what changed nothing");
    does("remove").await;
    app.run("update files set expires_at = 5 where task_id is not null").await;
    assert_eq!(does("restore").await.status, 409);
    assert_eq!(status(&ana, &path).await, 404);
}

pub async fn a_card_shows_a_picture_of_its_task(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let other = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Other"})).await.id();
    let (map, text) = (map(&ana, task).await, attached(&ana, task, "a.txt", b"a").await);
    let on_board = format!("board:{board}");
    let mut socket = Socket::live(&app, &bo, &[(&on_board, 0)]).await;
    socket.rest().await;
    let made = cover(&ana, task, Some(map)).await;
    assert_eq!((made.status.as_u16(), &made.json["task"]["cover"]), (200, &json!(map)), "{made:?}");
    assert_eq!(socket.event().await.2["card"]["cover"], json!(map));
    for (task, file) in [(task, text), (other, map), (task, 9_999)] {
        let refused = cover(&ana, task, Some(file)).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some("file")), "{refused:?}");
    }
    let small = format!("/messaging/files/{map}/small/");
    let page = bo.page(&format!("/boards/{board}/")).await.text;
    let image = page.split("<img").find(|image| image.contains(&small)).unwrap_or_default().to_owned();
    let image = image.split('>').next().unwrap_or_default();
    assert!(
        image.contains("width=\"320\" height=\"160\" loading=\"lazy\""),
        "its place is there before it is: {image}"
    );
    assert!(!bo.page(&format!("/boards/{board}/?view=list")).await.text.contains("card-cover"));

    let does = async |verb: &str| bo.post(&format!("/tasks/{task}/files/{map}/{verb}/"), json!({})).await;
    assert_eq!(does("remove").await.json["task"]["cover"], Value::Null, "with its file");
    assert_eq!(socket.event().await.2["card"]["cover"], Value::Null);
    assert_eq!(does("restore").await.json["task"]["cover"], json!(map), "and back with it");
    bo.post(&format!("/tasks/{task}/archive/"), json!({})).await;
    assert_eq!(bo.post(&format!("/tasks/{task}/restore/"), json!({})).await.json["cover"], json!(map));
    assert_eq!(cover(&bo, task, None).await.json["task"]["cover"], Value::Null);
    assert!(!bo.page(&format!("/boards/{board}/")).await.text.contains("card-cover"));
}

pub async fn a_task_that_is_deleted_keeps_its_files_and_a_copy_has_none(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let map = map(&ana, task).await;
    cover(&ana, task, Some(map)).await;
    let copy = ana.post(&format!("/tasks/{task}/duplicate/"), json!({})).await.json;
    assert_eq!((&copy["files"], &copy["cover"], &copy["attached"]), (&json!(0), &Value::Null, &json!([])), "{copy}");
    let path = format!("/messaging/files/{map}/");
    ana.post(&format!("/tasks/{task}/delete/"), json!({})).await;
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (404, 404));
    let back = ana.post(&format!("/tasks/{task}/restore/"), json!({})).await.json;
    assert_eq!((&back["files"], &back["cover"]), (&json!(1), &json!(map)), "{back}");
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (200, 200));
}

pub async fn a_form_attaches_files_without_script_once(app: TestApp) {
    let Scene { ana, task, .. } = app.with_board().await;
    let key = Uuid::now_v7();
    let post = async |files: &[&str]| {
        let part = |head: &str, content: &str| {
            format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        let files: String =
            files.iter().map(|name| part(&format!("name=\"file\"; filename=\"{name}\""), "content")).collect();
        let id = part("name=\"client_id\"", &key.to_string());
        let request = ana
            .request(Method::POST, &format!("/tasks/{task}/files/"))
            .header("accept", BROWSER)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(format!("{id}{files}--edge--\r\n"));
        Answer::of(request).await
    };
    for _ in 0..2 {
        assert_eq!(post(&["one.txt", "two.txt"]).await.status, 303);
    }
    assert_eq!(task_page(&ana, task).await["task"]["card"]["files"], 2);
    let nothing = post(&[""]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("Choose a file."), "{}", nothing.text);
}

pub async fn files_of_a_task_are_exported_and_told(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let plan = attached(&ana, task, "plan-2.pdf", b"the plan").await;
    let export = async |format| bo.get(&format!("/boards/{board}/export/?format={format}")).await.text;
    let address = format!("{}/messaging/files/{plan}/", app.url);
    let json: Value = serde_json::from_str(&export("json").await).unwrap();
    let exported = json!([{"name": "plan-2.pdf", "size": 8, "url": address}]);
    assert_eq!(json["places"][0]["task"]["files"], exported);
    assert!(export("csv").await.contains(&format!(",{address}\r\n")));
    assert!(export("markdown").await.contains(&format!("[plan\\-2\\.pdf]({address})")));
    assert!(!export("board").await.contains("plan-2.pdf"), "a board file has none of a task");

    let map = map(&ana, task).await;
    cover(&ana, task, Some(map)).await;
    cover(&ana, task, None).await;
    bo.post(&format!("/tasks/{task}/files/{map}/remove/"), json!({})).await;
    let page = bo.page(&format!("/boards/{board}/activity/?task={task}")).await.text;
    let words = page.replace("<!---->", "").replace("<!>", "");
    for expected in
        ["attached “plan-2.pdf” to", "made “map.png” the cover of", "removed the cover of", "removed “map.png” from"]
    {
        assert!(words.contains(expected), "{expected}: {words}");
    }
}

pub async fn files_of_a_task_stand_as_they_were_attached(app: TestApp) {
    let Scene { ana, task, .. } = app.with_board().await;
    let (last, middle, first) =
        (sent(&ana, "last.txt", b"3").await, sent(&ana, "middle.txt", b"2").await, sent(&ana, "first.txt", b"1").await);
    assert_eq!(attach(&ana, task, &[first, middle]).await.status, 201);
    assert_eq!(attach(&ana, task, &[last]).await.status, 201);
    let order = async || {
        let page = task_page(&ana, task).await;
        let files = page["task"]["files"].as_array().unwrap().clone();
        files.iter().map(|file| file["file"]["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(order().await, [first, middle, last]);
    ana.post(&format!("/tasks/{task}/files/{first}/remove/"), json!({})).await;
    ana.post(&format!("/tasks/{task}/files/{first}/restore/"), json!({})).await;
    assert_eq!(order().await, [first, middle, last], "one that is put back stands where it was");
}
