//! Ways to what is far above: the first message not read, and the days.

use leptos::{ev::SubmitEvent, html, prelude::*};
use protocol::page::Seek;

use super::{
    talk::Talk,
    thread::{Thread, address},
};
use crate::ui::live;

/// The id of the field in which one chooses a day.
pub const DAYS: &str = "days";

/// Leads to the first message that was not read, where it is above those that are here.
#[component]
pub fn UnreadAbove(talk: Talk) -> impl IntoView {
    let read = Memo::new(move |_| talk.thread.with(Thread::unread_above));
    live(move || {
        read.get().map(|read| {
            view! {
                <a
                    class="unread-above"
                    href=format!("{}find/?after={read}", address(talk.place))
                    rel="external"
                    on:click=move |event| {
                        event.prevent_default();
                        talk.seek(Seek::After(read));
                    }
                >
                    "To the first unread message"
                </a>
            }
        })
    })
}

/// Leads to a day: a form that each day line opens.
#[component]
pub fn Days(talk: Talk) -> impl IntoView {
    let (form, day) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let go = move |event: SubmitEvent| {
        event.prevent_default();
        if let (Some(form), Some(day)) = (form.get(), day.get()) {
            // Fails where it is closed already.
            let _ = form.hide_popover();
            talk.seek(Seek::Day(day.value()));
        }
    };
    view! {
        <form
            class="days"
            id=DAYS
            popover="auto"
            method="get"
            action=format!("{}find/", address(talk.place))
            node_ref=form
            on:submit=go
        >
            <label for="day">"Go to a day"</label>
            <div class="days-row">
                <input class="input" id="day" name="day" type="date" required=true node_ref=day/>
                <button class="button" type="submit">"Go"</button>
            </div>
        </form>
    }
}
