//! One audited run: people, rooms, the nodes they use, and the check at the end.

use std::{path::Path, time::Duration};

use anyhow::{Result, bail};
use foundations::postgres::Cluster;
use protocol::{BoardId, Stream, UserId};
use tempfile::TempDir;

use crate::{
    audit,
    check::check,
    client::{Account, Client},
    history::{Database, Entry, History, Recorder},
    node::Node,
};

/// Violations that are shown, at most.
const SHOWN: usize = 10;

/// Where a client goes.
#[derive(Clone, Debug)]
pub struct Home {
    /// With its requests.
    pub base: String,
    /// With its socket: the same, or a proxy before it.
    pub socket: String,
}

/// A board with an open and a private room and a task, and people who have all of it open.
pub struct Run {
    /// The log that all clients write.
    pub recorder: Recorder,
    /// The people; the first owns the board and the rooms.
    pub clients: Vec<Client>,
    /// The board.
    pub board: BoardId,
    /// Open to everybody on the board.
    pub room: Stream,
    /// Everybody is in it until they are removed.
    pub private: Stream,
    /// On the board.
    pub task: Stream,
    /// See [`History::faithful`].
    pub faithful: bool,
    /// See [`History::grace`].
    pub grace: Duration,
}

impl Run {
    /// So many people on the node at `base`.
    ///
    /// # Errors
    /// The node does not answer as it must.
    pub async fn alone(base: &str, people: usize) -> Result<Self> {
        Self::begin(&[Home { base: base.to_owned(), socket: base.to_owned() }], people).await
    }

    /// As [`Run::alone`], the people at home on these in turn.
    ///
    /// # Errors
    /// A node does not answer as it must.
    pub async fn begin(homes: &[Home], people: usize) -> Result<Self> {
        let base = homes[0].base.as_str();
        let recorder = Recorder::default();
        let mut accounts = Vec::new();
        for n in 0..people {
            accounts.push(Account::sign_up(base, &format!("person{n}")).await?);
        }
        let board = accounts[0].make_board(base, &accounts[1..]).await?;
        let users: Vec<i64> = accounts.iter().map(|account| account.user).collect();
        let room = accounts[0].make_room(base, board, "general", None).await?;
        let private = accounts[0].make_room(base, board, "secret", Some(&users)).await?;
        let task = accounts[0].make_task(base, board, "Ship it").await?;
        let mut clients = Vec::new();
        for (id, account) in accounts.into_iter().enumerate() {
            let Home { base, socket } = &homes[id % homes.len()];
            let client = Client::start(id, account, base, socket, &recorder);
            for stream in [room, private, task, Stream::Board(board), Stream::User(UserId(client.account.user))] {
                client.open(stream).await?;
            }
            clients.push(client);
        }
        Ok(Self { recorder, clients, board, room, private, task, faithful: true, grace: Duration::ZERO })
    }

    /// Waits until every client has everything that is in the database, and checks all that happened.
    ///
    /// # Errors
    /// A client does not get there, or a guarantee did not hold.
    pub async fn end_on_sqlite(&self, file: &Path) -> Result<History> {
        self.settle(&audit::sqlite(file).await?).await?;
        checked(self.history(audit::sqlite(file).await?))
    }

    /// As [`Run::end_on_sqlite`].
    ///
    /// # Errors
    /// As there.
    pub async fn end_on_postgres(&self, cluster: &Cluster) -> Result<History> {
        self.settle(&audit::postgres(&cluster.url()).await?).await?;
        checked(self.history(audit::postgres(&cluster.url()).await?))
    }

    /// Waits until every client has everything that is in the database.
    ///
    /// # Errors
    /// One does not get there.
    pub async fn settle(&self, database: &Database) -> Result<()> {
        for client in &self.clients {
            for end in client.ends() {
                let head = database.get(&end.stream).map_or(0, |stored| stored.head);
                client.caught_up(end.stream, head).await?;
            }
        }
        Ok(())
    }

    /// What happened so far, with this as the database.
    pub fn history(&self, database: Database) -> History {
        History {
            users: self.clients.iter().map(|client| client.account.user).collect(),
            entries: self.recorder.take(),
            database,
            ends: self.clients.iter().flat_map(Client::ends).collect(),
            faithful: self.faithful,
            grace: self.grace,
        }
    }

    /// Writes that were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.recorder.count(|entry| matches!(entry, Entry::Acknowledged { .. }))
    }

    /// Connections of a client that have ended so far, tries included.
    pub fn ended(&self, client: usize) -> usize {
        self.recorder.count(|entry| matches!(entry, Entry::Ended { client: whose, .. } if *whose == client))
    }
}

fn checked(history: History) -> Result<History> {
    let violations = check(&history);
    if !violations.is_empty() {
        let shown: Vec<String> = violations.iter().take(SHOWN).map(ToString::to_string).collect();
        bail!("{} violations:\n{}", violations.len(), shown.join("\n"));
    }
    Ok(history)
}

/// A node on SQLite in a folder that goes with it.
pub struct Alone {
    /// The node.
    pub node: Node,
    /// Its folder.
    pub folder: TempDir,
}

impl Alone {
    /// Starts it.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { node: Node::on_sqlite(folder.path()).await?, folder })
    }
}
