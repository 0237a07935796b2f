//! The members of a board, and its name.

use leptos::prelude::*;
use protocol::{
    BoardId, Member, MyBoard, Role, limits,
    page::{MembersPage, PageQuery},
};

use super::{address::id_in_address, export::Export};
use crate::{
    store::Store,
    ui::{Avatar, Field, Form, PageTitle, loaded, page},
};

/// The page of a board's members.
#[component]
pub fn Members() -> impl IntoView {
    let board = id_in_address("board");
    let members = page(move || board.get().map(|board| PageQuery::Members { board }));
    loaded(members, |page: MembersPage| view! { <MembersView page/> })
}

#[component]
fn MembersView(page: MembersPage) -> impl IntoView {
    let MembersPage { board, members } = page;
    let (id, runs, name) = (board.board.id, board.runs(), board.board.name.clone());
    view! {
        <PageTitle text=format!("Members of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name.clone()}</a>
                <h1 class="page-title">"Members"</h1>
            </div>
            {runs.then(|| view! { <AddMember board=id/> })}
            <ul class="members">
                {members.into_iter().map(|member| view! { <MemberRow member board=board.clone()/> }).collect_view()}
            </ul>
            {runs.then(|| view! { <Rename board=id name/> })}
            <Export
                place=format!("/boards/{id}/")
                about="The tasks with their comments, and the rooms that you see, without what was deleted."
            />
        </div>
    }
}

/// A member, with what an owner can do about them and everybody about themselves.
#[component]
fn MemberRow(member: Member, board: MyBoard) -> impl IntoView {
    let Member { person, role } = member;
    let (board, runs) = (board.board.id, board.runs());
    let me = expect_context::<Store>().my().is_some_and(|me| me.person.id == person.id);
    let path = format!("/boards/{board}/members/{}", person.id);
    let name = person.display_name.clone();
    let remove = if me { "Leave" } else { "Remove" };
    let removed = if me { " this board".to_owned() } else { format!(" {name}") };
    let role_of = format!("Role of {name}");
    let rights = if runs {
        view! {
            <Form action=format!("{path}/role/") class="member-role">
                <RoleSelect label=role_of role/>
                <button class="button button-small" type="submit">"Set"</button>
            </Form>
        }
        .into_any()
    } else {
        view! { <span class="tag">{role.as_str()}</span> }.into_any()
    };
    view! {
        <li class="member">
            <Avatar person=Some(person.clone())/>
            <div class="member-name">
                <span>{name} {me.then_some(" (you)")}</span>
                <span class="member-username">"@" {person.username}</span>
            </div>
            {rights}
            {(runs || me)
                .then(|| {
                    view! {
                        <Form action=format!("{path}/remove/") class="member-remove">
                            <button class="button button-small button-danger" type="submit">
                                {remove} <span class="visually-hidden">{removed}</span>
                            </button>
                        </Form>
                    }
                })}
        </li>
    }
}

/// Adds somebody by username.
#[component]
fn AddMember(board: BoardId) -> impl IntoView {
    view! {
        <Form action=format!("/boards/{board}/members/") class="form member-add">
            <div class="form-line">
                <Field name="username" label="Add somebody by username" max=30/>
                <RoleSelect label="Role".to_owned() role=Role::Member/>
                <button class="button button-primary" type="submit">"Add"</button>
            </div>
        </Form>
    }
}

/// What a member may be.
#[component]
fn RoleSelect(label: String, role: Role) -> impl IntoView {
    view! {
        <select class="input" name="role" aria-label=label>
            {[Role::Viewer, Role::Member, Role::Owner]
                .into_iter()
                .map(|choice| {
                    view! { <option value=choice.as_str() selected=choice == role>{words(choice)}</option> }
                })
                .collect_view()}
        </select>
    }
}

fn words(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: reads",
        Role::Member => "Member: reads and writes",
        Role::Owner => "Owner: runs the board",
    }
}

/// The board's name, which an owner can change.
#[component]
fn Rename(board: BoardId, name: String) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">"The board’s name"</h2>
            <Form action=format!("/boards/{board}/rename/")>
                <div class="form-line">
                    <Field name="name" label="Name" value=name max=limits::BOARD_NAME/>
                    <button class="button" type="submit">"Rename"</button>
                </div>
            </Form>
        </section>
    }
}
