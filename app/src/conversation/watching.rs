//! Whether one is told of what is said on a task or in a thread, who else is, and how to change that.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use protocol::{Stream, Watch};

use super::Talk;
use crate::{
    api::{self, ApiError},
    ui::{Form, Submission, effect, live},
};

/// The line that says it, with its button.
#[component]
pub fn Watching(talk: Talk, watch: RwSignal<Watch>) -> impl IntoView {
    let changed = talk.store.watched;
    // On another tab too.
    effect(move |before: Option<()>| {
        // What was said before the page came is in it.
        if let Some((there, on)) = changed.get()
            && there == talk.place
            && before.is_some()
        {
            set(talk, watch, on);
        }
    });
    let change = Callback::new(move |submission: Submission| {
        let (on, place) = (!watch.with_untracked(|watch| watch.mine), talk.place);
        spawn_local(async move {
            let key = submission.key();
            let done = if on { api::watch(key, place).await } else { api::unwatch(key, place).await };
            match done {
                Ok(()) => set(talk, watch, on),
                Err(ApiError(error)) => talk.say(format!("That was not changed. {error}")),
            }
        });
    });
    let (base, page) = match talk.place {
        Stream::Thread(root) => {
            (format!("/messaging/message/{root}"), format!("{}?thread={root}", use_location().pathname.get_untracked()))
        }
        other => (
            format!("/tasks/{}", if let Stream::Task(id) = other { id.0 } else { 0 }),
            use_location().pathname.get_untracked(),
        ),
    };
    let of = if talk.is_thread() { "replies" } else { "comments" };
    live(move || {
        let Watch { mine, count, people } = watch.get();
        let (verb, words, does) = match mine {
            true => (if talk.is_thread() { "unfollow" } else { "unwatch" }, "You are told of ", "Unwatch"),
            false => (if talk.is_thread() { "follow" } else { "watch" }, "You are not told of ", "Watch"),
        };
        let more = count - people.len() as i64;
        let next = page.clone();
        view! {
            <div class="watching">
                <Form action=format!("{base}/{verb}/") class="watching-form" on_submit=change>
                    <input type="hidden" name="next" value=next/>
                    <span>{words} {of} "."</span>
                    <button class="button button-small button-quiet" type="submit">{does}</button>
                </Form>
                {(count > 0)
                    .then(|| {
                        let names = people.into_iter().map(|person| view! { <li>{person.display_name}</li> });
                        view! {
                            <details class="watching-who">
                                <summary>{count} {if count == 1 { " watches" } else { " watch" }}</summary>
                                <ul>
                                    {names.collect_view()}
                                    {(more > 0).then(|| view! { <li>"and " {more} " more"</li> })}
                                </ul>
                            </details>
                        }
                    })}
            </div>
        }
    })
}

/// I watch, or do no longer.
pub(super) fn set(talk: Talk, watch: RwSignal<Watch>, on: bool) {
    if watch.try_with_untracked(|watch| watch.mine) != Some(!on) {
        return;
    }
    watch.update(|watch| {
        watch.mine = on;
        watch.count += if on { 1 } else { -1 };
        match talk.me() {
            Some(me) if on => watch.people.push(me),
            me => watch.people.retain(|person| Some(person.id) != me.as_ref().map(|me| me.id)),
        }
    });
}
