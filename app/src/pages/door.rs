//! Signing in and signing up.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};
use protocol::{
    invited_by, limits,
    page::{Door, PageQuery},
};

use crate::ui::{Field, Form, FormState, Page, PageTitle, loaded, page};

/// Signs a person in and leads back to where they wanted to go.
#[component]
pub fn SignIn() -> impl IntoView {
    let state = FormState::of("/accounts/login/");
    let next = next(&state);
    let door = door(next.as_deref());
    let sign_up = with_next("/accounts/signup/", next.as_deref());
    view! {
        <PageTitle text="Sign in"/>
        <main class="door" id="main">
            <p class="door-name">"Boardwalk"</p>
            <h1 class="door-title">"Sign in"</h1>
            <Form action="/accounts/login/" state>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <Field name="username" label="Username" autocomplete="username"/>
                <Field name="password" label="Password" kind="password" autocomplete="current-password"/>
                <button class="button button-primary" type="submit">"Sign in"</button>
            </Form>
            {loaded(door, move |door: Door| {
                let href = sign_up.clone();
                door.signup.then(|| view! { <p class="door-other">"New here? "<a href=href>"Make an account"</a></p> })
            })}
        </main>
    }
}

/// Makes an account; the first one runs the place.
#[component]
pub fn SignUp() -> impl IntoView {
    let next = next(&FormState::of("/accounts/signup/"));
    let door = door(next.as_deref());
    view! {
        <PageTitle text="Make an account"/>
        <main class="door" id="main">
            <p class="door-name">"Boardwalk"</p>
            {loaded(door, move |door: Door| view! { <SignUpForm door next=next.clone()/> })}
        </main>
    }
}

#[component]
fn SignUpForm(door: Door, next: Option<String>) -> impl IntoView {
    let sign_in = with_next("/accounts/login/", next.as_deref());
    if !door.signup && !door.first_run {
        return view! {
            <h1 class="door-title">"Ask for an invitation"</h1>
            <p class="door-text">"People join this place when somebody in it invites them."</p>
            <p class="door-other"><a href=sign_in>"Sign in"</a></p>
        }
        .into_any();
    }
    let (title, text) = if door.first_run {
        (
            "Welcome to your Boardwalk",
            "Nobody is here yet. The first account runs the place: it can look after everything and everybody.",
        )
    } else {
        ("Make an account", "One account for every board you are on.")
    };
    view! {
        <h1 class="door-title">{title}</h1>
        <p class="door-text">{text}</p>
        <Form action="/accounts/signup/">
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <Field
                name="username"
                label="Username"
                autocomplete="username"
                max=30
                hint="How others mention you: letters, digits, dot, dash and underscore."
            />
            <Field
                name="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                max=limits::PASSWORD.1
                hint="At least 8 characters."
            />
            <Field name="display_name" label="Your name" autocomplete="name" max=limits::DISPLAY_NAME optional=true/>
            <Field name="email" label="E-mail" kind="email" autocomplete="email" optional=true/>
            <button class="button button-primary" type="submit">"Make the account"</button>
        </Form>
        {(!door.first_run)
            .then(|| view! { <p class="door-other">"Have one already? "<a href=sign_in>"Sign in"</a></p> })}
    }
    .into_any()
}

/// What is to be known at the door by who wants to go on to `next`, maybe an invitation.
fn door(next: Option<&str>) -> Page {
    let invite = next.and_then(invited_by).map(str::to_owned);
    page(move || Some(PageQuery::Door { invite: invite.clone() }))
}

/// Where the person wanted to go: from the address, or from the form that was refused.
fn next(state: &FormState) -> Option<String> {
    state.typed("next").or_else(|| use_query_map().read_untracked().get("next"))
}

/// The other door, which leads to the same place.
pub(super) fn with_next(path: &str, next: Option<&str>) -> String {
    next.map_or_else(|| path.to_owned(), |next| format!("{path}?next={}", Url::escape(next)))
}
