//! Where links in mail lead: a page with a button, since no address changes anything by being looked at.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::{
    MailDeed,
    page::{LinkedMail, MailLinkPage, PageQuery},
};

use crate::ui::{Form, PageTitle, loaded, page};

/// The page of a link in a mail.
#[component]
pub fn MailLink(
    /// What the link does.
    deed: MailDeed,
) -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let link = page(move || Some(PageQuery::MailLink { deed, token: token.get() }));
    view! {
        <main class="door" id="main">
            <p class="door-name">"Boardwalk"</p>
            {loaded(link, move |page: MailLinkPage| match page.mail {
                Some(mail) => view! { <Good deed mail path=deed.path(&token.get_untracked())/> }.into_any(),
                None => view! { <Over/> }.into_any(),
            })}
        </main>
    }
}

/// A link that is good.
#[component]
fn Good(deed: MailDeed, mail: LinkedMail, path: String) -> impl IntoView {
    let LinkedMail { address, done } = mail;
    let (title, words, button) = match (deed, done) {
        (MailDeed::Confirm, false) => (
            "Is this your address?",
            "What waits in your inbox on Boardwalk can be mailed to it then.",
            "Yes, it is mine",
        ),
        (MailDeed::Confirm, true) => ("This address is yours", "What you have chosen to get by mail goes to it.", ""),
        (MailDeed::Stop, false) => ("No more mail?", "Your inbox has everything all the same.", "Stop these mails"),
        (MailDeed::Stop, true) => ("You get no more mail", "You can choose otherwise on the page of your account.", ""),
    };
    view! {
        <PageTitle text=title/>
        <h1 class="door-title">{title}</h1>
        <p class="door-text"><b class="door-address">{address}</b></p>
        <p class="door-text">{words}</p>
        {if done {
            view! { <p><a class="button" href="/accounts/">"To my account"</a></p> }.into_any()
        } else {
            view! {
                <Form action=path>
                    <button class="button button-primary" type="submit">{button}</button>
                </Form>
            }
                .into_any()
        }}
    }
}

/// One that is good no more, or never was.
#[component]
fn Over() -> impl IntoView {
    view! {
        <PageTitle text="Mail"/>
        <h1 class="door-title">"This link is over"</h1>
        <p class="door-text">"It was good for a while, or for another address. Your account page sends a new one."</p>
        <p><a class="button" href="/accounts/">"To my account"</a></p>
    }
}
