//! A conversation: the messages of a room, or the comments on a task, with what one writes there.
//!
//! A page makes a [`Talk`] from its snapshot and shows it with [`Conversation`]; everything live
//! happens inside.

mod completion;
mod composer;
mod draft;
mod list;
mod presence;
mod row;
mod scroll;
mod seen;
mod talk;
mod thread;
mod typing;

use leptos::prelude::*;

use composer::Composer;
use list::MessageList;
pub use talk::{Access, Start, Talk};
pub use thread::Draft;
#[cfg(test)]
pub use thread::{Shape, Thread};
use typing::TypingLine;

use crate::ui::live;

/// The messages, the typing line and the composer.
#[component]
pub fn Conversation(
    /// Made by [`Talk::open`] in the component around.
    talk: Talk,
) -> impl IntoView {
    let shut = Memo::new(move |_| match talk.access.get() {
        Access::Open => None,
        Access::Revoked => Some("You no longer have access to this conversation."),
        Access::Gone => Some("This conversation was deleted."),
    });
    live(move || match shut.get() {
        None => view! {
            <section class="conversation" class:conversation-room=talk.is_room() aria-label="Conversation">
                <MessageList talk/>
                <FreshPill talk/>
                <Notice talk/>
                <div class="conversation-foot">
                    {if talk.writes {
                        view! { <Composer talk/> }.into_any()
                    } else {
                        view! { <p class="composer-closed">"You can read here, not write."</p> }.into_any()
                    }}
                    <TypingLine talk/>
                </div>
            </section>
        }
        .into_any(),
        Some(words) => view! {
            <section class="conversation-shut" role="alert">
                <p>{words}</p>
                <p><a class="button" href="/messaging/">"To your boards"</a></p>
            </section>
        }
        .into_any(),
    })
}

/// Leads to the messages that came below what is read.
#[component]
fn FreshPill(talk: Talk) -> impl IntoView {
    let words = move || match talk.fresh.get() {
        0 => None,
        1 => Some("1 new message".to_owned()),
        n => Some(format!("{n} new messages")),
    };
    live(move || {
        words().map(|words| {
            view! {
                <button class="fresh-pill" type="button" on:click=move |_| talk.to_newest()>{words}</button>
            }
        })
    })
}

/// What went wrong last.
#[component]
fn Notice(talk: Talk) -> impl IntoView {
    live(move || {
        talk.notice.get().map(|words| view! {
            <p class="conversation-notice" role="alert">
                <span>{words}</span>
                <button class="button button-small button-quiet" type="button" on:click=move |_| talk.notice.set(None)>
                    "Close"
                </button>
            </p>
        })
    })
}
