//! Who is on a board, and as what.

use protocol::{
    BoardId, Error, Event, Member, Role, Stream, UserId, activity::Deed, page::MembersPage, permission::Action,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone,
    boards::{access, require},
    db::{self, boards as rows},
    invites, notify,
    write::{Revocation, Write, digest, internal},
};

/// The members page of a board. The addresses of its invitations stand below `origin`.
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board.
pub async fn page(engine: &Engine, actor: &Actor, board: BoardId, zone: Zone, origin: &str) -> Result<MembersPage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    let invites = if mine.runs() { invites::of_board(&mut tx, board, zone, origin).await? } else { Vec::new() };
    Ok(MembersPage { board: mine, members: rows::members(&mut tx, board).await?, invites })
}

/// Puts somebody on a board. They are notified.
///
/// # Errors
/// [`Error::Invalid`] naming `username` where nobody has it; [`Error::Conflict`] where they are on
/// the board already; [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn add(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    username: &str,
    role: Role,
) -> Result<Member> {
    let request = digest("members::add", &(board, username, role))?;
    // People write `@ana` where a username is asked for.
    let username = username.trim().trim_start_matches('@').to_owned();
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Nobody comes by an invitation at the same moment as something else.
                rows::lock(&mut w.tx, board).await?;
                let mine = access(&mut w.tx, &actor, board).await?;
                require(&mine, Action::Run)?;
                let nobody = || Error::invalid("username", "Nobody here has this username.");
                if !protocol::mention::is_username(&username) {
                    return Err(nobody());
                }
                let person = db::accounts::named(&mut w.tx, &username).await?.ok_or_else(nobody)?.into_me().person;
                if rows::add_member(&mut w.tx, board, person.id, role).await? == 0 {
                    let name = &person.display_name;
                    return Err(Error::conflict(format!(
                        "{name} is on this board already. Change their role in the list."
                    )));
                }
                let member = Member { person, role };
                let name = mine.board.name.clone();
                tell_role(w, mine, &member, actor.id(), Deed::MemberAdded(member.person.id, role));
                notify::added(w, &[member.person.id], &actor, Stream::Board(board), name).await?;
                Ok(member)
            })
        })
        .await
}

/// Gives a member another role.
///
/// # Errors
/// [`Error::Conflict`] for the last owner; [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn change_role(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    user: UserId,
    role: Role,
) -> Result<Member> {
    let request = digest("members::change_role", &(board, user, role))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                rows::lock(&mut w.tx, board).await?;
                let mine = access(&mut w.tx, &actor, board).await?;
                require(&mine, Action::Run)?;
                let mut member = rows::member(&mut w.tx, board, user).await?.ok_or(Error::NotFound)?;
                if member.role == role {
                    return Ok(member);
                }
                keep_an_owner(w, board, &member, "have another role").await?;
                rows::set_role(&mut w.tx, board, user, role).await?;
                member.role = role;
                tell_role(w, mine, &member, actor.id(), Deed::RoleGiven(user, role));
                Ok(member)
            })
        })
        .await
}

/// Hands a board over: the other member becomes an owner, and who hands it over a member.
///
/// # Errors
/// [`Error::Invalid`] naming `user` for oneself and for a closed account; [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn hand_over(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, user: UserId) -> Result<Member> {
    let request = digest("members::hand_over", &(board, user))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                rows::lock(&mut w.tx, board).await?;
                let mine = access(&mut w.tx, &actor, board).await?;
                require(&mine, Action::Run)?;
                if user == actor.id() {
                    return Err(Error::invalid("user", "You have this board already. Choose somebody else."));
                }
                let mut heir = rows::member(&mut w.tx, board, user).await?.ok_or(Error::NotFound)?;
                if !db::accounts::is_open(&mut w.tx, user).await? {
                    return Err(Error::invalid("user", "This account is closed. Choose somebody else."));
                }
                heir.role = Role::Owner;
                let before = Member { person: actor.me.person.clone(), role: Role::Member };
                for member in [&heir, &before] {
                    rows::set_role(&mut w.tx, board, member.person.id, member.role).await?;
                    let deed = Deed::RoleGiven(member.person.id, member.role);
                    tell_role(w, mine.clone(), member, actor.id(), deed);
                }
                Ok(heir)
            })
        })
        .await
}

/// Takes a member off a board, or oneself: out of its rooms too, and no longer told of anything
/// there. Their open pages hear no more of it from the commit on.
///
/// # Errors
/// [`Error::Conflict`] for the last owner; [`Error::Forbidden`] to others than owners, but for
/// oneself; [`Error::NotFound`].
pub async fn remove(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, user: UserId) -> Result<()> {
    let request = digest("members::remove", &(board, user))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                rows::lock(&mut w.tx, board).await?;
                let mine = access(&mut w.tx, &actor, board).await?;
                if user != actor.id() {
                    require(&mine, Action::Run)?;
                }
                let member = rows::member(&mut w.tx, board, user).await?.ok_or(Error::NotFound)?;
                keep_an_owner(w, board, &member, "leave").await?;
                if user != actor.id() {
                    db::invites::bar(&mut w.tx, board, user, w.now).await?;
                }
                take_off(w, &actor, board, user).await
            })
        })
        .await
}

/// The board and the person themselves are told what they are on it, and who did what to make them so.
pub(crate) fn tell_role(w: &mut Write, mut board: protocol::MyBoard, member: &Member, by: UserId, deed: Deed) {
    w.tell(Stream::Board(board.board.id), Event::BoardMemberChanged { member: member.clone() }).did(by, [deed]);
    board.role = member.role;
    w.tell(Stream::User(member.person.id), Event::BoardAdded { board });
}

async fn keep_an_owner(w: &mut Write, board: BoardId, member: &Member, what: &str) -> Result<()> {
    if member.role != Role::Owner || rows::another_owner(&mut w.tx, board, member.person.id).await? {
        return Ok(());
    }
    let name = &member.person.display_name;
    Err(Error::conflict(format!(
        "{name} is the last owner of this board and can't {what}. Make somebody else an owner first."
    )))
}

async fn take_off(w: &mut Write, actor: &Actor, board: BoardId, user: UserId) -> Result<()> {
    let streams = rows::streams(&mut w.tx, board).await?;
    let streams = streams.iter().map(|name| name.parse().map_err(internal)).collect::<Result<Vec<Stream>>>()?;
    let mut rooms: Vec<Stream> =
        rows::leave_rooms(&mut w.tx, board, user).await?.into_iter().map(Stream::Room).collect();
    rooms.sort_unstable();
    // Before anybody's inbox, as a message does that is posted at the same time.
    db::threads::lock_all(&mut w.tx, &rooms).await?;
    for room in rooms {
        w.tell(room, Event::MemberLeft { user });
    }
    rows::unwatch(&mut w.tx, board, user).await?;
    // Cards drop who has left the board by themselves: one event for all of them.
    db::tasks::facts::unassign_everywhere(&mut w.tx, board, user).await?;
    db::tasks::checklist::unassign_everywhere(&mut w.tx, board, user).await?;
    rows::remove_member(&mut w.tx, board, user).await?;
    if rows::forget(&mut w.tx, board, user).await? > 0 {
        notify::recount(w, vec![user]).await?;
    }
    w.tell(Stream::Board(board), Event::BoardMemberRemoved { user }).did(actor.id(), [Deed::MemberRemoved(user)]);
    w.tell(Stream::User(user), Event::BoardRemoved { id: board });
    w.revoke(Revocation::Streams(user, streams));
    Ok(())
}
