//! What the sidebar shows, and how events change it.

use protocol::{
    Board, Count, Ephemeral, Event, Level, Me, MyBoard, Room, RoomEntry, RoomId, StoredEvent, Stream, UserId,
    page::{Nav, NavBoard},
    text::fold,
};

/// Who is signed in, their boards, their inbox's count, and the current board with its rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidebar {
    /// Who is signed in.
    pub me: Option<Me>,
    /// Their boards, by name.
    pub boards: Vec<MyBoard>,
    /// Rows of the inbox not read.
    pub unread: i64,
    /// The board the page is on, or was on last.
    pub board: Option<NavBoard>,
    /// The place whose drafts were changed last, and how often any were.
    pub drafted: Option<(Stream, u32)>,
    /// The room or board of which this person last chose what to hear, and what; is it muted?
    pub leveled: Option<(Stream, Option<Level>, bool)>,
    /// The task or thread that this person last watched, or watches no longer.
    pub watched: Option<(Stream, bool)>,
}

impl Sidebar {
    /// Takes a snapshot. On a page of no board the last one stays.
    pub fn fill(&mut self, nav: Nav) {
        self.me = Some(nav.me);
        self.boards = nav.boards;
        self.unread = nav.unread;
        self.board = nav.board.or(self.board.take());
    }

    /// Applies an event of `user:me`, of the current board, or of an open room.
    pub fn apply(&mut self, stored: &StoredEvent) {
        match &stored.event {
            Event::Notified { unread, .. } | Event::NotificationsChanged { unread } => self.unread = *unread,
            Event::ReadUpTo { place, n, unread } => {
                self.unread = *unread;
                self.read_up_to(*place, *n);
            }
            Event::MarkedUnread { place, n, unread } => {
                self.unread = *unread;
                self.unread_above(*place, *n);
            }
            Event::DraftChanged { place, .. } => {
                self.drafted = Some((*place, self.drafted.map_or(0, |(_, times)| times + 1)));
            }
            Event::LevelChanged { place, level, muted } => {
                self.leveled = Some((*place, *level, *muted));
                if let Stream::Room(id) = place
                    && let Some(entry) = self.room(*id)
                {
                    entry.muted = *muted;
                }
            }
            Event::WatchChanged { place, on } => self.watched = Some((*place, *on)),
            Event::ProfileChanged { me } => self.me = Some(me.clone()),
            Event::BoardAdded { board } => self.put_board(board.clone()),
            Event::BoardRemoved { id } => self.lose(Stream::Board(*id)),
            Event::BoardChanged { board } => self.rename_board(board),
            Event::RoomAdded { room } => self.put_room(room, true),
            Event::RoomCreated { room } => self.put_room(room, room.creator.is_some() && room.creator == self.my_id()),
            Event::RoomChanged { room } => {
                if let Some(entry) = self.room(room.id) {
                    entry.room = room.clone();
                    self.sort_rooms();
                }
            }
            Event::RoomRemoved { id } => match self.room(*id) {
                Some(entry) if !entry.room.private => entry.joined = false,
                _ => self.remove_room(*id),
            },
            Event::RoomDeleted { id } => self.remove_room(*id),
            Event::MessagePosted { message } => {
                if let Stream::Room(room) = stored.stream {
                    self.newest(room, message.n, message.author.as_ref().map(|author| author.id));
                }
            }
            _ => {}
        }
    }

    /// A watched room has a new newest message.
    pub fn hear(&mut self, ephemeral: &Ephemeral) {
        if let Ephemeral::Activity { room, n, author } = ephemeral {
            self.newest(*room, *n, Some(*author));
        }
    }

    /// How far watched rooms are. What this knows already stays: it may be newer.
    pub fn count(&mut self, rooms: &[Count]) {
        for Count { room, n, read } in rooms {
            if let Some(entry) = self.room(*room)
                && entry.n < *n
            {
                (entry.n, entry.read) = (*n, entry.read.max(*read));
            }
        }
    }

    /// This person may no longer read a board or room.
    pub fn lose(&mut self, place: Stream) {
        match place {
            Stream::Board(id) => {
                self.boards.retain(|board| board.board.id != id);
                self.board.take_if(|current| current.board.board.id == id);
            }
            Stream::Room(id) => self.remove_room(id),
            Stream::Task(_) | Stream::Thread(_) | Stream::User(_) => {}
        }
    }

    /// This person has read a place up to here.
    pub fn read_up_to(&mut self, place: Stream, n: i64) {
        if let Stream::Room(id) = place
            && let Some(entry) = self.room(id)
        {
            entry.read = entry.read.max(n);
        }
    }

    /// This person wants to read a place again, above this number.
    fn unread_above(&mut self, place: Stream, n: i64) {
        if let Stream::Room(id) = place
            && let Some(entry) = self.room(id)
        {
            entry.read = entry.read.min(n);
        }
    }

    /// The rooms to be told of.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.board.iter().flat_map(|board| &board.rooms).map(|entry| entry.room.id).collect()
    }

    /// Is the room, or the board itself, of the current board?
    pub fn shows(&self, place: Stream) -> bool {
        match place {
            Stream::Board(id) => self.board.as_ref().is_some_and(|current| current.board.board.id == id),
            Stream::Room(id) => self.rooms().contains(&id),
            Stream::Task(_) | Stream::Thread(_) | Stream::User(_) => false,
        }
    }

    fn my_id(&self) -> Option<UserId> {
        self.me.as_ref().map(|me| me.person.id)
    }

    fn room(&mut self, id: RoomId) -> Option<&mut RoomEntry> {
        self.board.as_mut()?.rooms.iter_mut().find(|entry| entry.room.id == id)
    }

    fn newest(&mut self, room: RoomId, n: i64, author: Option<UserId>) {
        let mine = author.is_some() && author == self.my_id();
        if let Some(entry) = self.room(room) {
            entry.n = entry.n.max(n);
            if mine {
                entry.read = entry.read.max(n);
            }
        }
    }

    fn put_board(&mut self, board: MyBoard) {
        if let Some(current) = self.board.as_mut().filter(|current| current.board.board.id == board.board.id) {
            current.board = board.clone();
        }
        self.boards.retain(|other| other.board.id != board.board.id);
        self.boards.push(board);
        self.boards.sort_by_cached_key(|board| fold(&board.board.name));
    }

    fn rename_board(&mut self, board: &Board) {
        if let Some(current) = self.board.as_mut().filter(|current| current.board.board.id == board.id) {
            current.board.board = board.clone();
        }
        if let Some(mine) = self.boards.iter_mut().find(|mine| mine.board.id == board.id) {
            mine.board = board.clone();
        }
        self.boards.sort_by_cached_key(|board| fold(&board.board.name));
    }

    fn put_room(&mut self, room: &Room, joined: bool) {
        let Some(board) = self.board.as_mut().filter(|current| current.board.board.id == room.board) else { return };
        match board.rooms.iter_mut().find(|entry| entry.room.id == room.id) {
            // One joins with everything before read.
            Some(entry) => {
                entry.read = if joined && !entry.joined { entry.n } else { entry.read };
                entry.joined |= joined;
                entry.room = room.clone();
            }
            None => board.rooms.push(RoomEntry { room: room.clone(), joined, n: 0, read: 0, muted: false }),
        }
        self.sort_rooms();
    }

    fn remove_room(&mut self, id: RoomId) {
        if let Some(board) = &mut self.board {
            board.rooms.retain(|entry| entry.room.id != id);
        }
    }

    fn sort_rooms(&mut self) {
        if let Some(board) = &mut self.board {
            board.rooms.sort_by_cached_key(|entry| fold(&entry.room.name));
        }
    }
}

#[cfg(test)]
mod tests;
