//! A page that could not be shown.

use leptos::prelude::*;
use protocol::Error;

use super::PageTitle;
use crate::nav::deleted_here;

/// What happened and what to do, in the place of the page. On the server it gives the answer the
/// error's status.
#[component]
pub fn ErrorPanel(
    /// What happened.
    error: Error,
    /// Tries again, where no server could be reached.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::api::set_status(&error);
    let deleted = if error == Error::NotFound { deleted_here() } else { None };
    let title = match &error {
        Error::SignedOut | Error::WrongPassword => "You are signed out",
        Error::Forbidden => "Not allowed here",
        Error::NotFound => deleted.unwrap_or("Nothing here"),
        Error::TooMany { .. } => "A little slower, please",
        Error::Unavailable => "The server is away",
        _ => "That didn’t work",
    };
    let way_out = match &error {
        Error::SignedOut => {
            view! { <a class="button button-primary" href="/accounts/login/" rel="external">"Sign in"</a> }
        }
        _ => view! { <a class="button" href="/messaging/" rel="external">"To your boards"</a> },
    };
    let retry = retry.filter(|_| error == Error::Unavailable).map(|retry| {
        view! {
            <p>"It opens by itself when the connection is back. What you wrote is kept in this browser."</p>
            <p>
                <button class="button button-primary" type="button" on:click=move |_| retry.run(())>"Try again"</button>
            </p>
        }
    });
    view! {
        <PageTitle text=title/>
        <section class="error-panel" role="alert">
            <h1 class="error-panel-title">{title}</h1>
            <p>{match deleted {
                Some(_) => "It is gone with everything in it, for everybody.".to_owned(),
                None => error.to_string(),
            }}</p>
            {retry}
            <p>{way_out}</p>
        </section>
    }
}
