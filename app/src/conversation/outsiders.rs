//! People who are mentioned in a private room and are not in it: who may put them into it is asked.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Person, UserId};

use super::Talk;
use crate::{
    api::{self, ApiError},
    ui::{list, new_key},
};

/// Looks for such people in a text that is sent. Where that can't be asked, nothing is offered.
pub(super) fn look(talk: Talk, text: &str) {
    if talk.private.is_none() || !untrack(|| talk.rights()).moderates || !text.contains(['@', '＠']) {
        return;
    }
    let text = text.to_owned();
    spawn_local(async move {
        if let Ok(people) = api::load_outsiders(talk.place, text).await {
            talk.outsiders.try_set(people);
        }
    });
}

/// What is asked.
#[component]
pub fn Outsiders(talk: Talk) -> impl IntoView {
    let put_away = move |user: UserId| {
        talk.outsiders.try_update(|people| people.retain(|person| person.id != user));
    };
    let add = move |user: UserId| {
        let Some(room) = talk.private else { return };
        spawn_local(async move {
            match api::add_to_room(new_key(), room, user).await {
                Ok(_) => put_away(user),
                Err(ApiError(error)) => talk.say(error.to_string()),
            }
        });
    };
    let ask = move |person: Person| {
        let (id, name) = (person.id, person.display_name);
        view! {
            <p class="conversation-notice" role="status">
                <span>{name.clone()} " is not in this room and was not told."</span>
                <button class="button button-small" type="button" on:click=move |_| add(id)>"Add " {name}</button>
                <button class="button button-small button-quiet" type="button" on:click=move |_| put_away(id)>"Close"</button>
            </p>
        }
    };
    list(move || talk.outsiders.get(), |person: &Person| person.id, ask)
}
