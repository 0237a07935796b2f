//! An engine on a file of its own, whose writer can be held.

use std::{fs, pin::pin, sync::atomic::Ordering};

use futures::{future::join_all, poll};
use protocol::{Role, RoomId, SessionId, Stream};
use tempfile::TempDir;
use uuid::Uuid;

use super::super::{Limits, Writer};
use crate::{
    Actor, Engine, Result, Settings, Signup, boards,
    db::{self, Db, Tx, accounts::NewUser, sql},
    messages::{self, NewMessage, Posted},
    rooms::{self, NewRoom},
    write::Write,
};

/// An engine on a file of its own.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) folder: TempDir,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(super) async fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = open(&folder, limits).await.unwrap();
        Self { engine, folder }
    }

    pub(super) fn writer(&self) -> &Writer {
        match self.engine.db() {
            Db::Sqlite(sqlite) => &sqlite.writer,
            Db::Postgres(_) => panic!("this is about SQLite"),
        }
    }

    /// Commits up to now, with that of the write that was answered last: it is counted after its answer.
    pub(super) async fn commits(&self) -> u64 {
        drop(self.writer().shared.turn.acquire().await);
        self.writer().shared.commits.load(Ordering::Relaxed)
    }

    /// What these ask for, while nothing is written: all of it waits in the queue, and then comes at once.
    pub(super) async fn together<T>(&self, asked: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
        let turn = self.writer().shared.turn.clone();
        let held = turn.acquire().await.unwrap();
        let mut all = pin!(join_all(asked));
        assert!(poll!(&mut all).is_pending(), "nothing is answered before it is written");
        drop(held);
        let done = all.await;
        // Until the writer is through with them.
        drop(turn.acquire().await);
        done
    }

    pub(super) async fn names(&self) -> Vec<String> {
        let rows: Vec<(String,)> =
            sql!(all &mut self.engine.db().read().await.unwrap(), "select name from meta order by name").unwrap();
        rows.into_iter().map(|(name,)| name).filter(|name| name != "epoch" && name != "vapid").collect()
    }

    /// Writes a row of this name.
    pub(super) async fn name(&self, name: &'static str) -> Result<()> {
        self.engine.write(move |w| Box::pin(async move { insert(&mut w.tx, name, "").await })).await
    }

    pub(super) fn wal(&self) -> u64 {
        fs::metadata(self.folder.path().join("boardwalk.db-wal")).map_or(0, |file| file.len())
    }
}

pub(super) async fn open(folder: &TempDir, limits: Limits) -> anyhow::Result<Engine> {
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        database_url: None,
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
    let db = Db::sqlite(db::File::within(folder.path())?, limits).await?;
    Engine::on(db, settings).await
}

pub(super) async fn insert(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    sql!(run tx, "insert into meta (name, value) values ($1, $2)", name, value).map(drop)
}

/// Somebody on a board with an open room, and somebody who is on no board.
pub(super) struct Scene {
    pub(super) ana: Actor,
    pub(super) bo: Actor,
    pub(super) eve: Actor,
    pub(super) room: RoomId,
}

pub(super) async fn scene(engine: &Engine) -> Scene {
    async fn person(w: &mut Write, name: &str) -> Result<Actor> {
        let new = NewUser {
            username: name.to_owned(),
            display_name: name.to_owned(),
            email: String::new(),
            password: String::new(),
            admin: false,
        };
        let me = crate::accounts::enrol(w, new).await?;
        Ok(Actor { me, session: SessionId(0) })
    }
    let made = engine.write(|w| {
        Box::pin(async move {
            let (ana, bo, eve) = (person(w, "ana").await?, person(w, "bo").await?, person(w, "eve").await?);
            let board = boards::found(w, ana.id(), "Board", protocol::Template::Plain).await?.board.id;
            db::boards::add_member(&mut w.tx, board, bo.id(), Role::Member).await?;
            let new = NewRoom { name: "room".to_owned(), topic: String::new(), private: false, members: Vec::new() };
            let room = rooms::found(w, &ana, board, new).await?.id;
            Ok(Scene { ana, bo, eve, room })
        })
    });
    made.await.unwrap()
}

pub(super) fn say(actor: &Actor, room: RoomId, key: Uuid, text: &str) -> (Actor, NewMessage) {
    (
        actor.clone(),
        NewMessage {
            place: Stream::Room(room),
            key,
            content: text.to_owned(),
            parent: None,
            quote: None,
            confirmed: false,
            files: Vec::new(),
        },
    )
}

pub(super) async fn post(engine: &Engine, (actor, new): (Actor, NewMessage)) -> Result<Posted> {
    messages::post(engine, &actor, new).await
}
