//! Whether I am told on this device while no page is open.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiError},
    ui::{effect, live},
    worker::{self, Permission},
};

/// What of the switch is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    /// Nothing: not known yet, or there is no script.
    Unknown,
    Unsupported,
    Blocked,
    /// The switch.
    Offered,
}

/// A switch for this device. Only the browser knows what it can do, so it is not there without script.
#[component]
pub fn DeviceSwitch(
    /// The key with which the browser subscribes.
    key: String,
    /// Is it on?
    on: bool,
) -> impl IntoView {
    let device = RwSignal::new(Device::Unknown);
    let on = RwSignal::new(on);
    let trouble = RwSignal::new(None::<String>);
    let look = move |permission| {
        device.try_set(match permission {
            Permission::Unsupported => Device::Unsupported,
            Permission::Blocked => Device::Blocked,
            Permission::Unasked | Permission::Granted => Device::Offered,
        });
    };
    effect(move |_| look(worker::permission()));
    let key = StoredValue::new(key);
    let busy = StoredValue::new(false);
    let switch = move |wanted: bool| {
        // What is under way is waited for.
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        // As the browser shows it already.
        on.set(wanted);
        spawn_local(async move {
            let done = if wanted { switch_on(&key.get_value(), look).await } else { switch_off().await };
            busy.try_set_value(false);
            on.try_set(wanted == done.is_ok());
            trouble.try_set(done.err());
        });
    };
    live(move || {
        match device.get() {
        Device::Unknown => ().into_any(),
        Device::Unsupported => {
            view! { <p class="page-text">"This browser can\u{2019}t notify you while no page is open."</p> }.into_any()
        }
        Device::Blocked => view! {
            <p class="page-text">
                "Your browser blocks notifications from here. Allow them at the sign beside the address, or in its settings, and load this page again."
            </p>
        }
            .into_any(),
        Device::Offered => view! {
            <label class="choice">
                <input
                    type="checkbox"
                    role="switch"
                    prop:checked=move || on.get()
                    on:change=move |event| switch(event_target_checked(&event))
                />
                "Notify me on this device"
            </label>
            <p class="page-text">"Of what comes into your inbox while you look at no page."</p>
            <p class="form-error" role="alert" hidden=move || trouble.get().is_none()>{move || trouble.get()}</p>
        }
            .into_any(),
    }
    })
}

async fn switch_on(key: &str, look: impl Fn(Permission)) -> Result<(), String> {
    let permission = worker::ask().await;
    look(permission);
    if permission != Permission::Granted {
        return Err("Your browser has not allowed it.".to_owned());
    }
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
