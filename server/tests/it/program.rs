//! Commands of the program, given beside a server that runs.

use std::process::Command;

use serde_json::json;

use crate::{
    app::{PASSWORD, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    deactivation_by_the_command_line_ends_open_sockets_of_a_running_server,
    a_new_epoch_makes_every_client_start_afresh,
    the_last_admin_cannot_be_deactivated,
);

/// Runs the program beside the server, on the same data; gives what it says and whether it succeeded.
async fn program(app: &TestApp, command: &[&str]) -> (String, bool) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_boardwalk"));
    program.args(command).arg("--data-dir").arg(app.data_dir()).env_remove("DATABASE_URL");
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
