//! A room's name, topic and members; leaving it, clearing it, and deleting it.

use leptos::prelude::*;
use protocol::{
    Person, Room, limits,
    page::{PageQuery, RoomSettings as Settings},
};

use super::{address::id_in_address, export::Export};
use crate::ui::{Avatar, Field, Form, PageTitle, TextField, loaded, page};

/// The page of a room's settings.
#[component]
pub fn RoomSettings() -> impl IntoView {
    let room = id_in_address("room");
    let settings = page(move || room.get().map(|room| PageQuery::RoomSettings { room }));
    loaded(settings, |page: Settings| view! { <SettingsView page/> })
}

#[component]
fn SettingsView(page: Settings) -> impl IntoView {
    let Settings { room, joined, members, others, manages, .. } = page;
    let verb = if joined { "leave" } else { "join" };
    view! {
        <PageTitle text=format!("About {}", room.name)/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/messaging/room/{}/", room.id)>{room.name.clone()}</a>
                <h1 class="page-title">"About this room"</h1>
                <Form action=format!("/messaging/room/{}/{verb}/", room.id) class="form-inline">
                    <button class="button" type="submit">{if joined { "Leave the room" } else { "Join the room" }}</button>
                </Form>
            </div>
            {if manages {
                view! { <Edit room=room.clone()/> }.into_any()
            } else {
                view! { <p class="page-text">{room.topic.clone()}</p> }.into_any()
            }}
            <RoomMembers room=room.clone() members others manages/>
            <Export
                place=format!("/messaging/room/{}/", room.id)
                about="Everything said here and in the threads, without what was deleted."
            />
            {manages.then(|| view! { <Clear room=room.clone()/> <Delete room/> })}
        </div>
    }
}

#[component]
fn Edit(room: Room) -> impl IntoView {
    view! {
        <Form action=format!("/messaging/room/{}/edit/", room.id)>
            <Field name="name" label="Name" value=room.name max=limits::ROOM_NAME/>
            <TextField name="description" label="What is it for?" value=room.topic rows=2/>
            <button class="button button-primary" type="submit">"Save"</button>
        </Form>
    }
}

/// Who is in the room; in a private one, who manages it adds and removes.
#[component]
fn RoomMembers(room: Room, members: Vec<Person>, others: Vec<Person>, manages: bool) -> impl IntoView {
    let id = room.id;
    view! {
        <section class="section room-members">
            <h2 class="section-title">"Members"</h2>
            {(manages && !others.is_empty())
                .then(|| {
                    view! {
                        <Form action=format!("/messaging/room/{id}/members/") class="form member-add">
                            <div class="form-line">
                                <select class="input" name="user" aria-label="Somebody of the board">
                                    {others
                                        .into_iter()
                                        .map(|person| {
                                            view! {
                                                <option value=person.id.to_string()>
                                                    {format!("{} (@{})", person.display_name, person.username)}
                                                </option>
                                            }
                                        })
                                        .collect_view()}
                                </select>
                                <button class="button" type="submit">"Add"</button>
                            </div>
                        </Form>
                    }
                })}
            <ul class="members">
                {members
                    .into_iter()
                    .map(|person| {
                        let name = person.display_name.clone();
                        let remove = format!("/messaging/room/{id}/members/{}/remove/", person.id);
                        view! {
                            <li class="member">
                                <Avatar person=Some(person.clone())/>
                                <div class="member-name">
                                    <span>{name.clone()}</span>
                                    <span class="member-username">"@" {person.username}</span>
                                </div>
                                {manages
                                    .then(|| {
                                        view! {
                                            <Form action=remove class="member-remove">
                                                <button class="button button-small button-danger" type="submit">
                                                    "Remove" <span class="visually-hidden">" " {name}</span>
                                                </button>
                                            </Form>
                                        }
                                    })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

/// Deletes the room after a second look.
#[component]
fn Delete(room: Room) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">"Delete the room"</h2>
            <details class="confirm">
                <summary class="button button-danger">"Delete…"</summary>
                <Form action=format!("/messaging/room/{}/delete/", room.id) class="form confirm-form">
                    <p>"This deletes " <strong>{room.name}</strong> " and everything said in it, for everybody and for good."</p>
                    <button class="button button-danger" type="submit">"Delete for good"</button>
                </Form>
            </details>
        </section>
    }
}

/// Clears the room of what was said in it, after a second look.
#[component]
fn Clear(room: Room) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">"Clear the room"</h2>
            <details class="confirm">
                <summary class="button button-danger">"Clear…"</summary>
                <Form action=format!("/messaging/room/{}/clear/", room.id) class="form confirm-form">
                    <p>"This deletes everything said in " <strong>{room.name}</strong> ", its threads included, for everybody and for good. The room and its members stay."</p>
                    <button class="button button-danger" type="submit">"Clear for good"</button>
                </Form>
            </details>
        </section>
    }
}
