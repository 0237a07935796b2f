//! One thread of sockets: writes what its mailbox has, beats, and looks after those that end.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    future::poll_fn,
    ops::Range,
    rc::Rc,
    time::Instant,
};

use bytes::Bytes;
use engine::{Dialect, Drained, Mailbox, Parcel};
use metrics::{Counter, Gauge, counter, gauge};
use protocol::ServerFrame;
use tokio::{
    net::TcpStream,
    runtime::{Handle, Runtime},
    sync::{mpsc, watch},
    task::{LocalSet, spawn_local},
    time::{MissedTickBehavior, interval},
};

use super::{
    classic,
    connected::{Socket, Wrote},
    session::{Close, Job},
    threads::Newcomer,
};
use crate::patience::Patience;

/// Bytes read from a socket at once; the buffer is the thread's.
const READ: usize = 16 * 1024;
/// Places of the wheel, which turns once in a heartbeat: by one in 250 ms.
const PLACES: u32 = 100;
/// Each socket is looked at so often in one turn of the wheel: every 5 s.
pub(super) const LOOKS: u32 = 5;

/// What the sockets of a thread share.
pub(super) struct Thread {
    pub(super) mailbox: Mailbox,
    pub(super) main: Handle,
    patience: Patience,
    pub(super) buffer: RefCell<Box<[u8]>>,
    sockets: RefCell<HashMap<u64, Rc<Socket>>>,
    wheel: RefCell<Wheel>,
    /// Sockets that have sent a close.
    ending: RefCell<HashSet<u64>>,
    drained: RefCell<Drained>,
    made: RefCell<Made>,
    counts: Counts,
}

struct Wheel {
    places: Vec<Vec<u64>>,
    at: u32,
    /// Where the next newcomer goes.
    next: u32,
}

/// Several frames in one piece, kept for the next socket that gets the same.
#[derive(Default)]
struct Made {
    bytes: Vec<u8>,
    of: Option<(Range<usize>, Dialect)>,
}

struct Counts {
    sockets: Gauge,
    deliveries: Counter,
    writes: Counter,
    bytes: Counter,
    resumes: Counter,
    slow: Counter,
}

impl Counts {
    fn new() -> Self {
        Self {
            sockets: gauge!("boardwalk_sockets"),
            deliveries: counter!("boardwalk_deliveries_total"),
            writes: counter!("boardwalk_socket_writes_total"),
            bytes: counter!("boardwalk_socket_bytes_total"),
            resumes: counter!("boardwalk_socket_resumes_total"),
            slow: counter!("boardwalk_socket_slow_closes_total"),
        }
    }
}

/// Runs a thread until it is told to stop.
pub(super) fn run(
    runtime: &Runtime,
    mailbox: Mailbox,
    newcomers: mpsc::Receiver<Newcomer>,
    main: Handle,
    patience: Patience,
    stopped: watch::Receiver<bool>,
) {
    // What a connection leaves behind when the thread ends belongs to the other runtime.
    let _entered = main.enter();
    let thread = Rc::new(Thread {
        mailbox,
        main: main.clone(),
        patience,
        buffer: RefCell::new(vec![0; READ].into()),
        sockets: RefCell::default(),
        wheel: RefCell::new(Wheel { places: vec![Vec::new(); PLACES as usize], at: 0, next: 0 }),
        ending: RefCell::default(),
        drained: RefCell::default(),
        made: RefCell::default(),
        counts: Counts::new(),
    });
    let local = LocalSet::new();
    local.block_on(runtime, thread.clone().serve(newcomers, stopped));
    let _runtime = runtime.enter();
    drop(local);
}

impl Thread {
    async fn serve(self: Rc<Self>, mut newcomers: mpsc::Receiver<Newcomer>, mut stopped: watch::Receiver<bool>) {
        let mut ticks = interval(self.patience.heartbeat / PLACES);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.mailbox.rung() => self.deliver(false),
                newcomer = newcomers.recv() => match newcomer {
                    Some(newcomer) => self.seat(newcomer),
                    None => return,
                },
                _ = ticks.tick() => self.tick(),
                _ = stopped.wait_for(|stopped| *stopped) => return,
            }
        }
    }

    fn seat(self: &Rc<Self>, newcomer: Newcomer) {
        let Newcomer { stream, early, session } = newcomer;
        let stream = match TcpStream::from_std(stream) {
            Ok(stream) => stream,
            Err(error) => return tracing::debug!(%error, "a socket ended at once"),
        };
        let socket = Rc::new(Socket::new(stream, early, session));
        let id = socket.id;
        self.sockets.borrow_mut().insert(id, socket.clone());
        {
            let mut wheel = self.wheel.borrow_mut();
            let next = wheel.next;
            // Neighbours in time are far apart on the wheel.
            wheel.next = (next + 37) % PLACES;
            wheel.places[next as usize].push(id);
        }
        self.counts.sockets.increment(1);
        let seat = Seat { thread: self.clone(), id };
        spawn_local(async move {
            let seat = seat;
            poll_fn(|task| socket.poll(&seat.thread, task)).await;
        });
        self.mailbox.let_go(id);
    }

    /// Writes everything that is new, to each socket in one go.
    fn deliver(&self, rooms: bool) {
        let mut drained = self.drained.borrow_mut();
        self.mailbox.drain(rooms, &mut drained);
        self.made.borrow_mut().of = None;
        let mut stuck = Vec::new();
        let (mut deliveries, mut writes, mut bytes) = (0, 0, 0);
        for parcel in &drained.parcels {
            let Some(socket) = self.sockets.borrow().get(&parcel.id).cloned() else { continue };
            if let Some(code) = parcel.close {
                self.close(&socket, code);
                continue;
            }
            match self.write(&socket, &drained, parcel) {
                Ok((frames, size, wrote)) => {
                    deliveries += frames as u64;
                    writes += u64::from(size > 0);
                    bytes += size as u64;
                    if wrote == Wrote::Stuck {
                        stuck.push(parcel.id);
                    }
                }
                Err(Close(code)) => self.close(&socket, code),
            }
            for stream in &parcel.behind {
                self.counts.resumes.increment(1);
                socket.session.push(Job::CatchUp(*stream), &self.main);
            }
        }
        self.mailbox.hold(&stuck);
        // What was said is not held on to until something else is said.
        drained.frames.clear();
        self.counts.deliveries.increment(deliveries);
        self.counts.writes.increment(writes);
        self.counts.bytes.increment(bytes);
    }

    /// Writes one parcel; gives how many frames and bytes it was.
    fn write(&self, socket: &Socket, drained: &Drained, parcel: &Parcel) -> Result<(usize, usize, Wrote), Close> {
        let dialect = socket.dialect;
        let alone = parcel.notes.is_empty() && parcel.whispers.is_empty();
        if let ([frame], true) = (&drained.frames[parcel.frames.clone()], alone) {
            let Some(wire) = frame.wire(dialect) else { return Ok((0, 0, Wrote::All)) };
            return Ok((1, wire.len(), socket.write(wire, |written| wire.slice(written..))));
        }
        let made = &mut *self.made.borrow_mut();
        let same = (parcel.frames.clone(), dialect);
        if !(alone && made.of.as_ref() == Some(&same)) {
            made.bytes.clear();
            made.of = alone.then_some(same);
            for frame in &drained.frames[parcel.frames.clone()] {
                made.bytes.extend_from_slice(frame.wire(dialect).map_or(&[][..], |wire| wire));
            }
            for note in &drained.notes[parcel.notes.clone()] {
                if let Some(wire) = note_for(dialect, note)? {
                    made.bytes.extend_from_slice(&wire);
                }
            }
            for frame in &drained.frames[parcel.whispers.clone()] {
                made.bytes.extend_from_slice(frame.wire(dialect).map_or(&[][..], |wire| wire));
            }
        }
        if made.bytes.is_empty() {
            return Ok((0, 0, Wrote::All));
        }
        let frames = parcel.frames.len() + parcel.notes.len() + parcel.whispers.len();
        let bytes = &made.bytes;
        Ok((frames, bytes.len(), socket.write(bytes, |written| Bytes::copy_from_slice(&bytes[written..]))))
    }

    fn close(&self, socket: &Socket, code: u16) {
        if code == protocol::close::RESUME {
            self.counts.slow.increment(1);
        }
        socket.close(code);
        self.ends(socket.id);
    }

    /// A socket has sent a close: it is looked at soon.
    pub(super) fn ends(&self, id: u64) {
        self.ending.borrow_mut().insert(id);
    }

    /// The wheel turns by one place.
    fn tick(&self) {
        self.deliver(true);
        let now = Instant::now();
        let sockets = self.sockets.borrow();
        let mut wheel = self.wheel.borrow_mut();
        let at = wheel.at;
        wheel.at = (at + 1) % PLACES;
        let mut stuck = Vec::new();
        for look in 0..LOOKS {
            let place = &mut wheel.places[((at + look * PLACES / LOOKS) % PLACES) as usize];
            place.retain(|id| {
                let Some(socket) = sockets.get(id) else { return false };
                if socket.look(now, &self.patience) {
                    self.counts.slow.increment(1);
                } else if look == 0 && self.beat(socket) == Wrote::Stuck {
                    stuck.push(*id);
                }
                true
            });
        }
        self.ending.borrow_mut().retain(|id| sockets.get(id).is_some_and(|socket| !socket.look(now, &self.patience)));
        drop(sockets);
        self.mailbox.hold(&stuck);
    }

    fn beat(&self, socket: &Socket) -> Wrote {
        let heads = match socket.dialect {
            Dialect::Typed => {
                note_for(Dialect::Typed, &ServerFrame::Heads { heads: socket.session.connection.heads() })
            }
            Dialect::Classic => Ok(None),
        };
        self.counts.writes.increment(1);
        socket.beat(heads.ok().flatten().as_deref().unwrap_or_default())
    }
}

/// What is said to one socket alone, as its dialect has it.
fn note_for(dialect: Dialect, note: &ServerFrame) -> Result<Option<Bytes>, Close> {
    let text = match dialect {
        Dialect::Typed => match serde_json::to_vec(note) {
            Ok(text) => Some(text.into()),
            Err(error) => {
                tracing::error!(%error, "a frame has no JSON form");
                return Err(Close(protocol::close::RESUME));
            }
        },
        Dialect::Classic => classic::note(note)?,
    };
    Ok(text.map(|text: Bytes| engine::text(&text)))
}

/// A socket's place on its thread; dropped, however its task ends, it is free.
struct Seat {
    thread: Rc<Thread>,
    id: u64,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.thread.sockets.borrow_mut().remove(&self.id);
        self.thread.counts.sockets.decrement(1);
    }
}
