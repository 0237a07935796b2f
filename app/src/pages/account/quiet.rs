//! When I want to be left alone.

use leptos::prelude::*;
use protocol::Quiet;

use crate::ui::{Field, Form, FormState};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The form of my quiet hours.
#[component]
pub fn QuietHours(
    /// Those that I have.
    quiet: Option<Quiet>,
    /// The zone of the wall before me.
    zone: String,
) -> impl IntoView {
    view! {
        <Form action="/accounts/quiet/">
            <QuietFields quiet zone/>
            <button class="button" type="submit">"Set the hours"</button>
        </Form>
    }
}

#[component]
fn QuietFields(quiet: Option<Quiet>, zone: String) -> impl IntoView {
    let state = expect_context::<FormState>();
    // Of a form that was refused, which is shown as it was sent.
    let typed = state.refused().then(|| (state.all_typed("days"), state.typed("quiet").is_some()));
    let on = typed.as_ref().map_or(quiet.is_some(), |(_, on)| *on);
    let zone = quiet.as_ref().map_or(zone, |quiet| quiet.zone.clone());
    let (from, to) = quiet.as_ref().map_or_else(|| ("22:00".into(), "07:00".into()), Quiet::written);
    let chosen = move |day: usize| match (&typed, &quiet) {
        (Some((days, _)), _) => days.contains(&day.to_string()),
        (None, Some(quiet)) => quiet.days.contains(&(day as i64)),
        (None, None) => true,
    };
    view! {
        <label class="choice">
            <input type="checkbox" name="quiet" value="on" checked=on/>
            "Quiet hours"
        </label>
        <p class="page-text">"Nothing is sent to your devices then. Your inbox has it all the same."</p>
        <div class="account-hours">
            <Field name="from" label="From" kind="time" value=from/>
            <Field name="to" label="Until" kind="time" value=to/>
        </div>
        <fieldset class="choices account-days">
            <legend>"They begin on"</legend>
            {DAYS
                .into_iter()
                .enumerate()
                .map(|(day, name)| {
                    view! {
                        <label class="choice">
                            <input type="checkbox" name="days" value=day.to_string() checked=chosen(day)/>
                            {name}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
        <Field name="zone" label="Time zone" value=zone hint="Like Europe/Berlin."/>
    }
}
