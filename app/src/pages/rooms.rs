//! The rooms of a board, and making one.

use leptos::prelude::*;
use protocol::{
    BoardId, Member, RoomEntry, limits,
    page::{MembersPage, PageQuery, RoomsPage},
};

use super::address::id_in_address;
use crate::{
    store::Store,
    ui::{Empty, Field, Form, FormState, Icon, PageTitle, Sign, TextField, loaded, page},
};

/// The page of a board's rooms.
#[component]
pub fn Rooms() -> impl IntoView {
    let board = id_in_address("board");
    let rooms = page(move || board.get().map(|board| PageQuery::Rooms { board }));
    loaded(rooms, |page: RoomsPage| view! { <RoomsView page/> })
}

#[component]
fn RoomsView(page: RoomsPage) -> impl IntoView {
    let RoomsPage { board, rooms } = page;
    let (id, writes, name) = (board.board.id, board.writes(), board.board.name);
    let new = format!("/messaging/board/{id}/rooms/create/");
    view! {
        <PageTitle text=format!("Rooms of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"Rooms"</h1>
                {writes.then(|| view! { <a class="button button-primary" href=new.clone()>"New room"</a> })}
            </div>
            {if rooms.is_empty() {
                view! {
                    <Empty title="No room yet">
                        {if writes {
                            view! { <a href=new>"Make the first one"</a> " to talk about this board." }.into_any()
                        } else {
                            "Nobody has made a room on this board.".into_any()
                        }}
                    </Empty>
                }
                    .into_any()
            } else {
                view! {
                    <ul class="rooms">
                        {rooms.into_iter().map(|entry| view! { <RoomRow entry/> }).collect_view()}
                    </ul>
                }
                    .into_any()
            }}
        </div>
    }
}

/// A room, with a button to join or leave it.
#[component]
fn RoomRow(entry: RoomEntry) -> impl IntoView {
    let unread = entry.counted();
    let RoomEntry { room, joined, .. } = entry;
    let verb = if joined { "leave" } else { "join" };
    view! {
        <li class="room-row">
            <a class="room-row-link" href=format!("/messaging/room/{}/", room.id)>
                <Icon sign=if room.private { Sign::Lock } else { Sign::Room }/>
                <span class="room-row-name">{room.name.clone()}</span>
                {room.private.then(|| view! { <span class="tag">"private"</span> })}
                {(unread > 0)
                    .then(|| {
                        view! {
                            <span class="badge">{unread.min(99)}<span class="visually-hidden">" unread"</span></span>
                        }
                    })}
                {(!room.topic.is_empty()).then(|| view! { <span class="room-row-topic">{room.topic}</span> })}
            </a>
            <Form action=format!("/messaging/room/{}/{verb}/", room.id) class="form-inline">
                <button class="button button-small" type="submit">
                    {if joined { "Leave" } else { "Join" }}
                    <span class="visually-hidden">" " {room.name}</span>
                </button>
            </Form>
        </li>
    }
}

/// The page that makes a room.
#[component]
pub fn NewRoom() -> impl IntoView {
    let board = id_in_address("board");
    let members = page(move || board.get().map(|board| PageQuery::Members { board }));
    loaded(members, |page: MembersPage| view! { <NewRoomView page/> })
}

#[component]
fn NewRoomView(page: MembersPage) -> impl IntoView {
    let MembersPage { board, members, .. } = page;
    let (id, name) = (board.board.id, board.board.name);
    view! {
        <PageTitle text=format!("New room on {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/messaging/board/{id}/rooms/")>"Rooms of " {name}</a>
                <h1 class="page-title">"New room"</h1>
            </div>
            <NewRoomForm board=id members/>
        </div>
    }
}

#[component]
fn NewRoomForm(board: BoardId, members: Vec<Member>) -> impl IntoView {
    let action = format!("/messaging/board/{board}/rooms/create/");
    let state = FormState::of(&action);
    let private = state.typed("private").is_some();
    let me = expect_context::<Store>().my().map(|me| me.person.id);
    let invited = state.all_typed("members");
    view! {
        <Form action state>
            <Field name="name" label="Name" max=limits::ROOM_NAME/>
            <TextField name="description" label="What is it for?" rows=2/>
            <label class="choice">
                <input type="checkbox" name="private" value="on" checked=private/>
                "Private: only the people invited below see it"
            </label>
            <fieldset class="choices room-invited">
                <legend>"Invite"</legend>
                {members
                    .into_iter()
                    .filter(|member| Some(member.person.id) != me)
                    .map(|member| {
                        let id = member.person.id.to_string();
                        view! {
                            <label class="choice">
                                <input type="checkbox" name="members" checked=invited.contains(&id) value=id/>
                                {member.person.display_name}
                                <span class="page-text">"@" {member.person.username}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <button class="button button-primary" type="submit">"Make the room"</button>
        </Form>
    }
}
