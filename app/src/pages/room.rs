//! The page of a chat room.

use std::collections::HashMap;

use leptos::{
    ev::KeyboardEvent,
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{self, HtmlElement},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use protocol::{
    Event, Hearing, MessageId, Person, RoomId, Stream, UserId,
    limits::ROOM_PEOPLE,
    page::{Clock, History, PageQuery, PinsPage, RoomMember, RoomPage, ThreadPage},
};

use super::address::{id_in_address, number_in_address};
use crate::{
    api,
    bell::Bell,
    conversation::{Access, Conversation, Pins, Start, Talk, ThreadView},
    copies::Copies,
    store::{Live, Store},
    ui::{Avatar, Form, Icon, Moment, PageTitle, Sign, effect, list, live, loaded, page, when},
};

/// The id of the panel with the room's people.
const PEOPLE: &str = "people";

/// A room with its messages, and beside them a thread (`?thread=`) or what is pinned (`?pins`).
///
/// `?at=` shows the messages around one, and `?before=` an older page for those without script; beside
/// `?thread=` both are about the thread.
#[component]
pub fn Room() -> impl IntoView {
    let room = id_in_address::<RoomId>("room");
    let thread = number_in_address::<MessageId>("thread");
    let (before, at) = (number_in_address("before"), number_in_address("at"));
    let act = number_in_address("act");
    let at = Memo::new(move |_| at.get().or_else(|| act.get()));
    // While a thread is open, the room stays where it was.
    let window = Memo::new(move |old: Option<&Window>| match thread.get() {
        Some(_) => old.copied().unwrap_or_default(),
        None => Window { before: before.get(), at: at.get() },
    });
    let page = page(move || {
        let Window { before, at } = window.get();
        Some(PageQuery::Room { room: room.get()?, before, at })
    });
    let query = use_query_map();
    let pins = Memo::new(move |_| query.with(|query| query.get_str("pins").is_some()));
    view! {
        <div class="room-page" class:beside=move || thread.get().is_some() || pins.get()>
            {loaded(page, |(page, older): (RoomPage, Option<History>)| view! { <RoomView page older/> })}
            {aside(room, thread, pins, before, at)}
        </div>
    }
}

/// Which page of the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Window {
    before: Option<MessageId>,
    at: Option<MessageId>,
}

/// What stands beside the room: a thread, or what is pinned.
fn aside(
    room: Memo<Option<RoomId>>,
    thread: Memo<Option<MessageId>>,
    pins: Memo<bool>,
    before: Memo<Option<MessageId>>,
    at: Memo<Option<MessageId>>,
) -> impl IntoView {
    let asked = Memo::new(move |_| match (thread.get(), pins.get(), room.get()) {
        (Some(root), ..) => Some(PageQuery::Thread { root, before: before.get(), at: at.get() }),
        (None, true, Some(room)) => Some(PageQuery::Pins { place: Stream::Room(room) }),
        _ => None,
    });
    let content = page(move || asked.get());
    let close =
        move || room.get_untracked().map_or_else(|| "/messaging/".to_owned(), |id| format!("/messaging/room/{id}/"));
    let title = Memo::new(move |_| {
        asked.get().map(|asked| if matches!(asked, PageQuery::Thread { .. }) { "Thread" } else { "Pinned" })
    });
    live(move || {
        title.get().map(|title| {
            let back = thread.get_untracked().map(|root| format!("m{root}"));
            view! {
                <Pane title close=close() back>
                    {if title == "Thread" {
                        loaded(content, |page: (ThreadPage, Option<History>)| view! { <ThreadView page/> }).into_any()
                    } else {
                        loaded(content, move |page: PinsPage| view! { <Pins page content/> }).into_any()
                    }}
                </Pane>
            }
        })
    })
}

/// A pane at the right, a sheet on a small screen. Escape and the cross close it; the focus goes to the
/// element `back`.
#[component]
fn Pane(title: &'static str, close: String, back: Option<String>, children: Children) -> impl IntoView {
    let navigate = use_navigate();
    let way = close.clone();
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            navigate(&way, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let pane = NodeRef::<html::Section>::new();
    effect(move |opened: Option<()>| {
        // One that came with the page leaves the focus where it is.
        let asked = document()
            .active_element()
            .is_some_and(|active| active.closest(".conversation").is_ok_and(|it| it.is_some()));
        if let Some(pane) = pane.get().filter(|_| opened.is_none() && asked) {
            // Refused only for an element that can't have the focus.
            let _focused = pane.focus();
        }
    });
    // In an effect, since the server cleans up too.
    effect(move |_| {
        let back = back.clone();
        on_cleanup(move || give_focus_back(back));
    });
    view! {
        <section class="pane room-pane" aria-label=title tabindex="-1" node_ref=pane on:keydown=escape>
            <div class="room-pane-head">
                <h2 class="room-pane-title">{title}</h2>
                <a class="button button-quiet button-icon" href=close aria-label="Close" data-noscroll="true">
                    <Icon sign=Sign::Close/>
                </a>
            </div>
            {children()}
        </section>
    }
}

/// When a pane is gone and nothing else has the focus, what it was about gets it.
fn give_focus_back(back: Option<String>) {
    request_animation_frame(move || {
        let nowhere = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        let element = back.and_then(|id| document().get_element_by_id(&id)?.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element.filter(|_| nowhere) {
            let _focused = element.focus();
        }
    });
}

#[component]
fn RoomView(page: RoomPage, older: Option<History>) -> impl IntoView {
    let mut start = Start::room(&page);
    start.history = older.unwrap_or(start.history);
    let talk = Talk::open(start);

    let kept = page.clone();
    let RoomPage { room, board, joined, members, cursor, hearing, .. } = page;
    let (id, board_id) = (room.id, board.board.id);
    let me = talk.my_id();
    let joined = RwSignal::new(joined);
    let members = Members::new(members);
    let room = RwSignal::new(room);
    expect_context::<Store>().open(cursor, move |live| {
        let Live::Event(stored) = live else { return };
        match &stored.event {
            Event::RoomChanged { room: changed } => room.set(changed.clone()),
            Event::MemberJoined { person } => {
                members.change(|members| put(members, person));
                joined.update(|joined| *joined |= person.id == me);
            }
            Event::MemberLeft { user } => {
                members.change(|members| members.retain(|member| member.id != *user));
                joined.update(|joined| *joined &= *user != me);
            }
            _ => {}
        }
    });

    expect_context::<Copies>().keep(Stream::Room(id), move || {
        talk.copy(|history, read| {
            let (room, joined) = (room.get_untracked(), joined.get_untracked());
            let page = RoomPage { room, joined, members: members.list.get_untracked(), history, read, ..kept.clone() };
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
                    <h1 class="room-name"><Icon sign/> <span>{name}</span></h1>
                    <p class="room-topic">
                        <a href=format!("/messaging/board/{board_id}/rooms/")>{board.board.name}</a>
                        <span title=topic>{topic}</span>
                    </p>
                </div>
                {when(
                    move || talk.access.get() == Access::Open,
                    move || view! { <RoomTools talk room=id joined hearing/> },
                )}
            </header>
            <Conversation talk/>
            <People talk room=id members/>
        </div>
    }
}

/// What one can do in a room that may be seen.
#[component]
fn RoomTools(talk: Talk, room: RoomId, joined: RwSignal<bool>, hearing: Hearing) -> impl IntoView {
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
        <Bell place=Stream::Room(room) hearing/>
        <a class="button button-quiet button-icon" href=format!("/messaging/room/{room}/?pins=") title="Pinned" data-noscroll="true">
            <Icon sign=Sign::Pin/>
            <span class="visually-hidden">"Pinned"</span>
        </a>
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

/// The members of a room as far as the page knows them, by name.
#[derive(Clone, Copy)]
struct Members {
    list: RwSignal<Vec<Person>>,
    /// Are these all? A page comes with the first.
    complete: RwSignal<bool>,
    /// When they were last here, as far as it is known.
    seen: Seen,
    /// Counts those who came and left.
    changes: StoredValue<u32>,
}

impl Members {
    fn new(first: Vec<Person>) -> Self {
        Self {
            complete: RwSignal::new(first.len() < ROOM_PEOPLE),
            list: RwSignal::new(first),
            seen: RwSignal::new(HashMap::new()),
            changes: StoredValue::new(0),
        }
    }

    fn change(self, make: impl FnOnce(&mut Vec<Person>)) {
        self.changes.update_value(|changes| *changes += 1);
        self.list.update(make);
    }

    /// Asks for all of them; without an answer the list stays as it was.
    async fn load(self, room: RoomId) {
        loop {
            let before = self.changes.try_get_value();
            let Ok(found) = api::load_room_members(room).await else { return };
            let now = self.changes.try_get_value();
            if now.is_none() {
                return;
            }
            // Who came or left meanwhile may be in the answer or not.
            if now == before {
                let seen = |RoomMember { person, seen }: &RoomMember| Some((person.id, seen.clone()?));
                self.seen.set(found.iter().filter_map(seen).collect());
                self.list.set(found.into_iter().map(|member| member.person).collect());
                return self.complete.set(true);
            }
        }
    }
}

/// The members of the room and who of them is here.
#[component]
fn People(talk: Talk, room: RoomId, members: Members) -> impl IntoView {
    let seen = members.seen;
    // Whenever somebody looks.
    let opened = move |_: web_sys::Event| spawn_local(members.load(room));
    let visitors = move || {
        if !members.complete.get() {
            return Vec::new();
        }
        let members = members.list.get();
        talk.presence.with(|presence| {
            let is_member = |person: &Person| members.iter().any(|member| member.id == person.id);
            presence.people.iter().filter(|person| !is_member(person)).cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <section class="people" id=PEOPLE popover="auto" aria-label="Members" on:beforetoggle=opened>
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
                {rows(talk, seen, move || members.list.get())}
            </ul>
            {when(
                move || !members.complete.get(),
                move || view! { <a class="people-all" href=format!("/messaging/room/{room}/settings/")>"More members"</a> },
            )}
            {when(
                move || !visitors().is_empty(),
                move || {
                    view! {
                        <h2 class="people-title">"Reading along"</h2>
                        <ul class="people-list">{rows(talk, seen, visitors)}</ul>
                    }
                },
            )}
        </section>
    }
}

/// When people were last here, as far as it is known.
type Seen = RwSignal<HashMap<UserId, Clock>>;

fn rows(talk: Talk, seen: Seen, people: impl Fn() -> Vec<Person> + Send + Sync + 'static) -> impl IntoView {
    let known = |person: &Person| (person.id, person.display_name.clone());
    list(people, known, move |person| view! { <PersonRow talk seen person/> })
}

/// On the server nobody is known to be here yet: a person's row says who they are.
#[cfg(feature = "ssr")]
#[component]
fn PersonRow(talk: Talk, seen: Seen, person: Person) -> impl IntoView {
    static ROWS: crate::ui::Printed<Person> = crate::ui::Printed::new();
    ROWS.element(person.id.0, person, |person| person_row(talk, seen, person.clone()))
}

#[cfg(not(feature = "ssr"))]
#[component]
fn PersonRow(talk: Talk, seen: Seen, person: Person) -> impl IntoView {
    person_row(talk, seen, person)
}

fn person_row(talk: Talk, seen: Seen, person: Person) -> impl IntoView {
    let (id, name, username) = (person.id, person.display_name.clone(), format!("@{}", person.username));
    let state = Memo::new(move |_| {
        talk.presence.with(|presence| presence.has(id).then(|| if presence.is_away(id) { "away" } else { "here" }))
    });
    view! {
        <li class="person" class:person-here=move || state.get().is_some() class:person-away=move || state.get() == Some("away")>
            <Avatar person=Some(person)/>
            <span class="person-name">{name}</span>
            <span class="person-username">{username}</span>
            {live(move || match state.get() {
                Some(state) => Some(view! { <span class="person-state">{state}</span> }.into_any()),
                None => seen.with(|seen| seen.get(&id).cloned()).map(|clock| {
                    view! { <span class="person-seen">"seen " <Moment clock/></span> }.into_any()
                }),
            })}
        </li>
    }
}

/// Adds somebody to a list by name, once.
fn put(people: &mut Vec<Person>, person: &Person) {
    people.retain(|other| other.id != person.id);
    let place = people.partition_point(|other| other.display_name.to_lowercase() <= person.display_name.to_lowercase());
    people.insert(place, person.clone());
}
