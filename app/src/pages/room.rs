//! The page of a chat room.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{
    Error, Event, MessageId, Person, RoomId, Stream,
    page::{History, RoomPage},
};

use super::address::id_in_address;
use crate::{
    api::{self, ApiError},
    conversation::{Access, Conversation, Start, Talk},
    copies::Copies,
    store::{Live, Store},
    ui::{Avatar, Form, Icon, PageTitle, Sign, loaded},
};

/// The id of the panel with the room's people.
const PEOPLE: &str = "people";

/// A room with its messages. `?before=` shows an older page of them, for those without script.
#[component]
pub fn Room() -> impl IntoView {
    let room = id_in_address::<RoomId>("room");
    let (query, copies) = (use_query_map(), expect_context::<Copies>());
    let before = Memo::new(move |_| query.with(|query| query.get_str("before")?.parse::<MessageId>().ok()));
    let page = Resource::new(
        move || (room.get(), before.get()),
        move |(room, before)| async move {
            let room = room.ok_or(ApiError(Error::NotFound))?;
            let page = copies.load(Stream::Room(room), api::load_room(room)).await?;
            let older = match before {
                Some(before) => Some(api::older_messages(Stream::Room(room), before).await?),
                None => None,
            };
            Ok::<_, ApiError>((page, older))
        },
    );
    loaded(page, |(page, older)| view! { <RoomView page older/> })
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
        talk.copy(|history, read| RoomPage {
            room: room.get_untracked(),
            joined: joined.get_untracked(),
            members: members.get_untracked(),
            history,
            read,
            ..kept.clone()
        })
    });

    let name = Signal::derive(move || room.with(|room| room.name.clone()));
    let topic = Memo::new(move |_| room.with(|room| room.topic.clone()));
    let sign = if room.with_untracked(|room| room.private) { Sign::Lock } else { Sign::Room };
    let shown = move || talk.access.get() == Access::Open;
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
                <Show when=shown>
                    {move || (!joined.get()).then(|| view! {
                        <Form action=format!("/messaging/room/{id}/join/") class="room-join">
                            <button class="button" type="submit">"Join"</button>
                        </Form>
                    })}
                    <button class="button button-quiet room-here" type="button" popovertarget=PEOPLE>
                        <Icon sign=Sign::People/>
                        <span>{move || here(talk)}</span>
                        <span class="visually-hidden">", show the members"</span>
                    </button>
                    <a class="button button-quiet button-icon" href=format!("/messaging/room/{id}/settings/") title="Settings of the room">
                        <Icon sign=Sign::Settings/>
                        <span class="visually-hidden">"Settings of the room"</span>
                    </a>
                </Show>
            </header>
            <Conversation talk/>
            <People talk members/>
        </div>
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
                <For each=move || members.get() key=|person| (person.id, person.display_name.clone()) let:person>
                    <PersonRow talk person/>
                </For>
            </ul>
            <Show when=move || !visitors().is_empty()>
                <h2 class="people-title">"Reading along"</h2>
                <ul class="people-list">
                    <For each=visitors key=|person| (person.id, person.display_name.clone()) let:person>
                        <PersonRow talk person/>
                    </For>
                </ul>
            </Show>
        </section>
    }
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
    let here = Memo::new(move |_| talk.presence.with(|presence| presence.has(id)));
    view! {
        <li class="person" class:person-here=here>
            <Avatar person=Some(person)/>
            <span class="person-name">{name}</span>
            <span class="person-username">{username}</span>
            {move || here.get().then(|| view! { <span class="person-state">"here"</span> })}
        </li>
    }
}

/// Adds somebody to a list by name, once.
fn put(people: &mut Vec<Person>, person: &Person) {
    people.retain(|other| other.id != person.id);
    let place = people.partition_point(|other| other.display_name.to_lowercase() <= person.display_name.to_lowercase());
    people.insert(place, person.clone());
}
