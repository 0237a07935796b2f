//! Which board a page shows: many pages read a board's stream that do not show it.

use protocol::{BoardId, Stream};

use crate::hub::State;

/// Is a page that shows this board, or none, told who is in a place whose stream it reads?
pub(in crate::hub) fn hears(at: Option<BoardId>, stream: Stream) -> bool {
    match stream {
        Stream::Room(_) | Stream::Task(_) => true,
        Stream::Board(board) => at == Some(board),
        Stream::User(_) | Stream::Thread(_) => false,
    }
}

impl State {
    /// The page of a connection shows another board now, or none: it is there once it reads that.
    pub(in crate::hub) fn turn(&mut self, id: u64, board: Option<BoardId>) {
        let Some(reader) = self.readers.get_mut(&id).filter(|reader| reader.close.is_none()) else { return };
        let before = std::mem::replace(&mut reader.at, board);
        if before == board {
            return;
        }
        let stream = board.map(Stream::Board);
        let read = stream.filter(|stream| reader.cursors.get(stream).is_some_and(|read| read.seq.is_some()));
        if let Some(board) = before {
            self.depart(id, Stream::Board(board));
        }
        if let Some(stream) = read {
            self.arrive(id, stream);
        }
    }
}
