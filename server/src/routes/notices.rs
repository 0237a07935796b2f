//! What reaches people by mail and by time.

use axum::{extract::State, response::Response};
use engine::{
    mail,
    notices::{self, Choices},
};
use protocol::{Error, MailDeed};

use crate::{
    contract::DONE,
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input},
    session::Signed,
    state::AppState,
};

const PAGE: &str = "/accounts/";

/// What somebody wants, as a form has it.
pub struct Chosen(Choices);

impl FromFields for Chosen {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(Choices {
            mail: fields.text("mail")?,
            mail_at: fields.text("mail_at")?,
            remind: fields.text("remind")?,
            zone: fields.text("zone")?,
        }))
    }
}

/// Sets what somebody wants by mail and by time.
pub async fn set(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(Chosen(choices)): Input<Chosen>,
    asker: Asker,
) -> Result<Response, Failure> {
    notices::set(&state.engine, &me, &choices).await?;
    Ok(asker.answer(DONE, PAGE))
}

/// Has somebody asked by mail whether their address is theirs.
pub async fn ask(State(state): State<AppState>, Signed(me): Signed, asker: Asker) -> Result<Response, Failure> {
    mail::ask(&state.engine, &me).await?;
    Ok(asker.answer(DONE, PAGE))
}

/// An address is somebody's: who has the link says so, signed in or not.
pub async fn confirm(State(state): State<AppState>, Id(token): Id<String>, asker: Asker) -> Result<Response, Failure> {
    mail::confirm(&state.engine, &token).await?;
    Ok(asker.answer(DONE, MailDeed::Confirm.path(&token)))
}

/// Ends somebody's mail: who has the link does, signed in or not, and so do mail programs (RFC 8058).
pub async fn stop(State(state): State<AppState>, Id(token): Id<String>, asker: Asker) -> Result<Response, Failure> {
    notices::stop(&state.engine, &token).await?;
    Ok(asker.answer(DONE, MailDeed::Stop.path(&token)))
}
