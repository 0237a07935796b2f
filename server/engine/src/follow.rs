//! Follows what was committed elsewhere: by other nodes, and by other processes on the same
//! database. What the bus brings is taken up at once; what it doesn't is read from the database.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Weak,
    time::Duration,
};

use protocol::{RoomId, StoredEvent, Stream, UserId};
use tokio::{
    sync::watch::Receiver,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use crate::{
    Engine, Inner, Result,
    bus::{Ears, Heard, Link, Said},
    db,
    live::REPLAY,
    revocation::Revoked,
    write::internal,
};

/// How often revocations are read, and with the bus away the heads of streams too.
const EVERY: Duration = Duration::from_millis(250);
/// How often the heads of streams are read while the bus, or being alone, makes it a precaution.
const HEADS_EVERY: Duration = Duration::from_secs(2);
/// The wait after the database has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Revocations read at once.
const REVOCATIONS: i64 = 1_000;
/// Streams whose heads are read by one query: half of what the databases allow.
const NAMES: usize = 16_384;
/// Streams whose missing events are read in one snapshot.
const STREAMS: usize = 64;

/// Hears the other nodes until the engine is closed or gone.
pub(crate) async fn listen(engine: Weak<Inner>, mut ears: Ears, mut stopped: Receiver<bool>) {
    loop {
        let heard = tokio::select! {
            heard = ears.next() => heard,
            _ = stopped.changed() => None,
        };
        let Some((heard, engine)) = heard.zip(engine.upgrade().map(Engine)) else { return ears.close().await };
        match heard {
            Heard::Said(_, Said::Committed { revoked, events }) => {
                engine.revoke(revoked);
                engine.publish(events);
            }
            Heard::Said(_, Said::Who) => engine.say_who_is_here(),
            Heard::Said(node, said) => engine.hub().hear(node, said),
            Heard::Connected => {
                tracing::info!("Redis is there");
                engine.bus().say(Said::Who);
                engine.say_who_is_here();
                engine.look_again();
            }
            Heard::Lost => engine.look_again(),
        }
    }
}

/// Reads what others have committed until the engine is closed or gone.
pub(crate) async fn follow(engine: Weak<Inner>, mut stopped: Receiver<bool>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heads_read = Instant::now();
    let mut told = HashMap::new();
    let mut link = Link::None;
    loop {
        let Some(strong) = engine.upgrade().map(Engine) else { return };
        tokio::select! {
            _ = ticks.tick() => {}
            () = strong.progress().lack.notified() => {}
            _ = stopped.changed() => return,
        }
        note_link(&mut link, strong.bus().link());
        let precaution = link == Link::Up || strong.db().is_sqlite();
        let whole =
            heads_read.elapsed() >= if precaution { HEADS_EVERY } else { EVERY } || strong.progress().take_suspicion();
        if whole {
            heads_read = Instant::now();
        }
        let told = whole.then_some(&mut told);
        if let Err(error) = look(&strong, told).await {
            tracing::warn!(%error, "can't follow what others commit; trying again");
            drop(strong);
            tokio::select! {
                () = sleep(AFTER_FAILURE) => {}
                _ = stopped.changed() => return,
            }
        }
    }
}

fn note_link(before: &mut Link, now: Link) {
    if *before != now {
        metrics::gauge!("boardwalk_bus_connected").set(if now == Link::Up { 1.0 } else { 0.0 });
        match now {
            Link::Away => tracing::warn!("Redis is away: following the other nodes by the database"),
            Link::Up => tracing::info!("the other nodes hear"),
            Link::None => {}
        }
        *before = now;
    }
}

/// What one look into the database found; all of one moment, so that whatever was revoked before an
/// event is known with it.
struct Found {
    revoked: Vec<Revoked>,
    revoked_head: i64,
    events: Vec<StoredEvent>,
    newest: Vec<(RoomId, i64, Option<UserId>)>,
}

/// Reads revocations, what rings are known to lack, and with `told` the heads of all streams that
/// are read here.
async fn look(engine: &Engine, told: Option<&mut HashMap<RoomId, i64>>) -> Result<()> {
    let mut lacking = engine.progress().take_lacking();
    let (served, watched) = match &told {
        Some(_) => (engine.hub().served(), engine.hub().watched()),
        None => Default::default(),
    };
    let upto = engine.progress().revoked_upto();
    let found = read(engine, upto, &mut lacking, served, watched, told).await;
    let Found { revoked, revoked_head, events, newest } = match found {
        Ok(found) => found,
        Err(error) => {
            // It is lacking still.
            lacking.into_iter().for_each(|(stream, after)| engine.progress().lacks(stream, after));
            return Err(error);
        }
    };
    // Those of a day ago are forgotten: who was away for longer can't know them.
    let first = revoked.first().map_or(revoked_head + 1, |revoked| revoked.seq);
    if first > upto + 1 {
        engine.revoke_unknown(first - 1);
    }
    engine.revoke(revoked);
    if !events.is_empty() {
        metrics::counter!("boardwalk_bus_filled_total").increment(events.len() as u64);
    }
    engine.publish(events);
    for (room, n, author) in newest {
        engine.hub().tell_newest(room, n, author);
    }
    Ok(())
}

async fn read(
    engine: &Engine,
    upto: i64,
    lacking: &mut BTreeMap<Stream, i64>,
    served: Vec<(Stream, i64)>,
    watched: Vec<RoomId>,
    told: Option<&mut HashMap<RoomId, i64>>,
) -> Result<Found> {
    let mut tx = engine.db().read().await?;
    let mut revoked = Vec::new();
    loop {
        let after = revoked.last().map_or(upto, |revoked: &Revoked| revoked.seq);
        let some = db::revocations::after(&mut tx, after, REVOCATIONS).await?;
        let all = (some.len() as i64) < REVOCATIONS;
        revoked.extend(some);
        if all {
            break;
        }
    }
    let revoked_head = if revoked.is_empty() { db::revocations::head(&mut tx).await? } else { upto };
    let mut newest = Vec::new();
    if let Some(told) = told {
        let rooms = watched.iter().map(|room| Stream::Room(*room));
        let heads = heads(&mut tx, served.iter().map(|(stream, _)| *stream).chain(rooms)).await?;
        for (stream, known) in served {
            if heads.get(&stream).is_some_and(|(seq, _)| *seq > known) {
                lacking.entry(stream).and_modify(|after| *after = known.min(*after)).or_insert(known);
            }
        }
        let before = std::mem::take(told);
        for room in watched {
            let Some((_, n)) = heads.get(&Stream::Room(room)) else { continue };
            told.insert(room, *n);
            if before.get(&room).is_some_and(|before| before < n) {
                newest.push((room, *n, db::messages::author_of(&mut tx, Stream::Room(room), *n).await?));
            }
        }
    }
    let mut events = Vec::new();
    for (stream, after) in lacking.iter().take(STREAMS) {
        events.extend(db::events::after(&mut tx, *stream, *after, REPLAY).await?);
    }
    for (stream, after) in lacking.iter().skip(STREAMS) {
        engine.progress().lacks(*stream, *after);
    }
    Ok(Found { revoked, revoked_head, events, newest })
}

/// The newest event and message of each stream, by one query for so many of them.
async fn heads(tx: &mut db::Tx, streams: impl Iterator<Item = Stream>) -> Result<HashMap<Stream, (i64, i64)>> {
    let mut names: Vec<String> = streams.map(|stream| stream.to_string()).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    names.sort_unstable();
    names.dedup();
    // Of few lengths, so that few texts are prepared.
    let last = names[names.len() - 1].clone();
    names.resize(names.len().next_power_of_two(), last);
    let mut found = HashMap::new();
    for names in names.chunks(NAMES) {
        for (name, seq, n) in db::events::heads(tx, names).await? {
            found.insert(name.parse().map_err(internal)?, (seq, n));
        }
    }
    Ok(found)
}
