//! Whether I am told on this device while I look at no page.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiError},
    ui::{effect, live},
    worker::{self, Permission},
};

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    /// Nothing: not known yet, or there is no script.
    Unknown,
    Unsupported,
    Blocked,
    /// The switches.
    Offered,
}

/// Switches for this device. Only the browser knows what it can do, so they are not there without script.
#[component]
pub fn DeviceSwitches(
    /// The key with which the browser subscribes.
    key: String,
    /// Is it sent something?
    on: bool,
) -> impl IntoView {
    let device = RwSignal::new(Device::Unknown);
    let (pushed, tells) = (RwSignal::new(on), RwSignal::new(false));
    let look = move |permission| {
        let now = match permission {
            Permission::Unsupported => Device::Unsupported,
            Permission::Blocked => Device::Blocked,
            Permission::Unasked | Permission::Granted => Device::Offered,
        };
        // What says how a switch fares stays while it is the same.
        if device.try_get_untracked().is_some_and(|before| before != now) {
            device.set(now);
        }
        tells.try_set(worker::tells());
    };
    effect(move |_| look(worker::permission()));
    let key = StoredValue::new(key);
    let push = move |wanted: bool| async move {
        if wanted { switch_on(&key.get_value(), look).await } else { switch_off().await }
    };
    let tell = move |wanted: bool| async move {
        if wanted {
            allowed(look).await?;
        }
        let kept = worker::set_tells(wanted);
        tells.try_set(worker::tells());
        if kept { Ok(()) } else { Err("Your browser keeps no settings.".to_owned()) }
    };
    live(move || {
        match device.get() {
        Device::Unknown => ().into_any(),
        Device::Unsupported => view! { <p class="page-text">"This browser can\u{2019}t notify you."</p> }.into_any(),
        Device::Blocked => view! {
            <p class="page-text">
                "Your browser blocks notifications from here. Allow them at the sign beside the address, or in its settings, and load this page again."
            </p>
        }
            .into_any(),
        Device::Offered => view! {
            {if worker::can_subscribe() {
                switch("Notify me on this device", PUSHED, pushed, push).into_any()
            } else {
                view! { <p class="page-text">"This browser can\u{2019}t notify you while no page is open."</p> }.into_any()
            }}
            {switch("Notify me from pages in the background", TOLD, tells, tell)}
        }
            .into_any(),
    }
    })
}

const PUSHED: &str = "Of what comes into your inbox while you look at no page, even when none is open.";
const TOLD: &str =
    "While a page is open that you don\u{2019}t look at. It needs no notification service, and nothing is told twice.";

/// A switch, and what it does; where that fails it goes back.
fn switch<F: Future<Output = Result<(), String>> + 'static>(
    label: &'static str,
    hint: &'static str,
    on: RwSignal<bool>,
    turn: impl Fn(bool) -> F + Copy + 'static,
) -> impl IntoView {
    let trouble = RwSignal::new(None::<String>);
    let busy = StoredValue::new(false);
    let changed = move |wanted: bool| {
        // What is under way is waited for.
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        // As the browser shows it already.
        on.set(wanted);
        spawn_local(async move {
            let done = turn(wanted).await;
            busy.try_set_value(false);
            on.try_set(wanted == done.is_ok());
            trouble.try_set(done.err());
        });
    };
    view! {
        <label class="choice">
            <input
                type="checkbox"
                role="switch"
                prop:checked=move || on.get()
                on:change=move |event| changed(event_target_checked(&event))
            />
            {label}
        </label>
        <p class="page-text">{hint}</p>
        <p class="form-error" role="alert" hidden=move || trouble.get().is_none()>{move || trouble.get()}</p>
    }
}

/// Asks whether anything may be told.
async fn allowed(look: impl Fn(Permission)) -> Result<(), String> {
    let permission = worker::ask().await;
    look(permission);
    if permission == Permission::Granted { Ok(()) } else { Err("Your browser has not allowed it.".to_owned()) }
}

async fn switch_on(key: &str, look: impl Fn(Permission)) -> Result<(), String> {
    allowed(look).await?;
    let Ok(worker::Subscription { endpoint, p256dh, auth }) = worker::subscribe(key).await else {
        return Err("Your browser can\u{2019}t reach its notification service now. Try again later.".to_owned());
    };
    api::subscribe_push(endpoint, p256dh, auth).await.map_err(words)
}

async fn switch_off() -> Result<(), String> {
    api::unsubscribe_push().await.map_err(words)?;
    // The server sends nothing any more, whatever the browser says.
    let _ended = worker::unsubscribe().await;
    Ok(())
}

fn words(ApiError(error): ApiError) -> String {
    error.to_string()
}
