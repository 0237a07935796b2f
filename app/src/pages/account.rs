//! My account: profile, password, theme, what reaches me, sessions.

mod device;
mod notices;
mod quiet;

use leptos::prelude::*;
use protocol::{
    limits,
    page::{Account as AccountPage, PageQuery, SessionRow},
};

use device::DeviceSwitches;
use notices::NoticesForm;
use quiet::QuietHours;

use crate::{
    request::{Theme, current_theme},
    ui::{Field, Form, Moment, PageTitle, loaded, page},
};

/// The page of my account.
#[component]
pub fn Account() -> impl IntoView {
    let account = page(|| Some(PageQuery::Account));
    view! {
        <PageTitle text="Account"/>
        <div class="page">
            <div class="page-head">
                <h1 class="page-title">"Account"</h1>
                <Form action="/accounts/logout/" class="form-inline">
                    <button class="button" type="submit">"Sign out"</button>
                </Form>
            </div>
            {loaded(account, |page: AccountPage| view! { <AccountView page/> })}
        </div>
    }
}

#[component]
fn AccountView(page: AccountPage) -> impl IntoView {
    let person = page.me.person;
    let email = page.email.clone();
    let username = person.username.clone();
    view! {
        <Form action="/accounts/profile/">
            <p class="page-text">
                "You are " <strong>"@" {person.username}</strong> {page.me.admin.then_some(", and you run this place")} "."
            </p>
            <Field name="display_name" label="Your name" value=person.display_name autocomplete="name" max=limits::DISPLAY_NAME/>
            <Field name="email" label="E-mail" kind="email" value=page.email autocomplete="email" optional=true/>
            <button class="button button-primary" type="submit">"Save"</button>
        </Form>
        <section class="section account-section">
            <h2 class="section-title">"Theme"</h2>
            <ThemeForm/>
        </section>
        <section class="section account-section">
            <h2 class="section-title">"What others see"</h2>
            <Form action="/accounts/presence/">
                <label class="choice">
                    <input type="checkbox" name="shown" value="on" checked=page.shown/>
                    "Show when I am here"
                </label>
                <p class="page-text">"Otherwise nobody sees that you are here, when you were, or that you type."</p>
                <label class="choice">
                    <input type="checkbox" name="receipts" value="on" checked=page.receipts/>
                    "Show how far I have read"
                </label>
                <p class="page-text">"Otherwise nobody sees that you have read a message, and you don\u{2019}t see who has."</p>
                <button class="button" type="submit">"Set"</button>
            </Form>
        </section>
        <section class="section account-section">
            <h2 class="section-title">"Notifications outside this page"</h2>
            <div class="account-device">
                <DeviceSwitches key=page.push_key on=page.pushed/>
            </div>
            <QuietHours quiet=page.quiet zone=page.zone/>
        </section>
        <section class="section account-section">
            <h2 class="section-title">{if page.mail.is_some() { "Mail and reminders" } else { "Reminders" }}</h2>
            <NoticesForm notices=page.notices mail=page.mail email/>
        </section>
        <section class="section">
            <h2 class="section-title">"Password"</h2>
            <p class="page-text">"Changing it signs you out everywhere else."</p>
            <Form action="/accounts/password/">
                // For password managers: whose password it is.
                <input
                    class="visually-hidden"
                    type="text"
                    name="username"
                    autocomplete="username"
                    value=username
                    tabindex="-1"
                    readonly=true
                    aria-hidden="true"
                />
                <Field name="old_password" label="Password until now" kind="password" autocomplete="current-password"/>
                <Field
                    name="password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    max=limits::PASSWORD.1
                    hint="At least 8 characters."
                />
                <button class="button" type="submit">"Change the password"</button>
            </Form>
        </section>
        <section class="section">
            <h2 class="section-title">"Where you are signed in"</h2>
            <ul class="sessions">
                {page.sessions.into_iter().map(|row| view! { <SessionItem row/> }).collect_view()}
            </ul>
            <Form action="/accounts/sessions/end-all/" class="form-inline">
                <button class="button button-danger" type="submit">"Sign out everywhere"</button>
            </Form>
        </section>
    }
}

#[component]
fn ThemeForm() -> impl IntoView {
    let current = current_theme();
    view! {
        <Form action="/accounts/theme/" class="form account-theme">
            <fieldset class="choices account-themes">
                <legend class="visually-hidden">"Theme"</legend>
                {Theme::ALL
                    .map(|theme| {
                        let words = match theme {
                            Theme::System => "As my system is",
                            Theme::Light => "Light",
                            Theme::Dark => "Dark",
                        };
                        view! {
                            <label class="choice">
                                <input type="radio" name="theme" value=theme.as_str() checked=theme == current/>
                                {words}
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <button class="button" type="submit">"Use it"</button>
        </Form>
    }
}

/// A sign-in of mine, which can be ended.
#[component]
fn SessionItem(row: SessionRow) -> impl IntoView {
    let SessionRow { session, created, seen } = row;
    view! {
        <li class="session">
            <div class="session-what">
                <span class="session-agent">{browser(&session.agent)}</span>
                <span class="page-text">
                    {session.address} ", signed in " <Moment clock=created/> ", last seen " <Moment clock=seen/>
                </span>
            </div>
            {if session.current {
                view! { <span class="tag">"this browser"</span> }.into_any()
            } else {
                view! {
                    <Form action="/accounts/sessions/end/" class="form-inline">
                        <input type="hidden" name="session" value=session.id.to_string()/>
                        <button class="button button-small" type="submit">"Sign out"</button>
                    </Form>
                }
                    .into_any()
            }}
        </li>
    }
}

/// A browser's name in words, from how it names itself.
fn browser(agent: &str) -> String {
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let program = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        _ if agent.is_empty() => "Unknown program".to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_have_names_in_words() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(browser(""), "Unknown program");
    }
}
