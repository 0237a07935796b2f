//! Messages that are sent later: looked at, changed, taken back.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Event, Scheduled as Waiting, ScheduledId,
    page::{PageQuery, ScheduledPage, ScheduledRow},
};

use crate::{
    api::{self, ApiError},
    conversation::address,
    store::{Live, Store},
    ui::{Empty, Field, Form, Moment, PageTitle, Submission, TextField, list, loaded, page, when},
};

/// The page of messages that wait, and of those that could not be sent.
#[component]
pub fn Scheduled() -> impl IntoView {
    let scheduled = page(|| Some(PageQuery::Scheduled));
    loaded(scheduled, move |page: ScheduledPage| {
        let ScheduledPage { rows, cursor } = page;
        expect_context::<Store>().open(cursor, move |live| match live {
            Live::Event(stored) if stored.event != Event::ScheduledChanged => {}
            _ => scheduled.refetch(),
        });
        let rows = StoredValue::new(rows);
        let empty = rows.with_value(Vec::is_empty);
        view! {
            <PageTitle text="Scheduled messages"/>
            <div class="page">
                <div class="page-head"><h1 class="page-title">"Scheduled messages"</h1></div>
                {when(move || empty, || {
                    view! {
                        <Empty title="Nothing waits">
                            "The clock beside a message sends it at a time that you choose. Until then it stands here."
                        </Empty>
                    }
                })}
                <ul class="scheduled">
                    {list(move || rows.get_value(), |row| row.scheduled.id, |row| view! { <Row row/> })}
                </ul>
            </div>
        }
    })
}

#[component]
fn Row(row: ScheduledRow) -> impl IntoView {
    let ScheduledRow { scheduled: Waiting { id, place, name, text, failed, .. }, clock } = row;
    let wall = format!("{}T{}", clock.day, clock.time);
    let trouble = RwSignal::new(None);
    let save = Callback::new(move |submission: Submission| {
        spawn_local(async move {
            match api::edit_scheduled(id, submission.text("content"), submission.text("at")).await {
                Ok(_) => submission.done(),
                Err(ApiError(error)) => submission.refused(error),
            }
        });
    });
    let cancel = Callback::new(move |_: Submission| take_back(id, trouble));
    let place = if name.is_empty() {
        view! { <span>"A place that you can't see any more"</span> }.into_any()
    } else {
        view! { <a href=address(place)>{name}</a> }.into_any()
    };
    let did_fail = failed.is_some();
    view! {
        <li class="scheduled-row">
            <p class="scheduled-head">{place} " " <Moment clock class="scheduled-time"/></p>
            {failed.map(|why| view! { <p class="scheduled-failed">"Not sent. " {why}</p> })}
            <p class="scheduled-text">{text.clone()}</p>
            {move || trouble.get().map(|words: String| view! { <p class="form-error" role="alert">{words}</p> })}
            <div class="scheduled-tools">
                <details class="scheduled-edit">
                    <summary class="button button-small">{if did_fail { "Try again…" } else { "Change…" }}</summary>
                    <Form action=format!("/messaging/scheduled/{id}/edit/") on_submit=save>
                        <TextField name="content" label="Message" value=text rows=3/>
                        <Field name="at" label="When" kind="datetime-local" value=wall/>
                        <button class="button button-primary" type="submit">"Save"</button>
                    </Form>
                </details>
                <Form action=format!("/messaging/scheduled/{id}/cancel/") class="form-inline" on_submit=cancel>
                    <button class="button button-small button-danger" type="submit">
                        {if did_fail { "Put away" } else { "Don\u{2019}t send" }}
                    </button>
                </Form>
            </div>
        </li>
    }
}

fn take_back(id: ScheduledId, trouble: RwSignal<Option<String>>) {
    spawn_local(async move {
        if let Err(ApiError(error)) = api::cancel_scheduled(id).await {
            trouble.try_set(Some(format!("It was not taken back. {error}")));
        }
    });
}
