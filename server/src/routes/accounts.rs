//! Accounts and sessions.

use app::request::Theme;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{
    accounts::{self, NewAccount, SignedIn},
    boards,
};
use protocol::{Error, SessionId};
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done, Welcome},
    exchange::{Asker, HOME},
    failure::Failure,
    input::{Fields, FromFields, Input},
    openapi::Refusals,
    session::{self, Signed, Visitor},
    state::AppState,
};

/// A new account.
#[derive(ToSchema)]
pub struct SignUp {
    /// 1 to 30 of letters, digits, `_`, `.`, `-`; unique without case.
    username: String,
    /// 8 to 128 characters, not a common one.
    password: String,
    /// The username where it is left out.
    #[schema(required = false)]
    display_name: String,
    /// May be left out.
    #[schema(required = false)]
    email: String,
    /// Where it leads: the path of an invitation makes an account where people are invited.
    #[schema(required = false)]
    next: String,
}

impl FromFields for SignUp {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            username: fields.text("username")?,
            password: fields.text("password")?,
            display_name: fields.text("display_name")?,
            email: fields.text("email")?,
            next: fields.text("next")?,
        })
    }
}

/// Makes an account and signs in. The first account is the installation's admin.
#[utoipa::path(post, path = "/accounts/signup/", tag = "accounts", request_body = SignUp,
    responses((status = 201, description = "Signed up and in, by a cookie", body = Welcome), Refusals))]
pub async fn sign_up(
    State(state): State<AppState>,
    visitor: Visitor,
    Input(new): Input<SignUp>,
    asker: Asker,
) -> Result<Response, Failure> {
    let SignUp { username, password, display_name, email, next } = new;
    let invite = protocol::invited_by(&next).map(str::to_owned);
    let new = NewAccount { username, password, display_name, email, invite };
    let signed_in = accounts::sign_up(&state.engine, new, visitor.visit.clone()).await?;
    let page = first_page(&state, &signed_in).await?;
    welcome(&state, visitor, StatusCode::CREATED, signed_in, &asker, &page).await
}

/// Name and password.
#[derive(ToSchema)]
pub struct SignIn {
    /// The name, in any case.
    username: String,
    /// The password.
    password: String,
}

impl FromFields for SignIn {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { username: fields.text("username")?, password: fields.text("password")? })
    }
}

/// Signs in.
#[utoipa::path(post, path = "/accounts/login/", tag = "accounts", request_body = SignIn,
    responses((status = 200, description = "Signed in, by a cookie", body = Welcome), Refusals))]
pub async fn sign_in(
    State(state): State<AppState>,
    visitor: Visitor,
    Input(door): Input<SignIn>,
    asker: Asker,
) -> Result<Response, Failure> {
    let signed_in = accounts::sign_in(&state.engine, &door.username, &door.password, visitor.visit.clone()).await?;
    welcome(&state, visitor, StatusCode::OK, signed_in, &asker, HOME).await
}

/// Where a new person begins: the first of all on the board made for them, which explains itself.
async fn first_page(state: &AppState, signed_in: &SignedIn) -> Result<String, Failure> {
    if signed_in.me.admin
        && let Some(actor) = accounts::actor(&state.engine, &signed_in.token).await?
        && let Some(first) = boards::hub(&state.engine, &actor).await?.boards.first()
    {
        return Ok(format!("/boards/{}/", first.board.board.id));
    }
    Ok(HOME.into())
}

/// The new session takes the place of the one that the browser had, which ends.
async fn welcome(
    state: &AppState,
    visitor: Visitor,
    status: StatusCode,
    signed_in: SignedIn,
    asker: &Asker,
    page: &str,
) -> Result<Response, Failure> {
    if let Some(before) = visitor.actor {
        accounts::sign_out(&state.engine, &before).await?;
    }
    let answer = asker.answer((status, Json(Welcome::from(&signed_in))), page);
    Ok((session::carry(&state.config, &signed_in.token), answer).into_response())
}

/// Signs out.
#[utoipa::path(post, path = "/accounts/logout/", tag = "accounts",
    responses((status = 200, description = "Signed out", body = Done)))]
pub async fn sign_out(State(state): State<AppState>, visitor: Visitor, asker: Asker) -> Result<Response, Failure> {
    if let Some(actor) = visitor.actor {
        accounts::sign_out(&state.engine, &actor).await?;
    }
    Ok((session::carry(&state.config, ""), asker.answer(DONE, "/accounts/login/")).into_response())
}

/// What others see of a person.
pub struct Profile {
    display_name: String,
    email: String,
}

impl FromFields for Profile {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { display_name: fields.text("display_name")?, email: fields.text("email")? })
    }
}

/// Changes display name and e-mail address.
pub async fn change_profile(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(profile): Input<Profile>,
    asker: Asker,
) -> Result<Response, Failure> {
    let me = accounts::change_profile(&state.engine, &me, &profile.display_name, &profile.email).await?;
    Ok(asker.answer(Json(me.person), "/accounts/"))
}

/// May others see when a person is here, and how far they have read?
pub struct Showing {
    shown: bool,
    receipts: bool,
}

impl FromFields for Showing {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { shown: fields.switch("shown")?, receipts: fields.switch("receipts")? })
    }
}

/// Sets whether others see when this person is here, and how far they have read.
pub async fn show_presence(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(showing): Input<Showing>,
    asker: Asker,
) -> Result<Response, Failure> {
    accounts::show_presence(&state.engine, &me, showing.shown, showing.receipts).await?;
    Ok(asker.answer(DONE, "/accounts/"))
}

/// A change of passwords.
pub struct Passwords {
    old: String,
    new: String,
}

impl FromFields for Passwords {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { old: fields.text("old_password")?, new: fields.text("password")? })
    }
}

/// Changes the password and ends the person's other sessions.
pub async fn change_password(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(passwords): Input<Passwords>,
    asker: Asker,
) -> Result<Response, Failure> {
    accounts::change_password(&state.engine, &me, &passwords.old, &passwords.new).await?;
    Ok(asker.answer(DONE, "/accounts/"))
}

/// Which session is meant.
pub struct WhichSession(SessionId);

impl FromFields for WhichSession {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let session = fields.number("session")?.ok_or_else(|| Error::invalid("session", "Which session?"))?;
        Ok(Self(SessionId(session)))
    }
}

/// Ends one of the person's sessions.
pub async fn end_session(
    State(state): State<AppState>,
    Signed(me): Signed,
    Input(which): Input<WhichSession>,
    asker: Asker,
) -> Result<Response, Failure> {
    accounts::end_session(&state.engine, &me, which.0).await?;
    Ok(asker.answer(DONE, "/accounts/"))
}

/// Ends all of the person's sessions, this one too.
pub async fn sign_out_everywhere(
    State(state): State<AppState>,
    Signed(me): Signed,
    asker: Asker,
) -> Result<Response, Failure> {
    accounts::sign_out_everywhere(&state.engine, &me).await?;
    Ok((session::carry(&state.config, ""), asker.answer(DONE, "/accounts/login/")).into_response())
}

/// The theme that was chosen.
pub struct ChosenTheme(Theme);

impl FromFields for ChosenTheme {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(Theme::named(&fields.text("theme")?)))
    }
}

/// Remembers the theme in the browser.
pub async fn change_theme(State(state): State<AppState>, Input(chosen): Input<ChosenTheme>, asker: Asker) -> Response {
    (session::carry_theme(&state.config, chosen.0), asker.answer(DONE, "/accounts/")).into_response()
}
