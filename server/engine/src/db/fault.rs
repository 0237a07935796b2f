//! What a failed query means to the caller.

use std::cell::Cell;

use protocol::Error;
use sqlx::{postgres::PgDatabaseError, sqlite::SqliteError};

thread_local! {
    /// Whether a query awaited on this thread found the SQLite file damaged. The writer has a thread
    /// to itself, and so learns it of its own queries, whatever a use case makes of the error.
    static DAMAGE: Cell<bool> = const { Cell::new(false) };
}

/// Was the file found to be damaged, by a query awaited on this thread, since this was last asked?
pub(crate) fn take_damage() -> bool {
    DAMAGE.take()
}

/// What a failed query means to the caller; the cause is logged here, in the span of its request.
pub(crate) fn fault(cause: sqlx::Error) -> Error {
    let passing = passes(&cause);
    if is_damage(&cause) {
        DAMAGE.set(true);
    }
    tracing::error!(error = %cause, passing, "the database failed");
    if passing { Error::Unavailable } else { Error::Internal { request_id: String::new() } }
}

/// May the same thing succeed later, once the database or its disk is well again?
fn passes(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        // A connection that was cut in the middle of a word, or while it was being made.
        sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => match (sqlite_code(cause), error.try_downcast_ref::<PgDatabaseError>()) {
            // Read-only, an error of the disk, full, busy, locked (https://www.sqlite.org/rescode.html).
            (Some(code), _) => matches!(code, 5 | 6 | 8 | 10 | 13),
            // Connection, serialisation and deadlock, resources and disk, shutting down or cancelled,
            // lock not available, read-only (a standby), idle for too long in a transaction.
            (_, Some(error)) => {
                let code = error.code();
                matches!(code.get(..2), Some("08" | "40" | "53" | "57")) || matches!(code, "55P03" | "25006" | "25P03")
            }
            (None, None) => false,
        },
        _ => false,
    }
}

/// Is the SQLite file itself damaged, or no database at all?
fn is_damage(cause: &sqlx::Error) -> bool {
    matches!(sqlite_code(cause), Some(11 | 26))
}

/// The primary result code of SQLite.
fn sqlite_code(cause: &sqlx::Error) -> Option<i32> {
    let error = cause.as_database_error()?.try_downcast_ref::<SqliteError>()?;
    let code: i32 = sqlx::error::DatabaseError::code(error)?.parse().ok()?;
    Some(code & 0xff)
}
