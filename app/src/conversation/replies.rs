//! A thread of a room: the message that it is under, its replies, and whether one is told of them.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use protocol::{
    Event, MessageId, Stream,
    page::{History, ThreadPage},
};

use super::{
    Conversation, Start, Talk,
    row::first_of_thread,
    thread::{Entry, Shape, Thread},
    told::told,
};
use crate::{
    api::{self, ApiError},
    clock,
    store::{Live, Store},
    ui::{Form, live, new_key},
};

/// The message that a thread is under, and the events that change it.
#[derive(Clone, Copy)]
struct Root(RwSignal<Thread>, MessageId);

impl Root {
    fn entry(self) -> Option<Arc<Entry>> {
        self.0.with(|thread| thread.entry(self.1))
    }
}

/// A thread, and the older page of it that was asked for.
#[component]
pub fn ThreadView(page: (ThreadPage, Option<History>)) -> impl IntoView {
    let (page, older) = page;
    let mut start = Start::thread(&page);
    start.history = older.unwrap_or(start.history);
    let talk = Talk::open(start);
    let (id, me) = (page.root.message.id, talk.my_id());
    let following = RwSignal::new(page.following);
    let root = Root(RwSignal::new(alone(&page, talk)), id);
    provide_context(root);
    expect_context::<Store>().open(page.cursor, move |live| {
        let Live::Event(stored) = live else { return };
        if let Event::ReplyPosted { message, .. } = &stored.event
            && message.parent == Some(id)
            && message.author.as_ref().is_some_and(|author| author.id == me)
        {
            // Who replies is told of what follows.
            following.set(true);
        }
        if let Some(stored) = told(Stream::Room(page.room.id), stored) {
            root.0.update(|thread| thread.apply(&stored, clock::local));
        }
    });
    view! {
        <Follow talk root=id following/>
        <Conversation talk head=first/>
    }
}

/// The first message as the only row, to which nothing is added.
fn alone(page: &ThreadPage, talk: Talk) -> Thread {
    let history = History { rows: vec![page.root.clone()], older: true, newer: true };
    let mut thread = Thread::new(Shape::Flat, history, 0, talk.my_id());
    thread.away = true;
    thread
}

fn first(talk: Talk) -> AnyView {
    let root = expect_context::<Root>();
    let entry = Memo::new(move |_| root.entry());
    live(move || entry.get().map(|entry| first_of_thread(talk, &entry))).into_any()
}

/// Whether one is told of replies, and how to change that.
#[component]
fn Follow(talk: Talk, root: MessageId, following: RwSignal<bool>) -> impl IntoView {
    let change = move |_| {
        let on = !following.get_untracked();
        spawn_local(async move {
            let done = if on {
                api::follow_thread(new_key(), root).await
            } else {
                api::unfollow_thread(new_key(), root).await
            };
            match done {
                Ok(()) => {
                    following.try_set(on);
                }
                Err(ApiError(error)) => talk.say(format!("That was not changed. {error}")),
            }
        });
    };
    let page = format!("{}?thread={root}", use_location().pathname.get_untracked());
    live(move || {
        let next = page.clone();
        let (verb, words, does) = if following.get() {
            ("unfollow", "You are told of replies.", "Unfollow")
        } else {
            ("follow", "You are not told of replies.", "Follow")
        };
        view! {
            <Form action=format!("/messaging/message/{root}/{verb}/") class="thread-follow" on_submit=Callback::new(change)>
                <input type="hidden" name="next" value=next/>
                <span>{words}</span>
                <button class="button button-small button-quiet" type="submit">{does}</button>
            </Form>
        }
    })
}
