//! The service worker, which shows what the server sends while no page is open and what pages in the background
//! have to tell, and what a page says to it. In the browser alone.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use protocol::{NotificationId, limits};
use wasm_bindgen::{JsCast, JsValue};

use crate::kept;

const WORKER: &str = "/sw.js";
/// Where this browser keeps that pages in the background are to tell nothing.
const STOPPED: &str = "background/stopped";

/// May this site tell something on this device?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// This browser can't.
    Unsupported,
    /// It was forbidden.
    Blocked,
    /// Nobody was asked yet.
    Unasked,
    /// It may.
    Granted,
}

/// Where a browser takes what is sent to it.
pub struct Subscription {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

type Tried<T> = Result<T, JsValue>;

/// What may be done now.
pub fn permission() -> Permission {
    let window = JsValue::from(window());
    if !has(&window, "Notification") || container().is_none() {
        return Permission::Unsupported;
    }
    let said = get(&window, "Notification").and_then(|asker| get(&asker, "permission"));
    match said.ok().and_then(|said| said.as_string()).as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Blocked,
        _ => Permission::Unasked,
    }
}

/// Can this browser be sent something while no page is open?
pub fn can_subscribe() -> bool {
    has(&window(), "PushManager")
}

/// Do pages in the background tell what comes?
pub fn tells() -> bool {
    permission() == Permission::Granted && kept::get(STOPPED).is_none()
}

/// Has pages in the background tell what comes, as far as that is allowed, or not. False where this browser keeps
/// nothing.
pub fn set_tells(on: bool) -> bool {
    if on {
        kept::remove(STOPPED);
        return true;
    }
    kept::set(STOPPED, "yes")
}

/// Asks for permission, if that is needed; to be called when a person has pressed something.
pub async fn ask() -> Permission {
    if permission() == Permission::Unasked
        && let Ok(asker) = get(&window(), "Notification")
        && let Ok(asked) = call(&asker, "requestPermission", &[])
    {
        // What was answered is asked for below.
        let _answered = asked.await;
    }
    permission()
}

/// Has the browser take what the server with this key sends.
///
/// # Errors
/// The browser refuses, or can't reach its push service.
pub async fn subscribe(key: &str) -> Tried<Subscription> {
    let registration = registered().await?;
    let manager = get(&registration, "pushManager")?;
    let options = Object::new();
    Reflect::set(&options, &"userVisibleOnly".into(), &true.into())?;
    Reflect::set(&options, &"applicationServerKey".into(), &key.into())?;
    let subscribed = match call(&manager, "subscribe", &[options.clone().into()])?.await {
        Ok(subscribed) => subscribed,
        Err(_) => {
            // One of another key is in the way.
            let before = call(&manager, "getSubscription", &[])?.await?;
            if before.is_object() {
                call(&before, "unsubscribe", &[])?.await?;
            }
            call(&manager, "subscribe", &[options.into()])?.await?
        }
    };
    let said = get(&subscribed, "toJSON")?.dyn_into::<Function>()?.call0(&subscribed)?;
    let keys = get(&said, "keys")?;
    let text = |thing: &JsValue, name: &str| get(thing, name)?.as_string().ok_or(JsValue::NULL);
    Ok(Subscription { endpoint: text(&said, "endpoint")?, p256dh: text(&keys, "p256dh")?, auth: text(&keys, "auth")? })
}

/// Has the browser take nothing any more.
///
/// # Errors
/// The browser refuses.
pub async fn unsubscribe() -> Tried<()> {
    let Some(registration) = registration().await? else { return Ok(()) };
    let subscribed = call(&get(&registration, "pushManager")?, "getSubscription", &[])?.await?;
    if subscribed.is_object() {
        call(&subscribed, "unsubscribe", &[])?.await?;
    }
    Ok(())
}

/// Something was read: what is shown of it is closed.
///
/// # Errors
/// The browser refuses.
pub async fn tidy() -> Tried<()> {
    let Some(registration) = registration().await? else { return Ok(()) };
    let active = get(&registration, "active")?;
    if active.is_object() {
        get(&active, "postMessage")?.dyn_into::<Function>()?.call1(&active, &"read".into())?;
    }
    Ok(())
}

/// A row of my inbox was raised while nobody looked at this page: the worker tells it, unless somebody looks at
/// another one or it is told already.
///
/// # Errors
/// The browser refuses.
pub async fn raised(row: NotificationId, at: i64) -> Tried<()> {
    if !tells() {
        return Ok(());
    }
    let active = get(&registered().await?, "active")?;
    let what = Object::new();
    for (name, value) in [("raised", row.0), ("at", at), ("calm", limits::OUTSIDE_CALM_MS)] {
        Reflect::set(&what, &name.into(), &JsValue::from_f64(value as f64))?;
    }
    get(&active, "postMessage")?.dyn_into::<Function>()?.call1(&active, &what)?;
    Ok(())
}

/// The worker of this site, fetched where it is not there yet, as soon as it is active.
async fn registered() -> Tried<JsValue> {
    let container = container().ok_or(JsValue::NULL)?;
    call(&container, "register", &[WORKER.into()])?.await?;
    get(&container, "ready")?.unchecked_into::<Promise>().await
}

/// The worker of this site, if it has one. One that nobody wanted is not fetched.
async fn registration() -> Tried<Option<JsValue>> {
    let Some(container) = container() else { return Ok(None) };
    let found = call(&container, "getRegistration", &[])?.await?;
    Ok(found.is_object().then_some(found))
}

/// `navigator.serviceWorker`, which browsers have on `https` and on the machine itself.
fn container() -> Option<JsValue> {
    get(&window().navigator(), "serviceWorker").ok().filter(JsValue::is_object)
}

fn has(thing: &JsValue, name: &str) -> bool {
    Reflect::has(thing, &name.into()).unwrap_or_default()
}

fn get(thing: &JsValue, name: &str) -> Tried<JsValue> {
    Reflect::get(thing, &name.into())
}

/// Calls a method that promises something.
fn call(thing: &JsValue, name: &str, with: &[JsValue]) -> Tried<Promise> {
    let method: Function = get(thing, name)?.dyn_into()?;
    let promised = method.apply(thing, &with.iter().collect::<Array>())?;
    Ok(Promise::resolve(&promised))
}
