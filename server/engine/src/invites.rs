//! Invitations: links by which people come onto a board, also those who have no account yet.

use protocol::{
    BoardId, Error, Invitation, Invite, InviteId, Member, MyBoard, Role,
    activity::Deed,
    limits,
    page::{InvitePage, InviteRow},
    permission::Action,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone, accounts,
    boards::{access, require},
    db::{Tx, boards, invites as rows},
    members, now,
    write::digest,
};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The invitations to a board that are in force, with their addresses below `origin`.
pub(crate) async fn of_board(tx: &mut Tx, board: BoardId, zone: Zone, origin: &str) -> Result<Vec<InviteRow>> {
    let row = |invite: Invite| InviteRow {
        url: format!("{origin}{}", protocol::invite_path(&invite.token)),
        until: zone.clock(invite.expires_at),
        invite,
    };
    Ok(rows::of_board(tx, board, now()).await?.into_iter().map(row).collect())
}

/// Does this token open the door where people are invited?
pub(crate) async fn opens(tx: &mut Tx, token: Option<&str>) -> Result<bool> {
    match token {
        Some(token) => Ok(rows::open(tx, token, now()).await?.is_some()),
        None => Ok(false),
    }
}

/// The page of an invitation, for who has its link. It tells strangers what the board and who invites are called.
///
/// # Errors
/// The database is away.
pub async fn page(engine: &Engine, actor: Option<&Actor>, token: &str) -> Result<InvitePage> {
    let mut tx = engine.db().read().await?;
    let signed_in = actor.is_some();
    let Some(open) = rows::open(&mut tx, token, now()).await? else {
        return Ok(InvitePage { invitation: None, signed_in });
    };
    let on_it = match actor {
        Some(actor) => boards::one(&mut tx, open.board_id, actor.id()).await?.map(|mine| mine.board.id),
        None => None,
    };
    let invitation = Invitation { board: open.board_name, by: open.by_name, role: open.role, on_it };
    Ok(InvitePage { invitation: Some(invitation), signed_in })
}

/// Makes an invitation that is in force for so many days.
///
/// # Errors
/// [`Error::Invalid`] naming `days`; [`Error::Conflict`] where there are too many; [`Error::Forbidden`] but to
/// owners; [`Error::NotFound`].
pub async fn create(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    role: Role,
    days: i64,
) -> Result<Invite> {
    let request = digest("invites::create", &(board, role, days))?;
    if !limits::INVITE_DAYS.contains(&days) {
        return Err(Error::invalid("days", "An invitation is in force for 1, 7 or 30 days."));
    }
    let token = accounts::token()?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Run)?;
                let now = now();
                if rows::of_board(&mut w.tx, board, now).await?.len() as i64 >= limits::INVITES {
                    return Err(Error::conflict("There are too many invitations already. End some of them first."));
                }
                let expires_at = now + days * DAY_MS;
                let id = rows::insert(&mut w.tx, board, &token, role, actor.id(), now, expires_at).await?;
                let by = actor.me.person.display_name.clone();
                Ok(Invite { id, token, role, by, expires_at, joined: 0 })
            })
        })
        .await
}

/// Ends an invitation: nobody comes by it any more. Who has come by it stays.
///
/// # Errors
/// [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn revoke(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, invite: InviteId) -> Result<()> {
    let request = digest("invites::revoke", &(board, invite))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Nobody comes by it while it ends.
                boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Run)?;
                if rows::revoke(&mut w.tx, board, invite, now()).await? == 0 {
                    return Err(Error::NotFound);
                }
                Ok(())
            })
        })
        .await
}

/// Puts oneself on a board by an invitation. Who is on it already stays what they are.
///
/// # Errors
/// [`Error::NotFound`] where the invitation is not in force; [`Error::Conflict`] for who has come by it before, or
/// was removed from the board while it was in force.
pub async fn accept(engine: &Engine, actor: &Actor, key: Uuid, token: &str) -> Result<MyBoard> {
    let request = digest("invites::accept", &token)?;
    let (actor, token) = (actor.clone(), token.to_owned());
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let board = rows::open(&mut w.tx, &token, now()).await?.ok_or(Error::NotFound)?.board_id;
                boards::lock(&mut w.tx, board).await?;
                // It may have ended meanwhile.
                let open = rows::open(&mut w.tx, &token, now()).await?.ok_or(Error::NotFound)?;
                if let Some(mine) = boards::one(&mut w.tx, board, actor.id()).await? {
                    return Ok(mine);
                }
                if rows::join(&mut w.tx, open.id, actor.id(), w.now).await? == 0 {
                    return Err(Error::conflict("This invitation does not let you in again. Ask for a new one."));
                }
                boards::add_member(&mut w.tx, board, actor.id(), open.role).await?;
                let mine = MyBoard {
                    board: protocol::Board { id: board, name: open.board_name, archived: false },
                    role: open.role,
                };
                let member = Member { person: actor.me.person.clone(), role: open.role };
                members::tell_role(w, mine.clone(), &member, actor.id(), Deed::Joined(open.role));
                Ok(mine)
            })
        })
        .await
}
