//! Reads what a page shows: a room, a task, a board, an inbox.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use protocol::{
    Cursor, Message, Stream,
    page::{BoardPage, History, Inbox, PageQuery, RoomPage, TaskPage},
};
use reqwest::{StatusCode, Url, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Shared, http, lock};
use crate::history::{Entry, Item, Snapshot, of_card, of_row, unread_rows};

/// What a page shows, and the number of its stream that this is at.
pub(super) struct Page {
    pub(super) cursor: Cursor,
    /// The messages or comments, by number.
    pub(super) items: BTreeMap<i64, Item>,
    /// What else, by name.
    pub(super) things: BTreeMap<String, String>,
}

/// A page as it was answered.
struct Answered {
    cursor: Cursor,
    history: History,
    /// The number of the newest message, where the page says it.
    n: Option<i64>,
    things: BTreeMap<String, String>,
}

/// The older page that was not asked for.
type Older = Option<History>;

const NOTHING: History = History { rows: Vec::new(), older: false, newer: false, refs: None };

impl Shared {
    /// Reads the page of a stream; the history has the read. None where it may not be read.
    pub(super) async fn fetch(&self, stream: Stream) -> Result<Option<Page>> {
        let read = self.recorder.number();
        self.recorder.note(Entry::Asked { client: self.id, read, stream });
        let answered = match stream {
            Stream::Room(room) => self.page(PageQuery::Room { room, before: None, at: None }).await?.map(
                |(page, _): (RoomPage, Older)| Answered {
                    cursor: page.cursor,
                    history: page.history,
                    n: Some(page.n),
                    things: BTreeMap::new(),
                },
            ),
            Stream::Task(task) => self.page(PageQuery::Task { task, before: None, at: None, refs: None }).await?.map(
                |(page, _): (TaskPage, Older)| Answered {
                    cursor: page.cursor,
                    history: page.history,
                    n: None,
                    things: BTreeMap::new(),
                },
            ),
            Stream::Board(board) => self.page(PageQuery::Board { board }).await?.map(|page: BoardPage| Answered {
                cursor: page.cursor,
                history: NOTHING,
                n: None,
                things: page.cards.iter().flat_map(of_card).collect(),
            }),
            Stream::Thread(_) => bail!("a thread has no stream of its own"),
            Stream::User(_) => match self.page(PageQuery::Inbox { before: None }).await? {
                Some(Inbox { rows, unread, next, cursor }) => {
                    ensure!(next.is_none(), "an inbox of more than one page");
                    let rows = rows.iter().map(|row| of_row(&row.notification));
                    let things = rows.chain([unread_rows(unread)]).collect();
                    Some(Answered { cursor, history: NOTHING, n: None, things })
                }
                None => None,
            },
        };
        let Some(Answered { cursor, history, n, things }) = answered else { return Ok(None) };
        let first: Vec<Item> = items(&history).map(Item::from).collect();
        let n = n.or(first.last().map(|item| item.n)).unwrap_or_default();
        let snapshot = Snapshot { seq: cursor.seq, n, items: first.clone() };
        self.recorder.note(Entry::Read { client: self.id, read, stream, snapshot });
        let mut all: BTreeMap<i64, Item> = first.into_iter().map(|item| (item.n, item)).collect();
        let mut older = history.older;
        while let (true, Some(first)) = (older, all.values().next()) {
            let arguments = json!({ "place": stream, "before": first.id });
            let history: Option<History> = self.call("older_messages", arguments).await?;
            let history = history.context("older messages of what is read are hidden")?;
            all.extend(items(&history).map(|message| (message.n, Item::from(message))));
            older = history.older && !history.rows.is_empty();
        }
        Ok(Some(Page { cursor, items: all, things }))
    }

    async fn page<T: DeserializeOwned>(&self, page: PageQuery) -> Result<Option<T>> {
        self.call("load_page", json!({ "page": page })).await
    }

    /// Calls a server function that reads; none for 404 and 401.
    async fn call<T: DeserializeOwned>(&self, function: &str, arguments: Value) -> Result<Option<T>> {
        let base = lock(&self.base).0.clone();
        let url = Url::parse_with_params(&format!("{base}/api/{function}"), [("arguments", arguments.to_string())])?;
        let request = http().get(url).header(header::COOKIE, &self.account.cookie);
        let response = request.header(header::ACCEPT, "application/json").send().await?;
        let (status, body) = (response.status(), response.text().await?);
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED) {
            return Ok(None);
        }
        ensure!(status == StatusCode::OK, "{status} for {function}: {body}");
        Ok(Some(serde_json::from_str(&body).context(body)?))
    }
}

fn items(history: &History) -> impl Iterator<Item = &Message> {
    history.rows.iter().map(|row| &row.message)
}
