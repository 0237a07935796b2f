//! The way from a task to a room where it is talked about.

use leptos::prelude::*;

use crate::{
    store::Store,
    ui::{Icon, Sign, list},
};

/// The rooms of the board behind "Discuss…". Each opens with the task's number in its composer, to be sent or not.
#[component]
pub fn Discuss(
    /// The task's number.
    number: i64,
) -> impl IntoView {
    let board = expect_context::<Store>().board;
    let rooms = move || board.get().map(|board| board.rooms).unwrap_or_default();
    view! {
        <details class="task-discuss">
            <summary class="button"><Icon sign=Sign::Room/> "Discuss…"</summary>
            <ul class="task-discuss-rooms" aria-label="Rooms">
                {list(
                    rooms,
                    |entry| (entry.room.id, entry.room.name.clone()),
                    move |entry| {
                        let href = format!("/messaging/room/{}/?discuss={number}", entry.room.id);
                        let sign = if entry.room.private { Sign::Lock } else { Sign::Room };
                        view! { <li><a class="menu-choice" href=href><Icon sign/> {entry.room.name}</a></li> }
                    },
                )}
            </ul>
        </details>
    }
}
