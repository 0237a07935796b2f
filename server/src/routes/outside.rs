//! What reaches people outside the page.

use axum::{extract::State, response::Response};
use engine::quiet::{self, Hours};
use protocol::Error;

use crate::{
    contract::DONE,
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Input},
    session::Signed,
    state::AppState,
};

const PAGE: &str = "/accounts/";

/// Quiet hours, as a form has them.
pub struct Quiet(Hours);

impl FromFields for Quiet {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(Hours {
            on: fields.switch("quiet")?,
            from: fields.text("from")?,
            to: fields.text("to")?,
            days: fields.numbers("days")?,
            zone: fields.text("zone")?,
        }))
    }
}

/// Sets when somebody is left alone.
pub async fn set_quiet(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(Quiet(hours)): Input<Quiet>,
    asker: Asker,
) -> Result<Response, Failure> {
    quiet::set(&state.engine, &me, &hours).await?;
    Ok(asker.answer(DONE, PAGE))
}
