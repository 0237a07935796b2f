//! How much I want to hear of a room or a board: a bell that opens the choice.

use leptos::{html, prelude::*, task::spawn_local};
use protocol::{Hearing, Level, Stream};

use crate::{
    api::{self, ApiError},
    store::Store,
    ui::{Form, Icon, Sign, Submission, effect, live},
};

/// The id of the panel with the choice.
const PANEL: &str = "bell";

/// The bell of a room or a board, and the panel that it opens.
#[component]
pub fn Bell(
    /// The room or board.
    place: Stream,
    /// How I hear of it now.
    hearing: Hearing,
) -> impl IntoView {
    let hearing = RwSignal::new(hearing);
    let changed = expect_context::<Store>().leveled;
    let chosen = move |level: Option<Level>, muted: bool| {
        hearing.try_update(|hearing| match place {
            Stream::Board(_) => hearing.board = level.unwrap_or_default(),
            _ => (hearing.own, hearing.muted) = (level, muted),
        });
    };
    // On another tab.
    effect(move |before: Option<()>| {
        // What was said before the page came is in it.
        if let Some((there, level, muted)) = changed.get()
            && there == place
            && before.is_some()
        {
            chosen(level, muted);
        }
    });
    let panel = NodeRef::<html::Section>::new();
    let set = Callback::new(move |submission: Submission| {
        let level = Level::named(&submission.text("level"));
        let muted = submission.text("muted") == "on";
        spawn_local(async move {
            match api::set_level(submission.key(), place, level, muted).await {
                Ok(()) => {
                    if let Some(panel) = panel.try_get_untracked().flatten() {
                        // It may be closed already.
                        let _closed = panel.hide_popover();
                    }
                    submission.done();
                    chosen(level, muted);
                }
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    });
    let state = Memo::new(move |_| {
        let hearing = hearing.get();
        (hearing.muted || hearing.level() == Level::Nothing, words(hearing))
    });
    let action = match place {
        Stream::Board(id) => format!("/boards/{id}/level/"),
        Stream::Room(id) => format!("/messaging/room/{id}/level/"),
        Stream::Task(_) | Stream::Thread(_) | Stream::User(_) => String::new(),
    };
    let choices = live(move || choices(place, hearing.get()));
    view! {
        <button class="button button-quiet button-icon" type="button" popovertarget=PANEL title="Notifications">
            {live(move || view! { <Icon sign=if state.get().0 { Sign::Silent } else { Sign::Bell }/> })}
            <span class="visually-hidden">"Notifications: " {move || state.get().1}</span>
        </button>
        <section class="bell" id=PANEL popover="auto" aria-label="Notifications" node_ref=panel>
            <h2 class="bell-title">"Notifications"</h2>
            <Form action on_submit=set>
                {choices}
                <button class="button button-primary" type="submit">"Set"</button>
            </Form>
        </section>
    }
}

fn choices(place: Stream, hearing: Hearing) -> impl IntoView {
    let is_room = matches!(place, Stream::Room(_));
    let chosen = if is_room { hearing.own } else { Some(hearing.board) };
    let as_board = format!("As on the board: {}", name(hearing.board));
    let choice = move |level: Option<Level>, label: String, hint: &'static str| {
        view! {
            <label class="choice bell-choice">
                <input type="radio" name="level" value=level.map_or("board", Level::as_str) checked=level == chosen/>
                <span>{label} <span class="bell-hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="visually-hidden">"I am told of"</legend>
            {is_room.then(|| choice(None, as_board, ""))}
            {Level::ALL.map(|level| choice(Some(level), name(level).to_owned(), hint(level))).collect_view()}
        </fieldset>
        {is_room
            .then(|| {
                view! {
                    <label class="choice bell-choice">
                        <input type="checkbox" name="muted" value="on" checked=hearing.muted/>
                        <span>"Mute " <span class="bell-hint">"Not counted at the side; only mentions are told."</span></span>
                    </label>
                }
            })}
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Everything => "Everything",
        Level::Mentions => "Mentions",
        Level::Nothing => "Nothing",
    }
}

fn hint(level: Level) -> &'static str {
    match level {
        Level::Everything => "Every message.",
        Level::Mentions => "And replies and what you watch.",
        Level::Nothing => "Not even mentions.",
    }
}

fn words(hearing: Hearing) -> &'static str {
    if hearing.muted { "muted" } else { name(hearing.level()) }
}
