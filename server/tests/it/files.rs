//! Files that come with messages.

use std::{fs, io::Cursor, path::Path};

use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

use crate::{
    app::{Answer, BROWSER, Person, Scene, TestApp},
    nodes::eventually,
    search::found,
    socket::Socket,
};

on_both_databases!(
    files_are_found_by_name_and_as_such,
    a_file_comes_with_a_message_and_is_for_who_may_read_it,
    a_picture_is_made_small_and_only_pictures_are_shown,
    a_file_is_there_once_and_comes_with_one_message,
    what_can_not_be_taken_leaves_nothing_behind,
    a_deleted_message_takes_its_files_along_and_brings_them_back,
    a_form_brings_files_without_script_once,
    files_stand_as_they_were_chosen_pictures_first,
);

pub async fn send(person: &Person, name: &str, key: Uuid, content: Vec<u8>) -> Answer {
    let request = person
        .request(Method::POST, &format!("/messaging/files/?name={name}"))
        .header("content-type", "application/octet-stream")
        .header("idempotency-key", key.to_string())
        .body(content);
    Answer::of(request).await
}

pub async fn sent(person: &Person, name: &str, content: &[u8]) -> i64 {
    let answer = send(person, name, Uuid::now_v7(), content.to_vec()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id()
}

/// What somebody gets of a file: status, headers and content.
pub async fn had(person: &Person, path: &str) -> (u16, String, String, Vec<u8>) {
    let answer = person.request(Method::GET, path).send().await.unwrap();
    let header = |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (status, kind, place) = (answer.status().as_u16(), header("content-type"), header("content-disposition"));
    (status, kind, place, answer.bytes().await.unwrap().to_vec())
}

pub async fn status(person: &Person, path: &str) -> u16 {
    had(person, path).await.0
}

pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb([200, 30, 60])))
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// The files in the data folder, or in the bucket.
pub fn on_disk(app: &TestApp) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                walk(&entry.path(), found);
            } else {
                found.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    let mut found = Vec::new();
    walk(&app.data_dir().join("files"), &mut found);
    found.extend(app.bucket.iter().flat_map(|bucket| bucket.keys()));
    found
}

pub async fn a_file_comes_with_a_message_and_is_for_who_may_read_it(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, task, .. } = app.with_board().await;
    let file = sent(&ana, "..%2F..%2Fplan%20%E2%80%AEfdp.txt", b"the plan").await;
    let path = format!("/messaging/files/{file}/");
    assert_eq!(status(&ana, &path).await, 200, "its owner sees what waits to be sent");
    assert_eq!((status(&bo, &path).await, status(&eve, &path).await), (404, 404));

    let mut bos = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    let said = json!({"content": "Here", "files": [file]});
    let message = ana.post(&format!("/messaging/room/{room}/send/"), said).await;
    assert_eq!(message.status, 201, "{message:?}");
    let (_, kind, posted) = bos.event().await;
    assert_eq!(kind, "message_posted");
    assert_eq!(posted["message"]["files"], json!([{"id": file, "name": "plan fdp.txt", "size": 8}]));
    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains("plan fdp.txt"), "{page}");

    let (status_of, kind, place, content) = had(&bo, &path).await;
    assert_eq!((status_of, kind.as_str(), content.as_slice()), (200, "application/octet-stream", &b"the plan"[..]));
    assert_eq!(place, "attachment; filename*=UTF-8''plan%20fdp.txt");
    assert_eq!(status(&vic, &path).await, 200, "who reads the room has its files");
    assert_eq!(status(&eve, &path).await, 404);
    assert_eq!(status(&app.stranger(), &path).await, 303, "to the sign-in page");
    let part = bo.request(Method::GET, &path).header("range", "bytes=4-7").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.text().await.unwrap().as_str()), (206, "plan"));

    let removed = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(removed.status, 200, "{removed:?}");
    assert_eq!(status(&bo, &path).await, 404, "looked at each time");

    let file = sent(&ana, "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E.txt", b"x").await;
    ana.post(&format!("/messaging/room/{room}/send/"), json!({"content": "", "files": [file]})).await;
    let page = ana.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains("onerror=alert(1)&gt;.txt") && !page.contains("<img src=x"), "{page}");

    let file = sent(&ana, "notes.txt", b"notes").await;
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "", "files": [file]})).await;
    assert_eq!(comment.status, 201, "a file says enough: {comment:?}");
    assert_eq!(status(&vic, &format!("/messaging/files/{file}/")).await, 200);
}

pub async fn a_picture_is_made_small_and_only_pictures_are_shown(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let png = picture(1_600, 800, ImageFormat::Png);
    let answer = send(&ana, "wide.png", Uuid::now_v7(), png.clone()).await;
    assert_eq!(answer.json["picture"], json!({"width": 720, "height": 360}));
    let wide = answer.id();
    let jpeg = sent(&ana, "holiday", &picture(30, 40, ImageFormat::Jpeg)).await;
    // What its name and its beginning say is not what it is.
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let mut polyglot = picture(2, 2, ImageFormat::Png);
    polyglot.extend_from_slice(b"<html><script>alert(1)</script></html>");
    let (svg, html) = (sent(&ana, "x.svg", svg).await, sent(&ana, "x.png", b"<script>alert(1)</script>").await);
    let broken = sent(&ana, "broken.png", &png[..png.len() / 2]).await;
    let both = sent(&ana, "both.html", &polyglot).await;
    let files = json!([wide, jpeg, svg, html, broken, both]);
    ana.post(&format!("/messaging/room/{room}/send/"), json!({"content": "all", "files": files})).await;

    let whole = had(&bo, &format!("/messaging/files/{wide}/")).await;
    assert_eq!((whole.0, whole.1.as_str(), whole.3), (200, "image/png", png));
    assert!(whole.2.starts_with("inline"), "{}", whole.2);
    let small = had(&bo, &format!("/messaging/files/{wide}/small/")).await;
    let seen = image::load_from_memory(&small.3).unwrap();
    assert_eq!((small.1.as_str(), seen.width(), seen.height()), ("image/jpeg", 720, 360));
    assert_eq!(had(&bo, &format!("/messaging/files/{jpeg}/")).await.1, "image/jpeg", "told by the content");
    for file in [svg, html, broken] {
        let (_, kind, place, _) = had(&bo, &format!("/messaging/files/{file}/")).await;
        assert_eq!(kind, "application/octet-stream");
        assert!(place.starts_with("attachment"), "{place}");
        assert_eq!(status(&bo, &format!("/messaging/files/{file}/small/")).await, 404);
    }
    let answer = bo.request(Method::GET, &format!("/messaging/files/{both}/")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers()["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(answer.headers()["cache-control"], "private, no-cache");

    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains(r#"width="416" height="208""#), "its place is there before it is: {page}");
}

pub async fn a_file_is_there_once_and_comes_with_one_message(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let key = Uuid::now_v7();
    let first = send(&ana, "a.txt", key, b"a".to_vec()).await;
    let again = send(&ana, "a.txt", key, b"a".to_vec()).await;
    assert_eq!((again.status.as_u16(), &again.json), (201, &first.json));
    assert_eq!(send(&ana, "b.txt", key, b"b".to_vec()).await.status, 409, "the key was used for another file");
    assert_eq!(app.number("select count(*) from files").await, 1);
    assert_eq!(on_disk(&app).len(), 1);

    let path = format!("/messaging/room/{room}/send/");
    let said = json!({"content": "one", "files": [first.id()], "client_id": Uuid::now_v7()});
    let (message, repeated) = (ana.post(&path, said.clone()).await, ana.post(&path, said).await);
    assert_eq!((repeated.status.as_u16(), message.id()), (200, repeated.id()));
    let taken = ana.post(&path, json!({"content": "two", "files": [first.id()]})).await;
    assert_eq!((taken.status.as_u16(), taken.json["field"].as_str()), (422, Some("files")), "{taken:?}");

    let bos = sent(&bo, "b.txt", b"b").await;
    let others = ana.post(&path, json!({"content": "not mine", "files": [bos]})).await;
    assert_eq!(others.status, 422);
    let mut many = Vec::new();
    for n in 0..11 {
        many.push(sent(&ana, &format!("{n}"), b"x").await);
    }
    assert_eq!(ana.post(&path, json!({"content": "many", "files": many})).await.status, 422);
    assert_eq!(ana.post(&path, json!({"content": "", "files": []})).await.status, 422, "nothing at all");
    let given_up = ana.post(&format!("/messaging/files/{}/remove/", many[0]), json!({})).await;
    assert_eq!(given_up.status, 200);
    assert_eq!(ana.post(&path, json!({"content": "gone", "files": [many[0]]})).await.status, 422);
    assert_eq!(app.number("select count(*) from messages").await, 1);
}

pub async fn what_can_not_be_taken_leaves_nothing_behind(app: TestApp) {
    let Scene { ana, .. } = app.with_board().await;
    let large = vec![7; 10 * 1024 * 1024 + 1];
    let bomb = picture(8_000, 7_000, ImageFormat::Png);
    assert!(bomb.len() < 1_000_000, "a small file of many pixels");
    for (name, content, code) in [("empty", vec![], 422), ("large", large, 413), ("bomb.png", bomb, 422)] {
        let refused = send(&ana, name, Uuid::now_v7(), content).await;
        assert_eq!(refused.status, code, "{name}: {refused:?}");
    }
    assert_eq!(send(&app.stranger(), "x", Uuid::now_v7(), b"x".to_vec()).await.status, 401);
    let form = ana.form("/messaging/files/?name=x", &[("a", "b")]).await;
    assert_eq!(form.status, 415);

    // Half of a file, and the other side is gone.
    let address = app.url.trim_start_matches("http://");
    let mut cut = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /messaging/files/?name=cut HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\norigin: {}\r\n\
         content-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\nhalf",
        ana.cookie(),
        app.url
    );
    cut.write_all(head.as_bytes()).await.unwrap();
    eventually("it has begun", async || !on_disk(&app).is_empty()).await;
    cut.shutdown().await.unwrap();
    let mut answer = String::new();
    cut.read_to_string(&mut answer).await.unwrap();
    eventually("nothing is left of it", async || on_disk(&app).is_empty()).await;
    assert_eq!(app.number("select count(*) from files").await, 0);
}

pub async fn a_deleted_message_takes_its_files_along_and_brings_them_back(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let file = sent(&ana, "a.txt", b"a").await;
    let path = format!("/messaging/files/{file}/");
    let message =
        ana.post(&format!("/messaging/room/{room}/send/"), json!({"content": "", "files": [file]})).await.id();
    ana.post(&format!("/messaging/message/{message}/delete/"), json!({})).await;
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (404, 404));
    assert_eq!(app.number("select count(*) from files where expires_at is not null").await, 1, "to be swept");
    let restored = ana.post(&format!("/messaging/message/{message}/restore/"), json!({})).await;
    assert_eq!(restored.status, 200, "{restored:?}");
    assert_eq!((status(&ana, &path).await, status(&bo, &path).await), (200, 200));
    assert_eq!(app.number("select count(*) from files where expires_at is not null").await, 0);
}

pub async fn a_form_brings_files_without_script_once(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let post = async |path: &str, key: Uuid| {
        let part = |head: &str, content: &str| {
            format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        let body = [
            part("name=\"client_id\"", &key.to_string()),
            part("name=\"file\"; filename=\"one.txt\"", "1"),
            part("name=\"file\"; filename=\"two.txt\"", "22"),
            part("name=\"file\"; filename=\"\"", ""),
            part("name=\"content\"", "with files"),
            "--edge--\r\n".to_owned(),
        ];
        let request = ana
            .request(Method::POST, path)
            .header("accept", BROWSER)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(body.concat());
        Answer::of(request).await
    };
    let key = Uuid::now_v7();
    for _ in 0..2 {
        let answer = post(&format!("/messaging/room/{room}/send/"), key).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    assert_eq!(post(&format!("/messaging/task/{task}/comments/"), Uuid::now_v7()).await.status, 303);
    assert_eq!(app.number("select count(*) from messages").await, 2, "the same form twice is one message");
    assert_eq!(app.number("select count(*) from files where message_id is not null").await, 4);
    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    assert!(page.contains("one.txt") && page.contains("two.txt") && page.contains("2 bytes"), "{page}");
    // A program names the write in a header, before anything else.
    let body = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--edge--\r\n";
    let (path, key) = (format!("/messaging/room/{room}/send/"), Uuid::now_v7().to_string());
    let program = async |body: String| {
        let request = ana
            .request(Method::POST, &path)
            .header("content-type", "multipart/form-data; boundary=edge")
            .header("idempotency-key", &key)
            .body(body);
        Answer::of(request).await
    };
    let (first, again) = (program(body.to_owned()).await, program(body.to_owned()).await);
    assert_eq!((first.status.as_u16(), again.status.as_u16(), first.id()), (201, 200, again.id()), "{again:?}");
    let field = "--edge\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\n\r\n";
    assert_eq!(program(field.repeat(300)).await.status, 413, "no end of fields");
    let head =
        format!("--edge\r\ncontent-disposition: form-data; name=\"{}\"\r\n\r\n\r\n--edge--\r\n", "x".repeat(900_000));
    assert_eq!(program(head).await.status, 422, "nor of a field's head");
    let elsewhere = post(&format!("/messaging/room/{room}/read/"), Uuid::now_v7()).await;
    assert_eq!(elsewhere.status, 415, "only where a message is written");
}

pub async fn files_are_found_by_name_and_as_such(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let path = format!("/messaging/room/{room}/send/");
    let file = sent(&ana, "budget-2027.xlsx", b"numbers").await;
    let message = ana.post(&path, json!({"content": "", "files": [file]})).await.id();
    ana.say(room, "the budget is not a file").await;
    assert_eq!(found(&bo, "has:file").await, ["budget-2027.xlsx"]);
    assert_eq!(found(&bo, "budget has:file").await, ["[budget]-2027.xlsx"]);
    let export = async |format| bo.get(&format!("/messaging/room/{room}/export/?format={format}")).await.text;
    let address = format!("{}/messaging/files/{file}/", app.url);
    let json: serde_json::Value = serde_json::from_str(&export("json").await).unwrap();
    let exported = json!([{"name": "budget-2027.xlsx", "size": 7, "url": address}]);
    assert_eq!(json["places"][0]["messages"][0]["files"], exported);
    assert!(export("csv").await.contains(&format!(",{address}\r\n")));
    assert!(export("markdown").await.contains(&format!("[budget\\-2027\\.xlsx]({address})")));
    assert_eq!(found(&bo, "budget").await, ["the [budget] is not a file", "[budget]-2027.xlsx"]);
    ana.post(&format!("/messaging/message/{message}/edit/"), json!({"content": "For next year"})).await;
    assert_eq!(found(&bo, "budget has:file").await, ["For next year [budget]-2027.xlsx"], "an edit keeps it");
    ana.post(&format!("/messaging/message/{message}/delete/"), json!({})).await;
    assert!(found(&bo, "has:file").await.is_empty());
}

pub async fn files_stand_as_they_were_chosen_pictures_first(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let dot = picture(8, 6, ImageFormat::Png);
    let mut came = Vec::new();
    for name in ["c.txt", "b.txt", "b.png", "a.png", "a.txt"] {
        came.push(sent(&ana, name, if name.ends_with("png") { &dot } else { b"x" }).await);
    }
    let chosen: Vec<i64> = came.iter().rev().copied().collect();
    let mut bos = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    ana.post(&format!("/messaging/room/{room}/send/"), json!({"content": "", "files": chosen})).await;
    let expected = ["a.png", "b.png", "a.txt", "b.txt", "c.txt"];
    let (_, _, posted) = bos.event().await;
    let told = posted["message"]["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let page = bo.page(&format!("/messaging/room/{room}/")).await.text;
    let places: Vec<usize> = expected.iter().map(|name| page.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?} in {page}");
}
