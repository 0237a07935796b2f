//! What a rendering or a server function knows of its request.

#[cfg(feature = "ssr")]
use std::{collections::BTreeMap, sync::Arc};

#[cfg(feature = "ssr")]
use engine::{Actor, Engine, Zone};
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;
use protocol::Error;

/// How the page is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the person's system is.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// All of them, as the account page offers them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme named so in the cookie and in forms; the system's when unknown.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name).unwrap_or_default()
    }

    /// Its name in the cookie, in forms and in `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The value of `data-theme`; none where the system decides.
    pub fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then(|| self.as_str())
    }
}

/// A plain form that was not done: its page is rendered again with what was typed.
///
/// Such a page stands at the form's address and is sent without the script.
#[derive(Clone, Debug)]
pub struct Returned {
    /// Path of the form's action.
    pub action: String,
    /// Why it was not.
    pub why: Why,
    /// What was typed, by field, without passwords.
    pub fields: Vec<(String, String)>,
}

/// Why a plain form was not done.
#[derive(Clone, Debug)]
pub enum Why {
    /// It was refused.
    Refused(Error),
    /// Only what its text will look like was asked for, which is this HTML.
    Previewed(String),
}

impl Returned {
    /// What is said above the page, rather than in the form: the form may not even be on the page that
    /// somebody sees who may not use it.
    pub fn above_page(&self) -> Option<&Error> {
        match &self.why {
            Why::Refused(error @ (Error::Forbidden | Error::NotFound)) => Some(error),
            _ => None,
        }
    }

    /// What is said in the form.
    pub fn in_form(&self) -> Option<&Error> {
        match &self.why {
            Why::Refused(error) if self.above_page().is_none() => Some(error),
            _ => None,
        }
    }
}

/// Addresses of the client's files, which carry a hash of their content.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Assets {
    /// The script that loads the client.
    pub js: String,
    /// The client.
    pub wasm: String,
    /// The stylesheet.
    pub css: String,
    /// The files of each part of the client, by its name.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// The request as pages and server functions find it in their context.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct Request {
    /// The product.
    pub engine: Engine,
    /// Who asks, if somebody is signed in.
    pub actor: Option<Actor>,
    /// The time zone that moments are written in.
    pub zone: Zone,
    /// Addresses of the client's files.
    pub assets: Arc<Assets>,
    /// From the cookie `theme`.
    pub theme: Theme,
    /// The form that was not done, if the page answers one.
    pub returned: Option<Arc<Returned>>,
    /// `PUBLIC_URL`, or the address that was asked: `http://host`.
    pub origin: String,
    /// Does the page load again when the server was started anew?
    pub dev: bool,
}

#[cfg(feature = "ssr")]
impl Request {
    /// The request being answered.
    ///
    /// # Errors
    /// [`Error::Unavailable`] outside of one.
    pub fn current() -> Result<Self, Error> {
        use_context().ok_or(Error::Unavailable)
    }

    /// Who asks.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in.
    pub fn actor(&self) -> Result<&Actor, Error> {
        self.actor.as_ref().ok_or(Error::SignedOut)
    }
}

/// The form with this action, when the page answers it.
pub fn returned_of(action: &str) -> Option<Returned> {
    returned().filter(|returned| returned.action == action)
}

/// The form that the page answers, if it does.
#[cfg(feature = "ssr")]
pub fn returned() -> Option<Returned> {
    Request::current().ok()?.returned.map(|returned| Returned::clone(&returned))
}

/// A page that answers a form isn't hydrated, so the browser never sees it.
#[cfg(not(feature = "ssr"))]
pub fn returned() -> Option<Returned> {
    None
}

/// How the page is coloured now.
#[cfg(feature = "ssr")]
pub fn current_theme() -> Theme {
    Request::current().map(|request| request.theme).unwrap_or_default()
}

/// How the page is coloured now, as the server wrote it on `<html>`.
#[cfg(not(feature = "ssr"))]
pub fn current_theme() -> Theme {
    let html = leptos::prelude::document().document_element();
    Theme::named(&html.and_then(|html| html.get_attribute("data-theme")).unwrap_or_default())
}
