//! Boards, their columns and their members.

pub(crate) mod ending;

use protocol::{Board, BoardId, Member, MyBoard, Person, Role, RoomId, UserId, text};

use super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct Mine {
    id: BoardId,
    name: String,
    archived: bool,
    #[sqlx(try_from = "String")]
    role: Role,
}

impl From<Mine> for MyBoard {
    fn from(Mine { id, name, archived, role }: Mine) -> Self {
        Self { board: Board { id, name, archived }, role }
    }
}

/// Somebody's boards, by name.
pub(crate) async fn mine(tx: &mut Tx, user: UserId) -> Result<Vec<MyBoard>> {
    let rows: Vec<Mine> = sql!(all tx,
        "select b.id, b.name, b.archived_at is not null as archived, m.role
         from board_members m join boards b on b.id = m.board_id where m.user_id = $1",
        user)?;
    let mut boards: Vec<MyBoard> = rows.into_iter().map(Into::into).collect();
    boards.sort_by_cached_key(|mine| (text::fold(&mine.board.name), mine.board.id));
    Ok(boards)
}

/// A board as somebody sees it; none where they are not on it.
pub(crate) async fn one(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Option<MyBoard>> {
    let row: Option<Mine> = sql!(maybe tx,
        "select b.id, b.name, b.archived_at is not null as archived, m.role
         from board_members m join boards b on b.id = m.board_id
         where m.board_id = $1 and m.user_id = $2",
        board, user)?;
    Ok(row.map(Into::into))
}

/// The board of a room.
pub(crate) async fn of_room(tx: &mut Tx, room: RoomId) -> Result<Option<BoardId>> {
    let row: Option<(BoardId,)> = sql!(maybe tx, "select board_id from rooms where id = $1", room)?;
    Ok(row.map(|(board,)| board))
}

/// Makes a board.
pub(crate) async fn insert(tx: &mut Tx, name: &str, now: i64) -> Result<BoardId> {
    let (id,): (BoardId,) =
        sql!(one tx, "insert into boards (name, created_at) values ($1, $2) returning id", name, now)?;
    Ok(id)
}

/// Gives a board another name.
pub(crate) async fn rename(tx: &mut Tx, board: BoardId, name: &str) -> Result<u64> {
    sql!(run tx, "update boards set name = $2 where id = $1", board, name)
}

/// Keeps every other change of the board's members, of its columns and of the order of its cards waiting
/// until this write ends.
pub(crate) async fn lock(tx: &mut Tx, board: BoardId) -> Result<u64> {
    sql!(run tx, "update boards set name = name where id = $1", board)
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: UserId,
    username: String,
    display_name: String,
    #[sqlx(try_from = "String")]
    role: Role,
}

impl From<MemberRow> for Member {
    fn from(MemberRow { id, username, display_name, role }: MemberRow) -> Self {
        Self { person: Person { id, username, display_name }, role }
    }
}

/// A board's members, by name.
pub(crate) async fn members(tx: &mut Tx, board: BoardId) -> Result<Vec<Member>> {
    let rows: Vec<MemberRow> = sql!(all tx,
        "select u.id, u.username, u.display_name, m.role from board_members m join users u on u.id = m.user_id
         where m.board_id = $1 order by u.name_key, u.id",
        board)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The first members of a board, by name.
pub(crate) async fn first_people(tx: &mut Tx, board: BoardId, limit: i64) -> Result<Vec<Person>> {
    let rows: Vec<(UserId, String, String)> = sql!(all tx,
        "select u.id, u.username, u.display_name from board_members m join users u on u.id = m.user_id
         where m.board_id = $1 order by u.name_key, u.id limit $2",
        board, limit)?;
    Ok(rows.into_iter().map(|(id, username, display_name)| Person { id, username, display_name }).collect())
}

/// A member of a board.
pub(crate) async fn member(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Option<Member>> {
    let row: Option<MemberRow> = sql!(maybe tx,
        "select u.id, u.username, u.display_name, m.role from board_members m join users u on u.id = m.user_id
         where m.board_id = $1 and m.user_id = $2",
        board, user)?;
    Ok(row.map(Into::into))
}

/// A member of a board, whatever their role.
pub(crate) async fn member_person(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Option<Person>> {
    Ok(member(tx, board, user).await?.map(|member| member.person))
}

/// Those of some people who are on a board.
pub(crate) async fn members_among(tx: &mut Tx, board: BoardId, users: &[UserId]) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all_in users, tx,
        "select user_id from board_members where board_id = $1 and user_id in ({ids})", board)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// The first who are on a board, by id, and whose account is open.
pub(crate) async fn reached(tx: &mut Tx, board: BoardId, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "select m.user_id from board_members m join users u on u.id = m.user_id and u.deactivated_at is null
         where m.board_id = $1 order by m.user_id limit $2",
        board, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Puts somebody on a board; 0 where they are on it.
pub(crate) async fn add_member(tx: &mut Tx, board: BoardId, user: UserId, role: Role) -> Result<u64> {
    sql!(run tx,
        "insert into board_members (board_id, user_id, role) values ($1, $2, $3) on conflict do nothing",
        board, user, role.as_str())
}

/// Gives a member another role.
pub(crate) async fn set_role(tx: &mut Tx, board: BoardId, user: UserId, role: Role) -> Result<u64> {
    sql!(run tx, "update board_members set role = $3 where board_id = $1 and user_id = $2", board, user, role.as_str())
}

/// Is there an owner besides this person, whose account is open?
pub(crate) async fn another_owner(tx: &mut Tx, board: BoardId, user: UserId) -> Result<bool> {
    let row: Option<(UserId,)> = sql!(maybe tx,
        "select m.user_id from board_members m join users u on u.id = m.user_id and u.deactivated_at is null
         where m.board_id = $1 and m.role = 'owner' and m.user_id <> $2 limit 1",
        board, user)?;
    Ok(row.is_some())
}

/// Takes somebody off a board; 0 where they are not on it.
pub(crate) async fn remove_member(tx: &mut Tx, board: BoardId, user: UserId) -> Result<u64> {
    sql!(run tx, "delete from board_members where board_id = $1 and user_id = $2", board, user)
}

/// Takes somebody out of every room of a board; gives the rooms they were in.
pub(crate) async fn leave_rooms(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Vec<RoomId>> {
    let rows: Vec<(RoomId,)> = sql!(all tx,
        "delete from room_members where user_id = $2 and room_id in (select id from rooms where board_id = $1)
         returning room_id",
        board, user)?;
    Ok(rows.into_iter().map(|(room,)| room).collect())
}

/// Ends somebody's watching of every task and every thread of a board.
pub(crate) async fn unwatch(tx: &mut Tx, board: BoardId, user: UserId) -> Result<u64> {
    sql!(run tx,
        "delete from watches where user_id = $2 and stream in (
            select 'task:' || id from tasks where board_id = $1
            union all select s.name from rooms r join streams s on s.home = 'room:' || r.id where r.board_id = $1)",
        board, user)
}

/// Takes the rows of a board, its rooms, their threads and its tasks out of somebody's inbox.
pub(crate) async fn forget(tx: &mut Tx, board: BoardId, user: UserId) -> Result<u64> {
    sql!(run tx,
        "delete from notifications where user_id = $2 and stream in (
            select 'board:' || id from boards where id = $1
            union all select 'room:' || id from rooms where board_id = $1
            union all select 'task:' || id from tasks where board_id = $1
            union all select s.name from rooms r join streams s on s.home = 'room:' || r.id where r.board_id = $1)",
        board, user)
}

/// The names of the streams of a board, its rooms and its tasks.
pub(crate) async fn streams(tx: &mut Tx, board: BoardId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql!(all tx,
        "select 'board:' || id from boards where id = $1
         union all select 'room:' || id from rooms where board_id = $1
         union all select 'task:' || id from tasks where board_id = $1",
        board)?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
