//! What a card says of its task.

use leptos::prelude::*;
use protocol::{Card, Day, Label, limits, small_picture};

use super::Cards;
use crate::ui::{Avatar, Icon, LabelChip, PriorityChip, Sign, borne, due_chip, live};

/// So many people are shown; of more only how many.
const PEOPLE: usize = 3;

/// The title, and around it what is worth knowing at a glance.
#[component]
pub fn Face(card: ArcRwSignal<Card>) -> impl IntoView {
    let cards = expect_context::<Cards>();
    // One view that changes for all of it: a board may have thousands.
    live(move || card.with(|card| cards.labels.with(|labels| face(card, labels, cards.today.get()))))
}

fn face(card: &Card, labels: &[Label], today: Day) -> impl IntoView + use<> {
    let labels = borne(labels, &card.labels);
    let (number, comments, progress) = (card.number, card.comments, card.progress);
    let (items, ticked, files) = (card.items, card.ticked, card.files);
    let people = card.assignees.clone();
    view! {
        // Of one size for every picture, known before it is there. The title says what the card is of.
        {card
            .cover
            .map(|cover| {
                view! {
                    <img
                        class="card-cover"
                        src=small_picture(cover)
                        alt=""
                        width="320"
                        height="160"
                        loading="lazy"
                        decoding="async"
                        draggable="false"
                    />
                }
            })}
        {(!labels.is_empty())
            .then(|| {
                view! {
                    <span class="card-labels">
                        {labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view()}
                    </span>
                }
            })}
        <span class="card-title">{card.title.clone()}</span>
        <span class="card-foot">
            <span class="card-number">"#" {number}</span>
            {due_chip(card, today)}
            {card.priority.map(|priority| view! { <PriorityChip priority/> })}
            {(items > 0)
                .then(|| {
                    view! {
                        <span class=if ticked == items { "card-items due-done" } else { "card-items" }>
                            <Icon sign=Sign::Check/>
                            {ticked} "/" {items}
                            <span class="visually-hidden">" of the checklist done"</span>
                        </span>
                    }
                })}
            {(progress > 0 && progress < limits::DONE).then(|| view! { <span>{progress} " %"</span> })}
            {(comments > 0)
                .then(|| {
                    view! {
                        <span class="card-comments">
                            <Icon sign=Sign::Comment/>
                            {comments}
                            <span class="visually-hidden">{if comments == 1 { " comment" } else { " comments" }}</span>
                        </span>
                    }
                })}
            {(files > 0)
                .then(|| {
                    view! {
                        <span class="card-files">
                            <Icon sign=Sign::Clip/>
                            {files}
                            <span class="visually-hidden">{if files == 1 { " file" } else { " files" }}</span>
                        </span>
                    }
                })}
            {(!people.is_empty()).then(|| faces(people))}
        </span>
    }
}

/// Who shall do it.
fn faces(people: Vec<protocol::Person>) -> impl IntoView {
    let more = people.len().saturating_sub(PEOPLE);
    let names: Vec<&str> = people.iter().map(|person| person.display_name.as_str()).collect();
    let words = format!(" assigned to {}", names.join(", "));
    view! {
        <span class="card-people">
            {people.iter().take(PEOPLE).map(|person| view! { <Avatar person=Some(person.clone())/> }).collect_view()}
            {(more > 0).then(|| view! { <span aria-hidden="true">"+" {more}</span> })}
            <span class="visually-hidden">{words}</span>
        </span>
    }
}
