//! My inbox: what concerns me, newest first.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use protocol::{
    Error, Event, Notification, NotificationId,
    page::{Inbox as InboxPage, InboxRow, PageQuery},
};

use super::address::number_in_address;
use crate::{
    api::{self, ApiError},
    clock,
    store::{Live, Store},
    ui::{Avatar, Empty, Form, Icon, Moment, Page, PageTitle, Sign, Submission, list, loaded, page, when},
};

/// The page of my inbox.
#[component]
pub fn Inbox() -> impl IntoView {
    let before = number_in_address::<i64>("before");
    let inbox = page(move || Some(PageQuery::Inbox { before: before.get() }));
    view! {
        <PageTitle text="Inbox"/>
        <div class="page">
            {loaded(inbox, move |page: InboxPage| view! { <InboxView page newest=before.get_untracked().is_none() inbox/> })}
        </div>
    }
}

/// The rows of one page; only the newest page takes in new rows.
#[component]
fn InboxView(page: InboxPage, newest: bool, inbox: Page) -> impl IntoView {
    let InboxPage { rows, unread, next, cursor } = page;
    let rows = RwSignal::new(rows);
    let unread = RwSignal::new(unread);
    expect_context::<Store>().open(cursor, move |live| match live {
        Live::Event(stored) => match &stored.event {
            Event::Notified { notification, unread: now } => {
                unread.set(*now);
                rows.update(|rows| put(rows, Notification::clone(notification), newest));
            }
            // The rows that changed are not named, so they are read again. One whose message was
            // deleted goes also where it had been read and no count changes.
            Event::NotificationsChanged { .. } => inbox.refetch(),
            Event::ReadUpTo { unread: now, .. } if unread.get_untracked() != *now => inbox.refetch(),
            _ => {}
        },
        Live::Reset => inbox.refetch(),
        Live::Revoked => {}
    });
    let read_all = Callback::new(move |_: Submission| {
        spawn_local(async move {
            if api::read_all_notifications().await.is_ok() {
                unread.set(0);
                rows.update(|rows| rows.iter_mut().for_each(|row| row.notification.read = true));
            }
        });
    });
    view! {
        <div class="page-head">
            <h1 class="page-title">"Inbox"</h1>
            {when(
                move || unread.get() > 0,
                move || {
                    view! {
                        <span class="page-text">{move || unread.get()} " unread"</span>
                        <Form action="/messaging/notifications/read-all/" class="form-inline" on_submit=read_all>
                            <button class="button" type="submit">"Mark all read"</button>
                        </Form>
                    }
                },
            )}
        </div>
        {when(
            move || rows.with(Vec::is_empty),
            || {
                view! {
                    <Empty title="Nothing here">
                        "When somebody mentions you, replies to you or comments on a task of yours, it stands here."
                    </Empty>
                }
            },
        )}
        {when(
            move || !rows.with(Vec::is_empty),
            move || {
                let known = |row: &InboxRow| {
                    let row = &row.notification;
                    (row.id, row.at, row.count, row.read)
                };
                let draw = move |row| view! { <InboxItem row rows unread/> };
                view! { <ul class="inbox">{list(move || rows.get(), known, draw)}</ul> }
            },
        )}
        {next.map(|next| view! { <p class="inbox-older"><a class="button" href=format!("?before={next}")>"Older"</a></p> })}
    }
}

/// A row: opening it leads to its place and marks it read.
#[component]
fn InboxItem(row: InboxRow, rows: RwSignal<Vec<InboxRow>>, unread: RwSignal<i64>) -> impl IntoView {
    let InboxRow { notification, clock } = row;
    let (id, url) = (notification.id, notification.url.clone());
    let navigate = use_navigate();
    let mark = move |submission: Submission| {
        spawn_local(async move {
            match api::read_notification(id).await {
                Ok(_) => {
                    rows.try_update(|rows| set_read(rows, id, true));
                    unread.try_update(|unread| *unread = (*unread - 1).max(0));
                }
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    };
    let open = Callback::new(move |submission: Submission| {
        mark(submission);
        navigate(&url, Default::default());
    });
    let was_read = notification.read;
    let toggle = Callback::new(move |submission: Submission| {
        if !was_read {
            return mark(submission);
        }
        spawn_local(async move {
            match api::unread_notification(id).await {
                Ok(_) => {
                    rows.try_update(|rows| set_read(rows, id, false));
                    unread.try_update(|unread| *unread += 1);
                }
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    });
    let delete = Callback::new(move |submission: Submission| {
        spawn_local(async move {
            // What is gone already is what was wanted.
            match api::delete_notification(submission.key(), id).await {
                Ok(()) | Err(ApiError(Error::NotFound)) => {
                    rows.try_update(|rows| rows.retain(|row| row.notification.id != id));
                    unread.try_update(|unread| *unread = (*unread - i64::from(!was_read)).max(0));
                }
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    });
    let (verb, words, sign) =
        if was_read { ("unread", "Mark unread", Sign::Unread) } else { ("read", "Mark read", Sign::Check) };
    let sentence = notification.sentence();
    let (same_sentence, that_sentence) = (sentence.clone(), sentence.clone());
    view! {
        <li class="inbox-row" class:inbox-row-unread=!notification.read>
            <Form action=format!("/messaging/notifications/{id}/open/") class="inbox-open-form" on_submit=open>
                <button class="inbox-open" type="submit">
                    <Avatar person=notification.actor.clone()/>
                    <span class="inbox-what">
                        <span class="inbox-sentence">
                            {(!notification.read).then(|| view! { <span class="visually-hidden">"Unread: "</span> })}
                            {sentence}
                            {(notification.count > 1 && !notification.read)
                                .then(|| view! { <span class="inbox-count">" · " {notification.count} " new"</span> })}
                        </span>
                        <span class="inbox-excerpt">{notification.excerpt}</span>
                    </span>
                    <Moment clock class="inbox-time"/>
                </button>
            </Form>
            <Form action=format!("/messaging/notifications/{id}/{verb}/") class="form-inline" on_submit=toggle>
                <button class="button button-quiet button-icon" type="submit" title=words>
                    <Icon sign/>
                    <span class="visually-hidden">{words} ": " {same_sentence}</span>
                </button>
            </Form>
            <Form action=format!("/messaging/notifications/{id}/delete/") class="form-inline" on_submit=delete>
                <button class="button button-quiet button-icon" type="submit" title="Remove">
                    <Icon sign=Sign::Trash/>
                    <span class="visually-hidden">"Remove: " {that_sentence}</span>
                </button>
            </Form>
        </li>
    }
}

/// A row that is new or has changed comes first.
fn put(rows: &mut Vec<InboxRow>, notification: Notification, newest: bool) {
    let known = rows.iter().position(|row| row.notification.id == notification.id);
    let known = known.map(|place| rows.remove(place)).is_some();
    if known || newest {
        let clock = clock::local(notification.at);
        rows.insert(0, InboxRow { notification, clock });
    }
}

fn set_read(rows: &mut [InboxRow], id: NotificationId, read: bool) {
    if let Some(row) = rows.iter_mut().find(|row| row.notification.id == id) {
        row.notification.read = read;
    }
}
