//! The page of a chat room.

use leptos::prelude::*;
use protocol::{
    Event, Person, RoomId, Stream,
    page::{History, PageQuery, RoomPage},
};

use super::address::{before_in_address, id_in_address};
use crate::{
    conversation::{Access, Conversation, Start, Talk},
    copies::Copies,
    store::{Live, Store},
    ui::{Avatar, Form, Icon, PageTitle, Sign, list, live, loaded, page, when},
};

/// The id of the panel with the room's people.
const PEOPLE: &str = "people";

/// A room with its messages. `?before=` shows an older page of them, for those without script.
#[component]
pub fn Room() -> impl IntoView {
    let room = id_in_address::<RoomId>("room");
    let before = before_in_address();
    let page = page(move || room.get().map(|room| PageQuery::Room { room, before: before.get(), at: None }));
    loaded(page, |(page, older): (RoomPage, Option<History>)| view! { <RoomView page older/> })
}

#[component]
fn RoomView(page: RoomPage, older: Option<History>) -> impl IntoView {
    let mut start = Start::room(&page);
    start.away = older.is_some();
    start.history = older.unwrap_or(start.history);
    let talk = Talk::open(start);

    let kept = page.clone();
    let RoomPage { room, board, joined, members, cursor, .. } = page;
    let (id, board_id) = (room.id, board.board.id);
    let me = talk.my_id();
    let joined = RwSignal::new(joined);
    let members = RwSignal::new(members);
    let room = RwSignal::new(room);
    expect_context::<Store>().open(cursor, move |live| {
        let Live::Event(stored) = live else { return };
        match &stored.event {
            Event::RoomChanged { room: changed } => room.set(changed.clone()),
            Event::MemberJoined { person } => {
                members.update(|members| put(members, person));
                joined.update(|joined| *joined |= person.id == me);
            }
            Event::MemberLeft { user } => {
                members.update(|members| members.retain(|member| member.id != *user));
                joined.update(|joined| *joined &= *user != me);
            }
            _ => {}
        }
    });

    expect_context::<Copies>().keep(Stream::Room(id), move || {
        talk.copy(|history, read| {
            let (room, joined) = (room.get_untracked(), joined.get_untracked());
            let page = RoomPage { room, joined, members: members.get_untracked(), history, read, ..kept.clone() };
            (page, None::<History>)
        })
    });

    let name = Signal::derive(move || room.with(|room| room.name.clone()));
    let topic = Memo::new(move |_| room.with(|room| room.topic.clone()));
    let sign = if room.with_untracked(|room| room.private) { Sign::Lock } else { Sign::Room };
    view! {
        <PageTitle text=name/>
        <div class="room">
            <header class="room-head">
                <div class="room-names">
                    <h1 class="room-name"><Icon sign/> {name}</h1>
                    <p class="room-topic">
                        <a href=format!("/messaging/board/{board_id}/rooms/")>{board.board.name}</a>
                        <span title=topic>{topic}</span>
                    </p>
                </div>
                {when(
                    move || talk.access.get() == Access::Open,
                    move || view! { <RoomTools talk room=id joined/> },
                )}
            </header>
            <Conversation talk/>
            <People talk members/>
        </div>
    }
}

/// What one can do in a room that may be seen.
#[component]
fn RoomTools(talk: Talk, room: RoomId, joined: RwSignal<bool>) -> impl IntoView {
    view! {
        {when(
            move || !joined.get(),
            move || {
                view! {
                    <Form action=format!("/messaging/room/{room}/join/") class="room-join">
                        <button class="button" type="submit">"Join"</button>
                    </Form>
                }
            },
        )}
        <button class="button button-quiet room-here" type="button" popovertarget=PEOPLE>
            <Icon sign=Sign::People/>
            <span>{move || here(talk)}</span>
            <span class="visually-hidden">", show the members"</span>
        </button>
        <a
            class="button button-quiet button-icon"
            href=format!("/messaging/room/{room}/settings/")
            title="Settings of the room"
        >
            <Icon sign=Sign::Settings/>
            <span class="visually-hidden">"Settings of the room"</span>
        </a>
    }
}

/// How many are here, in words; before the socket has said it, that there are members.
fn here(talk: Talk) -> String {
    match talk.presence.with(|presence| presence.count) {
        0 => "Members".to_owned(),
        n => format!("{n} here"),
    }
}

/// The members of the room and who of them is here.
#[component]
fn People(talk: Talk, members: RwSignal<Vec<Person>>) -> impl IntoView {
    let visitors = move || {
        let members = members.get();
        talk.presence.with(|presence| {
            let is_member = |person: &Person| members.iter().any(|member| member.id == person.id);
            presence.people.iter().filter(|person| !is_member(person)).cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <section class="people" id=PEOPLE popover="auto" aria-label="Members">
            <div class="people-head">
                <h2 class="people-title">"Members"</h2>
                <button
                    class="button button-quiet button-icon"
                    type="button"
                    popovertarget=PEOPLE
                    popovertargetaction="hide"
                    aria-label="Close"
                >
                    <Icon sign=Sign::Close/>
                </button>
            </div>
            <ul class="people-list">
                {rows(talk, move || members.get())}
            </ul>
            {when(
                move || !visitors().is_empty(),
                move || {
                    view! {
                        <h2 class="people-title">"Reading along"</h2>
                        <ul class="people-list">{rows(talk, visitors)}</ul>
                    }
                },
            )}
        </section>
    }
}

fn rows(talk: Talk, people: impl Fn() -> Vec<Person> + Send + Sync + 'static) -> impl IntoView {
    let known = |person: &Person| (person.id, person.display_name.clone());
    list(people, known, move |person| view! { <PersonRow talk person/> })
}

/// On the server nobody is known to be here yet: a person's row says who they are.
#[cfg(feature = "ssr")]
#[component]
fn PersonRow(talk: Talk, person: Person) -> impl IntoView {
    static ROWS: crate::ui::Printed<Person> = crate::ui::Printed::new();
    ROWS.element(person.id.0, person, |person| person_row(talk, person.clone()))
}

#[cfg(not(feature = "ssr"))]
#[component]
fn PersonRow(talk: Talk, person: Person) -> impl IntoView {
    person_row(talk, person)
}

fn person_row(talk: Talk, person: Person) -> impl IntoView {
    let (id, name, username) = (person.id, person.display_name.clone(), format!("@{}", person.username));
    let state = Memo::new(move |_| {
        talk.presence.with(|presence| presence.has(id).then(|| if presence.is_away(id) { "away" } else { "here" }))
    });
    view! {
        <li class="person" class:person-here=move || state.get().is_some() class:person-away=move || state.get() == Some("away")>
            <Avatar person=Some(person)/>
            <span class="person-name">{name}</span>
            <span class="person-username">{username}</span>
            {live(move || state.get().map(|state| view! { <span class="person-state">{state}</span> }))}
        </li>
    }
}

/// Adds somebody to a list by name, once.
fn put(people: &mut Vec<Person>, person: &Person) {
    people.retain(|other| other.id != person.id);
    let place = people.partition_point(|other| other.display_name.to_lowercase() <= person.display_name.to_lowercase());
    people.insert(place, person.clone());
}
