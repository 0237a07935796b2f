//! Who asks: the session cookie, and what else a request says about its sender.

use std::net::{IpAddr, Ipv4Addr};

use app::request::Theme;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::{
    Actor, Zone,
    accounts::{self, Visit},
};
use protocol::Error;

use crate::{config::Config, failure::Failure, state::AppState};

/// A browser asks to have the cookie for this long at most, in seconds: 400 days.
const COOKIE_AGE_S: u32 = 400 * 24 * 60 * 60;
/// Characters of a browser's name that are kept.
const AGENT_CHARS: usize = 300;

/// The address at the other end of the connection.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Who asks, from where, and how they like their pages.
#[derive(Clone)]
pub struct Visitor {
    /// Who is signed in, if somebody is.
    pub actor: Option<Actor>,
    /// Where from, and with what.
    pub visit: Visit,
    /// From the cookie `tz`; UTC where there is none.
    pub zone: Zone,
    /// From the cookie `theme`.
    pub theme: Theme,
    /// `PUBLIC_URL`, or the address that was asked.
    pub origin: String,
}

/// The middleware: finds out who asks, once for each request.
pub async fn session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0);
    match visitor(&state, request.headers(), peer).await {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

async fn visitor(state: &AppState, headers: &HeaderMap, peer: IpAddr) -> Result<Visitor, Error> {
    let zone = Zone::known(&cookie(headers, "tz").unwrap_or_default().replace("%2F", "/"));
    let actor = match cookie(headers, cookie_name(&state.config)) {
        Some(token) => accounts::actor_in(&state.engine, token, zone).await?,
        None => None,
    };
    let host = text(headers, header::HOST.as_str());
    let origin =
        state.config.public_url.as_ref().map_or_else(|| format!("http://{host}"), |url| url.origin().to_owned());
    Ok(Visitor {
        actor,
        visit: Visit {
            agent: text(headers, header::USER_AGENT.as_str()).chars().take(AGENT_CHARS).collect(),
            address: state.config.trusted_proxies.client(peer, headers).to_string(),
            zone,
        },
        zone: zone.unwrap_or_else(|| Zone::named("UTC")),
        theme: Theme::named(cookie(headers, "theme").unwrap_or_default()),
        origin,
    })
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

fn cookie_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-session" } else { "session" }
}

/// Headers that make the browser carry this session; an empty token ends that.
pub fn carry(config: &Config, token: &str) -> HeaderMap {
    let name = cookie_name(config);
    let age = if token.is_empty() { 0 } else { COOKIE_AGE_S };
    let secure = if config.secure() { "; Secure" } else { "" };
    set_cookie(format!("{name}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"))
}

/// Headers that make the browser remember the theme.
pub fn carry_theme(config: &Config, theme: Theme) -> HeaderMap {
    let secure = if config.secure() { "; Secure" } else { "" };
    set_cookie(format!("theme={}; Path=/; Max-Age={COOKIE_AGE_S}; SameSite=Lax{secure}", theme.as_str()))
}

fn set_cookie(cookie: String) -> HeaderMap {
    HeaderValue::try_from(cookie).into_iter().map(|value| (header::SET_COOKIE, value)).collect()
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Absent only where the middleware above doesn't run, which is a fault of ours.
        parts.extensions.get::<Self>().cloned().ok_or(Error::Internal { request_id: String::new() }.into())
    }
}

/// Somebody who is signed in.
pub struct Signed(pub Actor);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        visitor.actor.map(Self).ok_or(Error::SignedOut.into())
    }
}
