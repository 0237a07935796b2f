//! Pages, which the components render by their address.

use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use engine::{accounts, tasks};
use protocol::{BoardId, Error, TaskId};

use crate::{
    exchange::{HOME, is_local},
    failure::Failure,
    input::{Asked, Fields, FromFields, Id},
    render,
    session::{Signed, Visitor},
    state::AppState,
};

/// A page of somebody signed in.
pub async fn page(state: State<AppState>, _: Signed, visitor: Visitor, uri: Uri) -> Response {
    open(state, visitor, uri).await
}

/// A page for everybody.
pub async fn open(State(state): State<AppState>, visitor: Visitor, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    render::page(&state, &visitor, path, None, None).await
}

/// A task over its board. The address of one that went to another board leads on, for who may see it there.
pub async fn task(
    state: State<AppState>,
    Signed(me): Signed,
    Id((board, task)): Id<(BoardId, TaskId)>,
    visitor: Visitor,
    uri: Uri,
) -> Result<Response, Failure> {
    match tasks::home(&state.engine, &me, task).await {
        Ok(home) if home != board => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Ok(Redirect::to(&format!("/boards/{home}/tasks/{task}/{query}")).into_response())
        }
        Ok(_) | Err(Error::NotFound) => Ok(open(state, visitor, uri).await),
        Err(error) => Err(error.into()),
    }
}

/// `GET /`: the first thing to do.
pub async fn start(State(state): State<AppState>, visitor: Visitor) -> Result<Redirect, Failure> {
    let signed_in = visitor.actor.is_some();
    let door = accounts::door(&state.engine, signed_in, None).await?;
    Ok(Redirect::to(match (door.first_run, signed_in) {
        (_, true) => HOME,
        (true, false) => "/accounts/signup/",
        (false, false) => "/accounts/login/",
    }))
}

/// Where a sign-in leads.
pub struct Next(Option<String>);

impl FromFields for Next {
    fn from_fields(fields: &Fields) -> Result<Self, protocol::Error> {
        Ok(Self(Some(fields.text("next")?).filter(|next| is_local(next))))
    }
}

/// The pages to sign in and up on; who is signed in goes on.
pub async fn door(state: State<AppState>, visitor: Visitor, Asked(next): Asked<Next>, uri: Uri) -> Response {
    if visitor.actor.is_some() {
        return Redirect::to(next.0.as_deref().unwrap_or(HOME)).into_response();
    }
    open(state, visitor, uri).await
}
