//! For whoever runs it: health, metrics, files, the end.

use std::time::{Duration, Instant};

use reqwest::Method;
use server::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    app::{Answer, TestApp},
    nodes::eventually,
};

on_both_databases!(it_says_that_it_is_alive_and_ready);

async fn it_says_that_it_is_alive_and_ready(app: TestApp) {
    let stranger = app.stranger();
    assert_eq!(stranger.get("/healthz").await.status, 200);
    assert_eq!(stranger.get("/readyz").await.status, 200);
    app.engine.close().await;
    assert_eq!(stranger.get("/healthz").await.status, 200, "the process is alive");
    assert_eq!(stranger.get("/readyz").await.status, 503, "its database is away");
}

#[tokio::test]
async fn metrics_count_by_route_and_tell_nothing_of_people() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    ana.page("/messaging/room/4711/?before=4712").await;
    let metrics = ana.get("/metrics").await;
    assert!(metrics.text.contains(r#"route="/messaging/room/{id}/""#), "{}", metrics.text);
    assert!(metrics.text.contains("boardwalk_http_request_duration_seconds_bucket"), "{}", metrics.text);
    for name in ["boardwalk_http_requests_total", "boardwalk_sockets", "boardwalk_posts_total"] {
        assert!(metrics.text.contains(&format!("# TYPE {name} ")), "{name} is in {}", metrics.text);
    }
    assert!(!metrics.text.contains("4711") && !metrics.text.contains("4712"), "{}", metrics.text);
}

#[tokio::test]
async fn files_with_a_hash_are_kept_for_ever() {
    let app = TestApp::on_sqlite().await;
    let stranger = app.stranger();
    let script = stranger.page("/pkg/b.0123.js").await;
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(
        (script.header("content-type"), script.text.as_str()),
        ("text/javascript; charset=utf-8", "export default 1;")
    );
    assert_eq!(stranger.page("/pkg/b.0123.wasm").await.header("content-type"), "application/wasm");

    let request = stranger.request(Method::GET, "/pkg/b.0123.css").header("accept-encoding", "gzip, br");
    let style = Answer::of(request).await;
    assert_eq!((style.header("content-encoding"), style.header("vary")), ("br", "accept-encoding"));
    assert!(style.text.starts_with("brotli"));
    let plain = stranger.page("/pkg/b.0123.css").await;
    assert_eq!((plain.header("content-encoding"), plain.text.as_str()), ("", "body { color: red }"));
    assert_eq!(stranger.page("/favicon.ico").await.text, "an icon");
}

#[tokio::test]
async fn a_page_asks_ahead_for_its_part_of_the_client() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let ahead = |page: &str| {
        let links = page.split("<link rel=\"preload\" href=\"").skip(1);
        links.filter_map(|link| Some(link.split_once('"')?.0.to_owned())).collect::<Vec<_>>()
    };
    for (path, parts) in [
        ("/accounts/login/?next=/boards/1/", &["/pkg/door.bin"][..]),
        ("/boards/1/", &["/pkg/board.bin"]),
        ("/boards/1/tasks/1/", &["/pkg/board.bin", "/pkg/shared.bin", "/pkg/task.bin"]),
        ("/messaging/", &[]),
    ] {
        let who = if path.starts_with("/accounts/login") { app.stranger() } else { ana.clone() };
        let page = who.page(path).await;
        assert_eq!(ahead(&page.text), [&["/pkg/b.0123.wasm"], parts].concat(), "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_where_that_is_accepted() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let request = ana.request(Method::GET, "/accounts/").header("accept", "text/html").header("accept-encoding", "br");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "br");
}

#[tokio::test]
async fn without_a_site_it_says_so_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = server::config::Config {
        settings: engine::Settings {
            data_dir: folder.path().into(),
            database_url: None,
            redis_url: None,
            event_retention_days: 30,
            signup: engine::Signup::Open,
            rate_limits: true,
            public_url: None,
            outside: Default::default(),
            push_anywhere: false,
            bucket: None,
            mail: None,
        },
        public_url: None,
        trusted_proxies: Default::default(),
        dev: false,
        patience: Default::default(),
        memory_limit: None,
        site_dir: folder.path().join("nothing"),
    };
    let error = Server::open(config).await.err().unwrap().to_string();
    assert!(error.contains("the site isn't built") && error.contains("cargo xtask serve"), "{error}");
}

#[tokio::test]
async fn it_stops_within_five_seconds_even_with_a_request_that_never_ends() {
    let mut app = TestApp::on_sqlite().await;
    let mut stuck = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head =
        "POST /accounts/login/ HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    stuck.write_all(head.as_bytes()).await.unwrap();
    let started = Instant::now();
    app.stop().await;
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
}

#[tokio::test]
async fn it_answers_what_it_has_begun_and_then_takes_nothing_new() {
    let mut app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let address = app.url.strip_prefix("http://").unwrap().to_owned();
    let body = r#"{"name": "Last one"}"#;
    let head = format!(
        "POST /boards/ HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\nconnection: close\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\ncookie: {}\r\n\r\n",
        body.len(),
        ana.cookie()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    let rest = async {
        eventually("nothing new is taken", async || TcpStream::connect(&address).await.is_err()).await;
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let ((), answer) = tokio::join!(app.stop(), rest);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[tokio::test]
async fn slow_headers_are_cut() {
    let app = TestApp::on_sqlite().await;
    let mut slow = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
    let mut rest = Vec::new();
    let ended = timeout(Duration::from_secs(20), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "still open after 20 s");
}

#[tokio::test]
async fn only_for_developers_do_pages_load_again_by_themselves() {
    let app = TestApp::start(|config| config.dev = true).await;
    let page = app.stranger().page("/accounts/login/").await;
    assert!(page.text.contains("/dev/started"), "{}", page.text);
    let mut told = app.stranger().request(Method::GET, "/dev/started").send().await.unwrap();
    assert_eq!(told.headers()["content-type"], "text/event-stream");
    let first = told.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: "), "which start it is comes at once: {first:?}");

    let plain = TestApp::on_sqlite().await;
    assert!(!plain.stranger().page("/accounts/login/").await.text.contains("/dev/started"));
    assert_eq!(plain.stranger().get("/dev/started").await.status, 404);
}
