//! What stands beside a message's text: that it is pinned or edited, what it quotes, reactions, the
//! thread under it. It looks the same to everybody but for the reactions of one's own.

use leptos::prelude::*;
use protocol::{Message, MessageId, Pin, Quote, Reaction, Replies, reference};

use super::{row::name, talk::Talk, thread::Entry};
use crate::ui::{Avatar, Icon, Sign};

/// Who pinned it.
pub fn pin(pin: &Pin) -> impl IntoView + use<> {
    view! { <p class="message-pinned"><Icon sign=Sign::Pin/> "Pinned by " {name(pin.by.as_ref())}</p> }
}

/// What it quotes, which leads there.
pub fn quote(quote: &Quote) -> impl IntoView + use<> {
    // Not a page of the client: the server knows where the message is.
    view! {
        <a class="message-quote" href=format!("/messaging/message/{}/", quote.id) rel="external">{quoted(quote)}</a>
    }
}

/// Author and beginning of what is quoted.
pub fn quoted(quote: &Quote) -> impl IntoView + use<> {
    let words = match &quote.excerpt {
        _ if quote.deleted => "This message was deleted.".to_owned(),
        // It came with files and without words.
        Some(words) if words.is_empty() => "Files".to_owned(),
        words => words.clone().unwrap_or_default(),
    };
    view! {
        <span class="message-quote-author">{name(quote.author.as_ref())}</span>
        " "
        <span class="message-quote-words">{words}</span>
    }
}

/// That it says something else than it did, which leads to what it said.
pub fn edited(href: String) -> impl IntoView {
    view! { <a class="message-edited" href=href data-noscroll="true">"edited"</a> }
}

/// The tasks that were made from it.
pub fn tasks(talk: Talk, message: &Message) -> impl IntoView + use<> {
    let made = talk.references.dressed(&links(message));
    view! { <p class="message-tasks"><span>"Made into a task: "</span> <span inner_html=made></span></p> }
}

/// The links to them, as a text has links to tasks.
pub fn links(message: &Message) -> String {
    let links = message.tasks.iter().map(|task| reference::link(task.board, task.id, task.number));
    links.collect::<Vec<_>>().join(" ")
}

/// The thread under it.
pub fn replies(root: MessageId, replies: &Replies) -> impl IntoView + use<> {
    let words = if replies.count == 1 { "1 reply".to_owned() } else { format!("{} replies", replies.count) };
    view! {
        <a class="message-replies" href=format!("?thread={root}") data-noscroll="true">
            <Avatar person=replies.by.clone()/>
            <span>{words}</span>
            <span class="message-replies-last">"last by " {name(replies.by.as_ref())}</span>
        </a>
    }
}

/// The emoji under it. A plain form; who may not write sees them as words.
///
/// Without a client id, since the HTML is the same for everybody: with script the click is taken, and
/// without it a form that is sent twice does what it says, twice.
pub fn reactions(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    let (id, writes) = (entry.message.id, talk.rights().posts);
    let chip = |reaction: &Reaction| {
        let mine = entry.mine.contains(&reaction.emoji);
        let who = who(talk, reaction, mine);
        let (emoji, count) = (reaction.emoji.clone(), reaction.count);
        let shown = view! { <span class="reaction-emoji">{reaction.emoji.clone()}</span> <span>{count}</span> };
        if writes {
            let label = format!("{emoji} {count}, {who}");
            view! {
                <button
                    class="reaction"
                    type="submit"
                    name="emoji"
                    value=emoji
                    title=who
                    aria-label=label
                    aria-pressed=if mine { "true" } else { "false" }
                >
                    {shown}
                </button>
            }
            .into_any()
        } else {
            let title = who.clone();
            view! { <span class="reaction" title=title>{shown} <span class="visually-hidden">", " {who}</span></span> }
                .into_any()
        }
    };
    let chips = entry.message.reactions.iter().map(chip).collect_view();
    view! { <form class="reactions" method="post" action=format!("/messaging/message/{id}/react/")>{chips}</form> }
}

/// Who has put an emoji under a message, in words; of many only the first are known.
fn who(talk: Talk, reaction: &Reaction, mine: bool) -> String {
    let me = talk.my_id();
    let others = reaction.people.iter().filter(|person| !(mine && person.id == me));
    let mut names: Vec<String> = mine.then(|| "you".to_owned()).into_iter().collect();
    names.extend(others.map(|person| person.display_name.clone()));
    let more = usize::try_from(reaction.count).unwrap_or(0).saturating_sub(names.len());
    if more > 0 {
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
