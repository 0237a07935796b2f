//! A conversation: the messages of a room, or the comments on a task, with what one writes there.
//!
//! A page makes a [`Talk`] from its snapshot and shows it with [`Conversation`]; everything live
//! happens inside.

mod actions;
mod completion;
mod composer;
mod doing;
mod draft;
mod edit;
mod editor;
mod emoji;
mod files;
mod find;
mod forms;
mod later;
mod list;
mod marks;
mod markup;
mod outsiders;
mod panel;
mod people;
mod picker;
mod pins;
mod plainly;
mod readers;
mod replies;
mod row;
mod scroll;
mod seen;
mod start;
mod talk;
mod thread;
mod told;
mod tools;
mod typing;
mod undo;
mod watching;

use leptos::prelude::*;
use protocol::Stream;

use actions::Toolbar;
pub use completion::CompletionList;
use composer::{Composer, Writes};
pub use editor::{Editor, Mark, Wanted};
use find::{Days, UnreadAbove};
use later::{LaterForm, LaterNotice};
use list::MessageList;
use outsiders::Outsiders;
use panel::Panels;
pub use panel::{Panel, floating};
pub use pins::Pins;
pub use plainly::{preview_button, previewed};
use readers::ReadBy;
pub use replies::ThreadView;
pub use start::Start;
pub use talk::{Access, Talk};
pub use thread::{Draft, address};
#[cfg(test)]
pub use thread::{End, Shape, Thread};
pub use tools::carry_out;
use typing::TypingLine;
use undo::Undo;
use watching::Watching;

use crate::ui::live;

/// The messages, the typing line and the composer.
#[component]
pub fn Conversation(
    /// Made by [`Talk::open`] in the component around.
    talk: Talk,
    /// What stands above the list and belongs to it.
    #[prop(optional)]
    head: Option<fn(Talk) -> AnyView>,
) -> impl IntoView {
    let shut = Memo::new(move |_| match talk.access.get() {
        Access::Open => None,
        Access::Revoked => Some("You no longer have access to this conversation."),
        Access::Gone => Some(gone_words(talk)),
    });
    let closed = Memo::new(move |_| talk.shut_to_new());
    live(move || match shut.get() {
        None => view! {
            <section
                class="conversation"
                class:conversation-room=talk.is_room()
                aria-label=if talk.is_thread() { "Replies" } else { "Conversation" }
                on:pointerover=move |event| actions::pointed(talk, &event)
                on:focusin=move |event| actions::focused(talk, &event)
                on:click=move |event| actions::clicked(talk, &event)
                on:keydown=move |event| actions::keyed(talk, &event)
            >
                {talk.watch.map(|watch| view! { <Watching talk watch/> })}
                {head.map(|head| head(talk))}
                {matches!(talk.place, Stream::Room(_)).then(|| view! { <UnreadAbove talk/> <Days talk/> })}
                <MessageList talk/>
                <Toolbar talk/>
                <FreshPill talk/>
                <Notice talk/>
                <Outsiders talk/>
                <LaterNotice talk/>
                <Undo talk/>
                <Panels talk/>
                <div class="conversation-foot">
                    {live(move || match closed.get() {
                        None => view! {
                            <Composer talk writes=Writes::New/>
                            {(!talk.is_thread()).then(|| view! { <LaterForm talk/> })}
                        }
                        .into_any(),
                        Some(words) => view! { <p class="composer-closed">{words}</p> }.into_any(),
                    })}
                    <div class="conversation-under">
                        <TypingLine talk/>
                        <ReadBy talk/>
                    </div>
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

/// What is said in place of a conversation that was deleted.
fn gone_words(talk: Talk) -> &'static str {
    let board = talk.board.with_untracked(|mine| mine.board.id);
    match talk.place {
        _ if talk.store.is_deleted(Stream::Board(board)) => "This board was deleted.",
        Stream::Room(_) => "This room was deleted.",
        _ => "This conversation was deleted.",
    }
}

/// Leads to the messages that came below what is read, and to the end from far above.
#[component]
fn FreshPill(talk: Talk) -> impl IntoView {
    let words = move || match talk.fresh.get() {
        0 => talk.far.get().then(|| "To the newest".to_owned()),
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
