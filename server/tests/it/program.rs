//! Commands of the program, given beside a server that runs.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    app::{PASSWORD, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    deactivation_by_the_command_line_ends_open_sockets_of_a_running_server,
    a_new_epoch_makes_every_client_start_afresh,
    the_last_admin_cannot_be_deactivated,
    seed_takes_its_flags_and_refuses_in_words,
);

/// Runs the program beside the server, on the same data; gives what it says and whether it succeeded.
async fn program(app: &TestApp, command: &[&str]) -> (String, bool) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_boardwalk"));
    program.args(command).arg("--data-dir").arg(app.data_dir()).env_remove("DATABASE_URL").env("RUST_BACKTRACE", "1");
    if let Some(url) = &app.engine.settings().database_url {
        program.args(["--database-url", url]);
    }
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.success())
}

async fn deactivation_by_the_command_line_ends_open_sockets_of_a_running_server(app: TestApp) {
    let Scene { bo, room: id, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{id}"), 0)]).await;
    let (said, done) = program(&app, &["deactivate", "bo"]).await;
    assert!(done, "{said}");
    assert_eq!(socket.closed().await, 4001);
    let door = json!({"username": "bo", "password": PASSWORD});
    assert_eq!(app.stranger().post("/accounts/login/", door.clone()).await.status, 401);
    assert_eq!(bo.get("/messaging/notifications/count/").await.status, 401);
    assert!(program(&app, &["deactivate", "bo"]).await.1, "again changes nothing");
    assert!(program(&app, &["reactivate", "bo"]).await.1);
    assert_eq!(app.stranger().post("/accounts/login/", door).await.status, 200);
    let (said, done) = program(&app, &["deactivate", "nobody"]).await;
    assert!(!done && said.contains("nobody here is called nobody"), "{said}");
}

async fn the_last_admin_cannot_be_deactivated(app: TestApp) {
    let Scene { ana, .. } = app.with_board().await;
    let (said, done) = program(&app, &["deactivate", "ana"]).await;
    assert!(!done && said.contains("last admin"), "{said}");
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
    let made = program(&app, &["create-admin", "--username", "root", "--password", PASSWORD]).await;
    assert!(made.1, "{made:?}");
    assert!(program(&app, &["deactivate", "ana"]).await.1, "there is another now");
}

async fn a_new_epoch_makes_every_client_start_afresh(app: TestApp) {
    let Scene { ana, room: id, .. } = app.with_board().await;
    let room = format!("room:{id}");
    ana.say(id, "of the old history").await;
    let mut socket = Socket::live(&app, &ana, &[(&room, 0)]).await;
    let before = app.engine.epoch();
    let (said, done) = program(&app, &["new-epoch"]).await;
    assert!(done, "{said}");
    assert_eq!(socket.closed().await, 4002);
    let mut socket = Socket::open(&app, &ana, "/ws?v=1").await;
    assert_ne!(socket.of_type("ready").await["epoch"], before);
    socket.say(json!({"type": "hello", "cursors": [{"stream": room, "epoch": before, "seq": 0}]})).await;
    assert_eq!(socket.of_type("reset").await["stream"], room);
    Socket::live(&app, &ana, &[(&room, 0)]).await.event().await;
}

async fn seed_takes_its_flags_and_refuses_in_words(app: TestApp) {
    let how = "seed --users 3 --rooms 2 --tasks 4 --messages 11 --prefix load --password correct-horse-9";
    let seed: Vec<&str> = how.split(' ').collect();
    let (said, done) = program(&app, &seed).await;
    assert!(done && said.contains("Board 1 is filled."), "{said}");
    let messages = "select 10 * count(*) + count(distinct stream) from messages";
    for (query, expected) in [
        ("select count(*) from users", 3),
        ("select count(*) from rooms", 2),
        ("select count(*) from tasks", 4),
        (messages, 112),
    ] {
        assert_eq!(app.number(query).await, expected, "{query}");
    }
    let owner = app.stranger();
    let door = json!({"username": "load0", "password": "correct-horse-9"});
    assert_eq!(owner.post("/accounts/login/", door).await.status, 200);
    assert_eq!(owner.post("/boards/1/rename/", json!({"name": "Mine"})).await.status, 200);
    let (said, done) = program(&app, &seed).await;
    assert!(!done && said.trim() == "Error: There is a user load0 already.", "no trace of the program: {said}");
}

#[tokio::test]
async fn its_help_names_every_command_flag_and_variable() {
    let help = |command: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_boardwalk")).args(command).arg("--help").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&[]);
    assert!(all.starts_with("Boards, tasks and the conversation around them, in one program"), "{all}");
    for command in ["serve", "migrate", "create-admin", "deactivate", "reactivate", "new-epoch", "seed", "seed-demo"] {
        assert!(all.contains(&format!("\n  {command} ")), "{command} in {all}");
        assert!(help(&[command]).contains("--data-dir"), "{command}");
    }
    let serve = help(&["serve"]);
    for variable in [
        "BIND",
        "DATA_DIR",
        "DATABASE_URL",
        "REDIS_URL",
        "EVENT_RETENTION_DAYS",
        "PUBLIC_URL",
        "TRUSTED_PROXIES",
        "MEMORY_LIMIT",
        "SIGNUP",
        "RATE_LIMITS",
    ] {
        let flag = format!("--{}", variable.to_lowercase().replace('_', "-"));
        assert!(serve.contains(&flag) && serve.contains(&format!("[env: {variable}")), "{variable} in {serve}");
    }
    let seed = help(&["seed"]);
    for flag in ["--users", "--rooms", "--tasks", "--messages", "--prefix", "--password"] {
        assert!(seed.contains(flag), "{flag} in {seed}");
    }
}

/// A server of its own on a fresh SQLite database beside `app`'s, and its address. `told` sets it up further.
fn start(app: &TestApp, told: impl FnOnce(&mut Command) -> &mut Command) -> (Child, String) {
    let folder = app.data_dir();
    let folder = folder.parent().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_boardwalk"));
    command
        .args(["serve", "--bind", "127.0.0.1:0", "--data-dir"])
        .arg(folder.join("other"))
        .env("SITE_DIR", folder.join("site"))
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped());
    let mut server = told(&mut command).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("Boardwalk is on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    (server, url)
}

fn terminate(server: &Child) {
    assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
}

#[tokio::test]
async fn it_prints_its_address_and_sigterm_ends_it_in_good_order() {
    let app = TestApp::on_sqlite().await;
    let (mut server, url) = start(&app, |command| command);
    assert_eq!(reqwest::get(format!("{url}/readyz")).await.unwrap().status(), 200);
    let told = Instant::now();
    terminate(&server);
    let ended = tokio::task::spawn_blocking(move || server.wait().unwrap()).await.unwrap();
    assert!(ended.success(), "{ended}");
    // 5 s by the contract, and as much again for a machine that is busy.
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
}

#[tokio::test]
async fn every_line_of_its_log_is_json_and_has_the_requests_id() {
    let app = TestApp::on_sqlite().await;
    let (server, url) = start(&app, |command| command.env_remove("RUST_LOG").stderr(Stdio::piped()));
    let answer = reqwest::get(format!("{url}/accounts/login/?next=/boards/7/secret")).await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    terminate(&server);
    let output = tokio::task::spawn_blocking(move || server.wait_with_output().unwrap()).await.unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["target"].is_string(), "{line}");
    }
    let answered: Vec<&Value> = lines.iter().filter(|line| line["span"]["id"] == id.as_str()).collect();
    let [answered] = answered[..] else { panic!("one line of {id} in {log}") };
    assert_eq!([&answered["method"], &answered["path"]], ["GET", "/accounts/login/"]);
    assert_eq!((&answered["status"], &answered["message"]), (&json!(200), &json!("answered")));
    assert!(answered["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{answered}");
    assert!(!log.contains("secret"), "what stands behind the question mark is not for the log: {log}");
}
