//! A real server for one test, and people who use it.

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc};

use engine::{Settings, Signup, outside::Pace};
use foundations::{postgres::new_database, s3::Bucket};
use reqwest::{
    Client, Method, RequestBuilder, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
    redirect::Policy,
};
use serde_json::{Value, json};
use server::{Server, config::Config, patience::Patience};
use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// What a browser accepts.
pub const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// Everybody's password.
pub const PASSWORD: &str = "a long enough phrase";

/// A running server with its own folder and database.
pub struct TestApp {
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// The product behind it.
    pub engine: engine::Engine,
    database_url: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    /// Where its files are, if not in its folder.
    pub bucket: Option<Bucket>,
    folder: TempDir,
}

impl TestApp {
    pub async fn on_sqlite() -> Self {
        Self::start(|_| {}).await
    }

    pub async fn on_postgres() -> Self {
        let url = new_database().await.unwrap();
        Self::start(move |config| config.settings.database_url = Some(url)).await
    }

    /// On SQLite, with its files in a bucket.
    pub async fn on_a_bucket() -> Self {
        let bucket = Bucket::start().await.unwrap();
        let place = engine::files::Place { url: bucket.url(), options: bucket.options() };
        let mut app = Self::start(|config| config.settings.bucket = Some(place)).await;
        app.bucket = Some(bucket);
        app
    }

    /// On SQLite, with other settings than usual.
    pub async fn start(set: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        fs::create_dir_all(site.join("pkg")).unwrap();
        for (name, content) in [
            (
                "manifest.json",
                r#"{"js": "/pkg/b.0123.js", "wasm": "/pkg/b.0123.wasm", "css": "/pkg/b.0123.css",
                    "parts": {"door": ["/pkg/door.bin"], "board": ["/pkg/board.bin"],
                    "task": ["/pkg/shared.bin", "/pkg/task.bin"]}}"#,
            ),
            ("pkg/b.0123.js", "export default 1;"),
            ("pkg/b.0123.wasm", "not really"),
            ("pkg/b.0123.css", "body { color: red }"),
            ("pkg/b.0123.css.br", "brotli, as far as the server knows"),
            ("favicon.ico", "an icon"),
        ] {
            fs::write(site.join(name), content).unwrap();
        }
        let mut config = Config {
            settings: Settings {
                data_dir: folder.path().join("data"),
                database_url: None,
                redis_url: None,
                event_retention_days: 30,
                signup: Signup::Open,
                rate_limits: false,
                public_url: None,
                outside: Pace::trial(),
                push_anywhere: true,
                bucket: None,
                mail: None,
            },
            public_url: None,
            trusted_proxies: Default::default(),
            dev: false,
            patience: Patience::default(),
            memory_limit: None,
            site_dir: site,
        };
        set(&mut config);
        let database_url = config.settings.database_url.clone();
        let server = Server::open(config).await.unwrap();
        let engine = server.engine().clone();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(listener, async { drop(stopped.await) }));
        Self { url, engine, database_url, stop: Some(stop), running: Some(running), bucket: None, folder }
    }

    /// A node on a database, with a Redis or without.
    pub async fn node(database: &str, redis: Option<&str>) -> Self {
        let (database, redis) = (database.to_owned(), redis.map(str::to_owned));
        Self::start(move |config| {
            config.settings.database_url = Some(database);
            config.settings.redis_url = redis;
        })
        .await
    }

    /// Where its data is.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Is its database PostgreSQL?
    pub fn is_postgres(&self) -> bool {
        self.database_url.is_some()
    }

    /// The one number that a query of its database gives.
    pub async fn number(&self, query: &'static str) -> i64 {
        match &self.database_url {
            Some(url) => {
                let mut database = PgConnection::connect(url).await.unwrap();
                sqlx::query_scalar(query).fetch_one(&mut database).await.unwrap()
            }
            None => {
                let file = self.data_dir().join("boardwalk.db");
                let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
                sqlx::query_scalar(query).fetch_one(&mut database).await.unwrap()
            }
        }
    }

    /// Changes the database behind the program's back.
    pub async fn run(&self, statement: &'static str) {
        match &self.database_url {
            Some(url) => {
                let mut database = PgConnection::connect(url).await.unwrap();
                sqlx::query(statement).execute(&mut database).await.unwrap();
            }
            None => {
                let file = self.data_dir().join("boardwalk.db");
                let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
                sqlx::query(statement).execute(&mut database).await.unwrap();
            }
        }
    }

    /// Stops it as SIGTERM would, and waits for the end.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.unwrap();
        }
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person {
        let cookies = Arc::new(reqwest::cookie::Jar::default());
        let client = Client::builder().cookie_provider(cookies.clone()).redirect(Policy::none()).build().unwrap();
        Person { url: self.url.clone(), client, cookies, name: String::new(), id: 0 }
    }

    /// Somebody who has just signed up.
    pub async fn with_user(&self, name: &str) -> Person {
        let mut person = self.stranger();
        let welcome = person.post("/accounts/signup/", json!({"username": name, "password": PASSWORD})).await;
        assert_eq!(welcome.status, 201, "{welcome:?}");
        person.name = name.to_owned();
        person.id = welcome.json["id"].as_i64().unwrap();
        person
    }

    /// A board of Ana's with Bo on it as a member and Vic as a viewer, a room, a task, and Eve, who
    /// is on no board of theirs.
    pub async fn with_board(&self) -> Scene {
        let (ana, bo) = (self.with_user("ana").await, self.with_user("bo").await);
        let (vic, eve) = (self.with_user("vic").await, self.with_user("eve").await);
        let board = ana.post("/boards/", json!({"name": "Website"})).await.id();
        for (name, role) in [("bo", "member"), ("vic", "viewer")] {
            let members = format!("/boards/{board}/members/");
            let added = ana.post(&members, json!({"username": name, "role": role})).await;
            assert_eq!(added.status, 201, "{added:?}");
        }
        let rooms = format!("/messaging/board/{board}/rooms/create/");
        let room = ana.post(&rooms, json!({"name": "general"})).await.id();
        let secret = ana.post(&rooms, json!({"name": "secret", "private": true})).await.id();
        let task = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Ship it"})).await.id();
        Scene { ana, bo, vic, eve, board, room, secret, task }
    }
}

/// People, and the ids of what they share.
pub struct Scene {
    pub ana: Person,
    pub bo: Person,
    pub vic: Person,
    pub eve: Person,
    pub board: i64,
    pub room: i64,
    /// A private room of Ana's alone.
    pub secret: i64,
    pub task: i64,
}

/// Somebody with a browser, or a program.
#[derive(Clone)]
pub struct Person {
    url: String,
    client: Client,
    cookies: Arc<reqwest::cookie::Jar>,
    pub name: String,
    pub id: i64,
}

impl Person {
    /// The same browser, at another node.
    pub fn at(&self, app: &TestApp) -> Self {
        Self { url: app.url.clone(), ..self.clone() }
    }

    /// The start of a request.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// GET as a program that wants JSON.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).header(ACCEPT, "application/json")).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// Posts a message to a room; gives its id.
    pub async fn say(&self, room: i64, text: &str) -> i64 {
        let sent = self.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        sent.id()
    }

    /// GET as a browser.
    pub async fn page(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).header(ACCEPT, BROWSER)).await
    }

    /// POST of a form, as a browser does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.url.clone();
        Answer::of(form(self.request(Method::POST, path), fields).header(ACCEPT, BROWSER).header("origin", origin))
            .await
    }

    /// The header `Cookie` that goes with the next request; empty where there is none.
    pub fn cookie(&self) -> String {
        use reqwest::cookie::CookieStore;
        let url: Url = self.url.parse().unwrap();
        self.cookies.cookies(&url).map(|cookie| cookie.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Takes a cookie, as from `Set-Cookie`.
    pub fn take_cookie(&self, cookie: &str) {
        self.cookies.add_cookie_str(cookie, &self.url.parse().unwrap());
    }
}

/// A request with a form in its body.
pub fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let url = Url::parse_with_params("http://unused/", fields).unwrap();
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(url.query().unwrap_or_default().to_owned())
}

/// The address of a server function that reads, called with these arguments.
pub fn function(name: &str, arguments: Value) -> String {
    let url = Url::parse_with_params("http://unused/", [("arguments", arguments.to_string())]).unwrap();
    format!("/api/{name}?{}", url.query().unwrap_or_default())
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// Null where it isn't JSON.
    pub json: Value,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The id of what was made.
    pub fn id(&self) -> i64 {
        self.json["id"].as_i64().unwrap_or_else(|| panic!("no id in {self:?}"))
    }

    /// The code of an error.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}
