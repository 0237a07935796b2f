//! Where an invitation leads: onto its board, for who follows its link.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::{
    Invitation, Role, invite_path,
    page::{InvitePage, PageQuery},
};

use super::door::with_next;
use crate::ui::{Form, PageTitle, loaded, page};

/// The page of an invitation.
#[component]
pub fn Invite() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let invite = page(move || Some(PageQuery::Invite { token: token.get() }));
    view! {
        <main class="door" id="main">
            <p class="door-name">"Boardwalk"</p>
            {loaded(invite, move |page: InvitePage| match page.invitation {
                Some(invitation) => {
                    let path = invite_path(&token.get_untracked());
                    view! { <Open path invitation signed_in=page.signed_in/> }.into_any()
                }
                None => view! { <Over signed_in=page.signed_in/> }.into_any(),
            })}
        </main>
    }
}

/// One that is in force.
#[component]
fn Open(path: String, invitation: Invitation, signed_in: bool) -> impl IntoView {
    let Invitation { board, by, role, on_it } = invitation;
    let what = match role {
        Role::Viewer => " to see the board",
        Role::Member => " to the board",
        Role::Owner => " to run the board",
    };
    let way = match (on_it, signed_in) {
        (Some(id), _) => view! {
            <p class="door-text">"You are on it already."</p>
            <p><a class="button button-primary" href=format!("/boards/{id}/")>"To the board"</a></p>
        }
        .into_any(),
        (None, true) => view! {
            <Form action=path>
                <button class="button button-primary" type="submit">"Join the board"</button>
            </Form>
        }
        .into_any(),
        (None, false) => view! {
            <p class="door-ways">
                <a class="button button-primary" href=with_next("/accounts/signup/", Some(&path))>"Make an account"</a>
                <a class="button" href=with_next("/accounts/login/", Some(&path))>"I have one: sign in"</a>
            </p>
        }
        .into_any(),
    };
    view! {
        <PageTitle text=format!("Join {board}")/>
        <h1 class="door-title">{board}</h1>
        <p class="door-text"><b>{by}</b> " invites you" {what} "."</p>
        {way}
    }
}

/// One that is not in force, or never was.
#[component]
fn Over(signed_in: bool) -> impl IntoView {
    let (href, words) = if signed_in { ("/messaging/", "To your boards") } else { ("/accounts/login/", "Sign in") };
    view! {
        <PageTitle text="Invitation"/>
        <h1 class="door-title">"This invitation is over"</h1>
        <p class="door-text">"It has ended or was taken back. Ask who sent it for a new one."</p>
        <p><a class="button" href=href>{words}</a></p>
    }
}
