//! Sending later: a form of its own, which a button of the composer opens.

use leptos::{
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{self, Event},
};

use super::{talk::Talk, thread::address};
use crate::{
    api::{self, ApiError},
    ui::{Field, Form, Icon, Sign, Submission, TextField, live},
};

/// The id of the panel with the form.
const LATER: &str = "later";
/// The id of the field of the composer that is no reply.
pub const COMPOSER: &str = "composer";

/// Opens the form.
#[component]
pub fn LaterButton() -> impl IntoView {
    view! {
        <button class="composer-tool" type="button" popovertarget=LATER title="Send later">
            <Icon sign=Sign::Clock/>
            <span class="visually-hidden">"Send later"</span>
        </button>
    }
}

/// What to send and when. It begins with what stands in the composer.
#[component]
pub fn LaterForm(talk: Talk) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    let area = move |panel: web_sys::HtmlDivElement| -> Option<web_sys::HtmlTextAreaElement> {
        panel.query_selector("textarea").ok().flatten()?.dyn_into().ok()
    };
    let composer =
        || -> Option<web_sys::HtmlTextAreaElement> { document().get_element_by_id(COMPOSER)?.dyn_into().ok() };
    let opened = move |_: Event| {
        if let (Some(area), Some(composer)) = (panel.get_untracked().and_then(area), composer())
            && area.value().is_empty()
        {
            area.set_value(&composer.value());
        }
    };
    let schedule = Callback::new(move |submission: Submission| {
        spawn_local(async move {
            let text = submission.text("content");
            let asked = api::schedule_message(submission.key(), talk.place, text.clone(), submission.text("at"));
            match asked.await {
                Ok(_) => {
                    submission.done();
                    if let Some(composer) = composer().filter(|composer| composer.value().trim() == text.trim()) {
                        composer.set_value("");
                        // As if somebody had emptied it, for whatever follows the field.
                        if let Ok(event) = Event::new("input") {
                            let _ = composer.dispatch_event(&event);
                        }
                    }
                    if let Some(panel) = panel.try_get_untracked().flatten() {
                        // Fails where it is closed already.
                        let _ = panel.hide_popover();
                    }
                    talk.scheduled.try_set(true);
                }
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    });
    view! {
        <div class="later" id=LATER popover="auto" node_ref=panel on:beforetoggle=opened>
            <h2 class="later-title">"Send later"</h2>
            <Form action=format!("{}schedule/", base(talk)) on_submit=schedule>
                <TextField name="content" label="Message" rows=3/>
                <Field name="at" label="When" kind="datetime-local"/>
                {live(move || stays(talk).map(|words| view! { <p class="later-stays">{words}</p> }))}
                <p class="form-line">
                    <button class="button button-primary" type="submit">"Schedule"</button>
                    <a class="button button-quiet" href="/messaging/scheduled/">"What waits"</a>
                </p>
            </Form>
        </div>
    }
}

/// What stands in the composer and is not sent later with the text, in words.
fn stays(talk: Talk) -> Option<&'static str> {
    match (talk.doing.attached.get(), talk.doing.quoting.with(Option::is_some)) {
        (true, true) => Some("Files and the quote are not sent with it; they stay here."),
        (true, false) => Some("Files are not sent with it; they stay here."),
        (false, true) => Some("The quote is not sent with it; it stays here."),
        (false, false) => None,
    }
}

/// Says that a message waits.
#[component]
pub fn LaterNotice(talk: Talk) -> impl IntoView {
    live(move || {
        talk.scheduled.get().then(|| {
            view! {
                <p class="conversation-note" role="status">
                    <span>"It is sent at that time. " <a href="/messaging/scheduled/">"What waits"</a></span>
                    <button class="button button-small button-quiet" type="button" on:click=move |_| talk.scheduled.set(false)>
                        "Close"
                    </button>
                </p>
            }
        })
    })
}

/// The address of the room or task itself.
fn base(talk: Talk) -> String {
    address(talk.place).trim_end_matches("comments/").to_owned()
}
