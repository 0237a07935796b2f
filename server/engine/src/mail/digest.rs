//! What is mailed of an inbox: what is unread, was not mailed before, and may still be read and heard of.

use std::collections::HashMap;

use protocol::{BoardId, Hearing, MailDeed, Mailing, Notification, NotificationId, Reason, RoomId, Stream, limits};
use sha2::{Digest as _, Sha256};

use super::{
    Sender,
    letter::{self, Block, Letter},
};
use crate::{
    Result, accounts,
    db::{self, Tx, mail as rows},
    notifications, reminders,
};

/// Overdue tasks that a mail names; of more there is only the number.
const OVERDUE: i64 = 10;

/// A mail, and the rows of the inbox that count as mailed with it.
pub(super) struct Composed {
    /// None where nothing of them is to be told.
    pub(super) letter: Option<Letter>,
    /// The rows, each with its newest source.
    pub(super) seen: Vec<(NotificationId, i64)>,
}

/// Puts a mail together from what is true at this moment.
pub(super) async fn compose(tx: &mut Tx, sender: &Sender, to: &rows::Digest) -> Result<Composed> {
    let unmailed = rows::unmailed(tx, to.user_id, to.from_id, limits::MAIL_ROWS).await?;
    let seen: Vec<_> = unmailed.iter().map(|found| (found.row.id, found.last)).collect();
    let found = notifications::shown(tx, unmailed.into_iter().map(|found| found.row).collect()).await?;
    let told = told(tx, to, found).await?;
    if told.is_empty() {
        return Ok(Composed { letter: None, seen });
    }
    let unread = db::notifications::unread(tx, to.user_id).await?;
    let rest = unread - told.len() as i64;
    let boards = names(tx, &told).await?;
    let about_time = told.iter().any(|(_, row)| matches!((row.stream, row.reason), (Stream::User(_), Reason::Due)));
    let overdue = if about_time { reminders::overdue_tasks(tx, to.user_id, OVERDUE).await? } else { Vec::new() };
    let letter = letter(sender, to, &told, &boards, overdue, rest, id(to, &seen));
    Ok(Composed { letter: Some(letter), seen })
}

/// A row with the board that it is of; what is one's own is of none.
type Told = (Option<BoardId>, Notification);

/// Of these rows those whose places may be read, and heard of.
async fn told(tx: &mut Tx, to: &rows::Digest, found: Vec<Notification>) -> Result<Vec<Told>> {
    let places: Vec<Stream> = found.iter().map(|row| row.stream).collect();
    let readable = rows::readable(tx, to.user_id, &places).await?;
    let places: Vec<(BoardId, Option<RoomId>)> = readable.values().copied().collect();
    let hearings = rows::hearings(tx, to.user_id, &places).await?;
    let hearings: HashMap<_, Hearing> = places.into_iter().zip(hearings).collect();
    let told = |row: Notification| {
        if matches!(row.stream, Stream::User(_)) {
            return Some((None, row));
        }
        let place = readable.get(&row.stream)?;
        let heard = hearings.get(place).is_some_and(|hearing| hearing.lets(row.reason));
        heard.then_some((Some(place.0), row))
    };
    Ok(found.into_iter().filter_map(told).collect())
}

/// The boards of rows, in the order of the newest row of each, with their names.
async fn names(tx: &mut Tx, told: &[Told]) -> Result<Vec<(Option<BoardId>, String)>> {
    let mut order: Vec<Option<BoardId>> = Vec::new();
    for (board, _) in told {
        if !order.contains(board) {
            order.push(*board);
        }
    }
    let ids: Vec<i64> = order.iter().flatten().map(|board| board.0).collect();
    let names: HashMap<i64, String> = db::notifications::board_names(tx, &ids).await?.into_iter().collect();
    let name = |board: Option<BoardId>| match board {
        Some(board) => names.get(&board.0).cloned().unwrap_or_default(),
        None => "Yours".to_owned(),
    };
    Ok(order.into_iter().map(|board| (board, name(board))).collect())
}

/// The same for the same rows with the same newest sources: a mail that comes twice is known by it.
fn id(to: &rows::Digest, seen: &[(NotificationId, i64)]) -> String {
    let mut hash = Sha256::new().chain_update(to.token.as_bytes());
    for (row, last) in seen {
        hash.update(row.0.to_be_bytes());
        hash.update(last.to_be_bytes());
    }
    format!("digest.{}", accounts::hex(&hash.finalize()[..16]))
}

fn letter(
    sender: &Sender,
    to: &rows::Digest,
    told: &[Told],
    boards: &[(Option<BoardId>, String)],
    overdue: Vec<(String, String, String)>,
    rest: i64,
    id: String,
) -> Letter {
    let subject = match told {
        [(_, only)] => only.sentence(),
        [(_, newest), ..] => format!("{} and {} more", newest.sentence(), told.len() - 1),
        [] => String::new(),
    };
    let mut blocks = Vec::new();
    for (board, name) in boards {
        blocks.push(Block::Heading(name.clone()));
        let of_board = told.iter().filter(|(of, _)| of == board);
        blocks.extend(of_board.map(|(_, row)| Block::Item {
            what: row.sentence(),
            excerpt: row.excerpt.clone(),
            more: (row.count > 1).then(|| format!("and {} more there", row.count - 1)),
            url: format!("{}{}", sender.origin, row.url),
        }));
    }
    if !overdue.is_empty() {
        blocks.push(Block::Heading("Overdue".to_owned()));
        blocks.extend(overdue.into_iter().map(|(what, excerpt, url)| Block::Item {
            what,
            excerpt,
            more: None,
            url: format!("{}{url}", sender.origin),
        }));
    }
    if rest > 0 {
        blocks.push(Block::Words(format!("{rest} more unread in your inbox.")));
    }
    blocks.push(Block::Button("Open the inbox".to_owned(), format!("{}/messaging/notifications/", sender.origin)));
    let often = match to.mail {
        Mailing::Daily => "once a day",
        Mailing::Hourly | Mailing::Never => "as it gathers",
    };
    let stop = sender.link(MailDeed::Stop, &to.token);
    blocks.push(Block::Small(
        format!("You get this since you asked for mail {often}."),
        Some(("Change that".to_owned(), format!("{}/accounts/", sender.origin))),
    ));
    blocks.push(Block::Small("No more of it?".to_owned(), Some(("Stop these mails".to_owned(), stop.clone()))));
    Letter {
        name: to.name.clone(),
        address: to.address.clone(),
        id,
        plain: letter::plain(&blocks),
        html: letter::html(&subject, &blocks),
        subject,
        stop: Some(stop),
    }
}
