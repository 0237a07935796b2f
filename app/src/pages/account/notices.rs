//! What I want to be told by mail and by time.

use leptos::prelude::*;
use protocol::{Mailing, Notices, Remind, page::MailAddress};

use crate::ui::{Field, Form, FormState};

/// The forms of mail and reminders.
#[component]
pub fn NoticesForm(
    /// What I have chosen.
    notices: Notices,
    /// To where mail goes; none where this installation sends none.
    mail: Option<MailAddress>,
    /// My address.
    email: String,
) -> impl IntoView {
    let wants = notices.mail != Mailing::Never;
    view! {
        <Form action="/accounts/notices/">
            <NoticesFields notices mailed=mail.is_some_and(|mail| mail != MailAddress::None)/>
            {(mail == Some(MailAddress::None))
                .then(|| view! { <p class="page-text">"With an e-mail address above you can have your inbox mailed."</p> })}
            <button class="button" type="submit">"Set what I hear of"</button>
        </Form>
        {mail.filter(|_| wants).map(|mail| view! { <Address mail email/> })}
    }
}

#[component]
fn NoticesFields(
    notices: Notices,
    /// Can there be mail?
    mailed: bool,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let at = notices.written_time();
    let mail = state.typed("mail").and_then(|name| Mailing::named(&name)).unwrap_or(notices.mail);
    let remind = state.typed("remind").and_then(|name| Remind::named(&name)).unwrap_or(notices.remind);
    view! {
        {mailed
            .then(|| {
                view! {
                    <fieldset class="choices">
                        <legend>"Mail me what waits in my inbox"</legend>
                        {Mailing::ALL
                            .map(|each| {
                                let words = match each {
                                    Mailing::Never => "Never",
                                    Mailing::Hourly => "As it gathers, once an hour at most",
                                    Mailing::Daily => "Once a day",
                                };
                                view! {
                                    <label class="choice">
                                        <input type="radio" name="mail" value=each.as_str() checked=each == mail/>
                                        {words}
                                    </label>
                                }
                            })
                            .collect_view()}
                    </fieldset>
                    <div class="account-hours">
                        <Field name="mail_at" label="Once a day at" kind="time" value=at/>
                    </div>
                }
            })}
        <fieldset class="choices">
            <legend>"Remind me of what is due"</legend>
            {Remind::ALL
                .map(|each| {
                    let words = match each {
                        Remind::Never => "Not at all",
                        Remind::OnTheDay => "On the day, at nine",
                        Remind::DayBefore => "The day before, at nine",
                    };
                    view! {
                        <label class="choice">
                            <input type="radio" name="remind" value=each.as_str() checked=each == remind/>
                            {words}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
        <p class="page-text">"Of tasks that you do or watch, in your inbox. What is overdue stands there once a day."</p>
        <Field name="zone" label="Where you are" value=notices.zone hint="A time zone, like Europe/Berlin."/>
    }
}

/// Whether mail reaches me.
#[component]
fn Address(mail: MailAddress, email: String) -> impl IntoView {
    let (words, button) = match mail {
        MailAddress::None => return ().into_any(),
        MailAddress::Confirmed => {
            return view! { <p class="page-text account-mail">"Mail goes to " <b>{email}</b> "."</p> }.into_any();
        }
        MailAddress::Unconfirmed => {
            ("Nothing is mailed before you have said that this address is yours: ", "Mail me the question")
        }
        MailAddress::Asked => ("Follow the link that was mailed to this address, and mail begins: ", "Mail it again"),
    };
    view! {
        <Form action="/accounts/mail/ask/" class="form account-mail">
            <p class="page-text">{words} <b>{email}</b></p>
            <button class="button" type="submit">{button}</button>
        </Form>
    }
    .into_any()
}
