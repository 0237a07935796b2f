//! Signing out: what this browser keeps is erased, and the other tabs go to the sign-in page too.

use std::time::Duration;

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlFormElement};
use protocol::UserId;

use crate::{
    copies::Copies,
    kept::{self, Kind},
    outbox::Outbox,
    ui::{effect, live},
};

/// The forms that end this session.
const FORMS: [&str; 2] = ["/accounts/logout/", "/accounts/sessions/end-all/"];
/// A page whose own form has signed out has so long to go where the form leads, and the server so
/// long to end the session under the other tabs.
pub const SIGN_OUT: Duration = Duration::from_secs(1);

/// Leads to the sign-in page, and back here.
pub fn to_sign_in() {
    let location = location();
    let next = location.pathname().unwrap_or_default();
    // Refused only while the page is going anyway.
    let _ = location.set_href(&format!("/accounts/login/?next={next}"));
}

/// In the browser, once it is known who is signed in: goes with the tab that signs out, online or
/// not.
pub fn follow(user: UserId, copies: Copies) {
    let left = window_event_listener(ev::storage, move |event| {
        if event.key() == Some(word(user)) && event.new_value().is_some() {
            copies.erase();
            set_timeout(to_sign_in, SIGN_OUT);
        }
    });
    on_cleanup(move || left.remove());
}

/// Watches the forms that sign out. Where something is not sent it asks first; what this browser
/// keeps of the person is erased then.
#[component]
pub fn SignOutGuard() -> impl IntoView {
    let (outbox, copies) = (expect_context::<Outbox>(), expect_context::<Copies>());
    let dialog = NodeRef::<html::Dialog>::new();
    let action = StoredValue::new(String::new());
    // How many, while it is asked about them.
    let asked = RwSignal::new(None);
    let erase = move || {
        if let Some(user) = outbox.erase() {
            kept::forget(Kind::Draft, user);
            copies.erase();
            // Told to the other tabs, and not kept.
            let _ = kept::set(&word(user), "left");
            kept::remove(&word(user));
        }
    };
    effect(move |_| {
        let submitted = window_event_listener(ev::submit, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let signs_out =
                |form: &HtmlFormElement| form.get_attribute("action").is_some_and(|to| FORMS.contains(&to.as_str()));
            let Some(target) = target.filter(signs_out) else { return };
            match outbox.unsent() {
                0 => erase(),
                waiting => {
                    event.prevent_default();
                    action.set_value(target.get_attribute("action").unwrap_or_default());
                    asked.set(Some(waiting));
                }
            }
        });
        on_cleanup(move || submitted.remove());
    });
    effect(move |_| {
        if let Some(dialog) = dialog.get() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        }
    });
    let stay = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let go = move || {
        erase();
        let form = document().query_selector(&format!("form[action='{}']", action.get_value())).ok().flatten();
        if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            // Without the event that was answered here. Fails only for a form that is gone.
            let _ = form.submit();
        }
    };
    live(move || {
        asked.get().map(|unsent| {
            view! {
                <dialog
                    class="dialog"
                    node_ref=dialog
                    aria-labelledby="sign-out-title"
                    on:close=move |_| asked.set(None)
                >
                    <h2 class="dialog-title" id="sign-out-title">"Sign out?"</h2>
                    <p>{words(unsent)}</p>
                    <p class="dialog-foot">
                        <button class="button button-primary" type="button" on:click=move |_| stay()>"Stay signed in"</button>
                        <button class="button button-danger" type="button" on:click=move |_| go()>"Erase and sign out"</button>
                    </p>
                </dialog>
            }
        })
    })
}

fn words(unsent: usize) -> String {
    match unsent {
        1 => "1 message has not been sent. Signing out erases it from this browser.".to_owned(),
        n => format!("{n} messages have not been sent. Signing out erases them from this browser."),
    }
}

/// The key under which the other tabs are told.
fn word(user: UserId) -> String {
    format!("left/{user}")
}
