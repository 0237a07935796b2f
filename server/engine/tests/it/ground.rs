//! An engine with a database of its own, and people on a board.

use engine::{
    Actor, Engine, Result, Settings, Signup,
    accounts::{self, NewAccount, Visit},
    boards, members,
    messages::{self, NewMessage, Posted},
    rooms::{self, NewRoom},
};
use foundations::postgres::new_database;
use protocol::{BoardId, Role, RoomId, Stream};
use tempfile::TempDir;
use uuid::Uuid;

pub struct Ground {
    pub engine: Engine,
    _folder: TempDir,
}

/// Ana's board with Bo and the viewer Vic, and an open room of Ana's; Eve is on no board of theirs.
pub struct Scene {
    pub ana: Actor,
    pub bo: Actor,
    pub vic: Actor,
    pub eve: Actor,
    pub board: BoardId,
    pub room: RoomId,
}

impl Ground {
    pub async fn on_sqlite() -> Self {
        Self::on(None).await
    }

    pub async fn on_postgres() -> Self {
        Self::on(Some(new_database().await.unwrap())).await
    }

    pub async fn on(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data_dir: folder.path().to_owned(),
            database_url,
            signup: Signup::Open,
            rate_limits: false,
            public_url: None,
            outside: Default::default(),
            push_anywhere: false,
            bucket: None,
            mail: None,
            redis_url: None,
            event_retention_days: 30,
        };
        Self { engine: Engine::open(settings).await.unwrap(), _folder: folder }
    }

    async fn person(&self, name: &str) -> Actor {
        let new = NewAccount {
            username: name.to_owned(),
            password: "a long enough phrase".to_owned(),
            ..NewAccount::default()
        };
        let token = accounts::sign_up(&self.engine, new, Visit::default()).await.unwrap().token;
        accounts::actor(&self.engine, &token).await.unwrap().unwrap()
    }

    pub async fn scene(&self) -> Scene {
        let (ana, bo) = (self.person("ana").await, self.person("bo").await);
        let (vic, eve) = (self.person("vic").await, self.person("eve").await);
        let engine = &self.engine;
        let board =
            boards::create(engine, &ana, Uuid::now_v7(), "Board", protocol::Template::Plain).await.unwrap().board.id;
        for (name, role) in [("bo", Role::Member), ("vic", Role::Viewer)] {
            members::add(engine, &ana, Uuid::now_v7(), board, name, role).await.unwrap();
        }
        let new = NewRoom { name: "room".to_owned(), topic: String::new(), private: false, members: Vec::new() };
        let room = rooms::create(engine, &ana, Uuid::now_v7(), board, new).await.unwrap().id;
        Scene { ana, bo, vic, eve, board, room }
    }

    /// Says something in a room.
    pub async fn say(&self, actor: &Actor, room: RoomId, key: Uuid, text: &str) -> Result<Posted> {
        let new = NewMessage {
            place: Stream::Room(room),
            key,
            content: text.to_owned(),
            parent: None,
            quote: None,
            confirmed: false,
            files: Vec::new(),
        };
        messages::post(&self.engine, actor, new).await
    }

    /// What the room holds: numbers and texts, oldest first.
    pub async fn said(&self, actor: &Actor, room: RoomId) -> Vec<(i64, String)> {
        let zone = engine::Zone::named("UTC");
        let page = rooms::page(&self.engine, actor, room, None, zone).await.unwrap();
        page.history.rows.into_iter().map(|row| (row.message.n, row.message.source)).collect()
    }
}
