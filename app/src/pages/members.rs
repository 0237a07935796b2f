//! The members of a board, and its name.

use leptos::{ev::FocusEvent, prelude::*, web_sys::HtmlInputElement};
use protocol::{
    BoardId, Member, MyBoard, Person, Role, limits,
    page::{InviteRow, MembersPage, PageQuery},
};

use super::{
    address::id_in_address,
    archived::{archived_line, ways_out},
    export::Export,
};
use crate::{
    store::Store,
    ui::{Avatar, Field, Form, Moment, PageTitle, loaded, page},
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
    let MembersPage { board, members, invites } = page;
    let (id, runs, name) = (board.board.id, board.runs(), board.board.name.clone());
    let me = expect_context::<Store>().my().map(|me| me.person.id);
    let heirs: Vec<Person> =
        members.iter().map(|member| member.person.clone()).filter(|person| Some(person.id) != me).collect();
    view! {
        <PageTitle text=format!("Members of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name.clone()}</a>
                <h1 class="page-title">"Members"</h1>
            </div>
            {archived_line(&board)}
            {runs.then(|| view! { <AddMember board=id/> })}
            <ul class="members">
                {members.into_iter().map(|member| view! { <MemberRow member board=board.clone()/> }).collect_view()}
            </ul>
            {runs.then(|| view! { <Invites board=id invites/> })}
            {runs.then(|| view! { <Rename board=id name/> })}
            {(runs && !heirs.is_empty()).then(|| view! { <HandOver board=id heirs/> })}
            <Export
                place=format!("/boards/{id}/")
                about="The tasks with their comments, and the rooms that you see, without what was deleted."
                board=true
            />
            {board.owns().then(|| ways_out(board.board.clone()))}
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

/// Links by which people come onto the board.
#[component]
fn Invites(board: BoardId, invites: Vec<InviteRow>) -> impl IntoView {
    let length = |days: i64| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    view! {
        <section class="section">
            <h2 class="section-title">"Invite by link"</h2>
            <p class="page-text">"Who has the link can come onto the board, and make an account for it."</p>
            <Form action=format!("/boards/{board}/invites/") class="form member-add">
                <div class="form-line">
                    <RoleSelect label="They become".to_owned() role=Role::Member/>
                    <select class="input" name="days" aria-label="For how long">
                        {limits::INVITE_DAYS
                            .into_iter()
                            .map(|days| {
                                let chosen = days == limits::INVITE_DAYS[1];
                                view! { <option value=days.to_string() selected=chosen>"For " {length(days)}</option> }
                            })
                            .collect_view()}
                    </select>
                    <button class="button" type="submit">"Make a link"</button>
                </div>
            </Form>
            <ul class="invites">
                {invites.into_iter().map(|row| view! { <InviteEntry board row/> }).collect_view()}
            </ul>
        </section>
    }
}

/// A link, with what can be done about it.
#[component]
fn InviteEntry(board: BoardId, row: InviteRow) -> impl IntoView {
    let InviteRow { invite, url, until } = row;
    let joined = match invite.joined {
        0 => "nobody has come by it yet".to_owned(),
        1 => "1 person has come by it".to_owned(),
        many => format!("{many} people have come by it"),
    };
    let select_all = move |event: FocusEvent| event_target::<HtmlInputElement>(&event).select();
    view! {
        <li class="invite">
            <input
                class="input invite-link"
                type="text"
                readonly
                value=url
                aria-label=format!("Link for a new {}", invite.role.as_str())
                on:focus=select_all
            />
            <p class="invite-about">
                <span class="tag">{invite.role.as_str()}</span>
                " by " {invite.by} ", until " <Moment clock=until/> "; " {joined}
            </p>
            <Form action=format!("/boards/{board}/invites/{}/revoke/", invite.id) class="member-remove">
                <button class="button button-small button-danger" type="submit">
                    "End it" <span class="visually-hidden">": the link for a new " {invite.role.as_str()}</span>
                </button>
            </Form>
        </li>
    }
}

/// Gives the board to another member.
#[component]
fn HandOver(board: BoardId, heirs: Vec<Person>) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">"Hand the board over"</h2>
            <p class="page-text">"They become an owner, and you a member."</p>
            <Form action=format!("/boards/{board}/hand-over/")>
                <div class="form-line">
                    <select class="input" name="user" aria-label="To whom">
                        {heirs
                            .into_iter()
                            .map(|person| view! { <option value=person.id.to_string()>{person.display_name}</option> })
                            .collect_view()}
                    </select>
                    <button class="button" type="submit">"Hand it over"</button>
                </div>
            </Form>
        </section>
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
