//! The connections that read an SQLite file, kept where they are used.
//!
//! The driver works on a thread for each connection. Woken from core to core a statement costs
//! 111 µs, on one core 12 µs: so each thread that is kept on a core has connections of its own,
//! whose threads are on that core too.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection, Database, Sqlite};
use sqlx_core::transaction::TransactionManager;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::File;
use crate::cores;

/// Connections of a place at most, …
const EACH: usize = 3;
/// … and how long a request waits for one of them.
const WITHIN: Duration = Duration::from_secs(10);
/// A connection is asked so often whether it is there.
const CHECKED_EVERY: Duration = Duration::from_secs(1);

/// All of them.
pub(crate) struct Readers {
    file: File,
    /// For threads that may be anywhere.
    anywhere: Arc<Place<Sqlite>>,
    /// For the threads of each core.
    cores: Vec<Arc<Place<Sqlite>>>,
    closed: AtomicBool,
}

struct Place<DB: Database> {
    idle: Mutex<Vec<Kept<DB>>>,
    free: Arc<Semaphore>,
}

struct Kept<DB: Database> {
    connection: Box<DB::Connection>,
    checked: Instant,
}

/// A connection for as long as it is needed: dropped, it is rolled back and rests.
pub(crate) struct Reader<DB: Database> {
    /// There until it is dropped.
    kept: Option<Kept<DB>>,
    begun: bool,
    place: Arc<Place<DB>>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    /// Opens the first.
    pub(crate) async fn open(file: File) -> sqlx::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let place = || Arc::new(Place { idle: Mutex::default(), free: Arc::new(Semaphore::new(EACH)) });
        let cores = (0..cores).map(|_| place()).collect();
        let readers = Self { file, anywhere: place(), cores, closed: AtomicBool::new(false) };
        drop(readers.one().await?);
        Ok(readers)
    }

    /// A snapshot.
    pub(crate) async fn begin(&self) -> sqlx::Result<Reader<Sqlite>> {
        let mut reader = self.one().await?;
        // Who stops waiting for this leaves nothing open: the driver sees to that.
        <Sqlite as Database>::TransactionManager::begin(&mut reader, None).await?;
        reader.begun = true;
        Ok(reader)
    }

    /// For statements that are each a snapshot of their own.
    pub(crate) async fn one(&self) -> sqlx::Result<Reader<Sqlite>> {
        let place = cores::current().and_then(|core| self.cores.get(core)).unwrap_or(&self.anywhere);
        let permit = timeout(WITHIN, place.free.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        if self.closed.load(Ordering::Acquire) {
            return Err(sqlx::Error::PoolClosed);
        }
        let rested = place.idle().pop();
        let kept = match rested {
            Some(kept) if kept.checked.elapsed() < CHECKED_EVERY => kept,
            Some(mut kept) => match kept.connection.ping().await {
                Ok(()) => Kept { checked: Instant::now(), ..kept },
                Err(_) => self.another().await?,
            },
            None => self.another().await?,
        };
        Ok(Reader { kept: Some(kept), begun: false, place: place.clone(), _permit: permit })
    }

    async fn another(&self) -> sqlx::Result<Kept<Sqlite>> {
        Ok(Kept { connection: self.file.reading().await?, checked: Instant::now() })
    }

    /// Lets nobody have one any more, waits for those that are in use, and closes all.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for place in self.cores.iter().chain([&self.anywhere]) {
            // All are there once all permits are.
            let _all = timeout(WITHIN, place.free.acquire_many(EACH as u32)).await;
            place.free.close();
            let idle = std::mem::take(&mut *place.idle());
            for kept in idle {
                if let Err(error) = kept.connection.close().await {
                    tracing::warn!(%error, "can't close the database");
                }
            }
        }
    }
}

impl<DB: Database> Place<DB> {
    fn idle(&self) -> MutexGuard<'_, Vec<Kept<DB>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: Database> Deref for Reader<DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match &self.kept {
            Some(kept) => &kept.connection,
            None => unreachable!("a reader has its connection until it is dropped"),
        }
    }
}

impl<DB: Database> DerefMut for Reader<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match &mut self.kept {
            Some(kept) => &mut kept.connection,
            None => unreachable!("a reader has its connection until it is dropped"),
        }
    }
}

impl<DB: Database> Drop for Reader<DB> {
    fn drop(&mut self) {
        let Some(mut kept) = self.kept.take() else { return };
        if self.begun {
            // Said at once, and done before whatever is asked next.
            DB::TransactionManager::start_rollback(&mut kept.connection);
        }
        self.place.idle().push(kept);
    }
}
