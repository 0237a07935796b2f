//! What the page's socket says to us.

use engine::{live, reads};
use protocol::{ClientFrame, Error, ServerFrame};

use super::session::{Close, Session};

/// Streams that one page opens, rooms that it watches, at most.
const OPEN: usize = 256;

pub(super) async fn hear(session: &Session, text: &str) -> Result<(), Close> {
    let Session { state, actor, connection, .. } = session;
    let frame = match serde_json::from_str(text) {
        Ok(frame) => frame,
        Err(_) => {
            refuse(session, Error::invalid("type", "This is no frame of the protocol."));
            return Ok(());
        }
    };
    let done = match frame {
        ClientFrame::Hello { cursors } => {
            for cursor in cursors.into_iter().take(OPEN) {
                session.subscribe(cursor).await?;
            }
            Ok(())
        }
        ClientFrame::Subscribe(cursor) => return session.subscribe(cursor).await,
        ClientFrame::Unsubscribe { stream } => {
            connection.unsubscribe(stream);
            Ok(())
        }
        ClientFrame::Watch { mut rooms } => {
            rooms.truncate(OPEN);
            live::watch(&state.engine, actor, connection, &rooms).await
        }
        ClientFrame::At { board } => {
            connection.at(board);
            Ok(())
        }
        ClientFrame::Typing { stream, writing, on } => {
            live::typing(&state.engine, actor, connection, stream, writing, on).await
        }
        ClientFrame::Seen { stream, n } => reads::seen(&state.engine, actor, stream, n).await,
        ClientFrame::Active => {
            connection.active();
            Ok(())
        }
        ClientFrame::Ping => {
            connection.note(ServerFrame::Pong);
            Ok(())
        }
        ClientFrame::Unknown => Ok(()),
    };
    if let Err(error) = done {
        refuse(session, error);
    }
    Ok(())
}

fn refuse(session: &Session, error: Error) {
    session.connection.note(ServerFrame::Error(error.body()));
}
