//! What a task has besides its text, each changed where it is shown.

mod checklist;
mod files;
mod item_assignee;
mod pickers;

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Card, Changed, ChecklistItem, Column, Day, Error, Event, FileId, Label, Person, Task, TaskChange, TaskFile,
    page::{Clock, TaskPage},
    put_file, put_item,
};
use uuid::Uuid;

use crate::{
    api::change_task,
    pages::board::{Cards, follow_labels, follow_people},
    ui::{Avatar, LabelChip, PriorityChip, borne, due_chip, follow_today, live, new_key, when},
};
pub use checklist::Checklist;
pub use files::TaskFiles;
use pickers::{Assignees, DueDate, Labels, PriorityOf, ProgressOf};

/// A change under way: its client id, and who is told where it is refused.
type Pending = (Uuid, TaskChange, Option<Callback<Error>>);

/// The task that is shown, with what its labels and people are, and changes that are under way.
#[derive(Clone, Copy)]
pub struct Facts {
    /// As the server last said it is.
    pub task: RwSignal<Task>,
    /// The card with the changes that are under way.
    pub card: Memo<Card>,
    /// The checklist, likewise.
    items: Memo<Vec<ChecklistItem>>,
    /// Its files, likewise.
    files: Memo<Vec<TaskFile>>,
    /// When those came that were there first, in words.
    clocks: StoredValue<Vec<(FileId, Clock)>>,
    /// The board's labels, by name.
    labels: RwSignal<Vec<Label>>,
    /// Who may be assigned, by name.
    people: RwSignal<Vec<Person>>,
    /// The board's columns, in order.
    pub columns: RwSignal<Vec<Column>>,
    today: RwSignal<Day>,
    /// Changes that are under way, the first of them to the server.
    pending: RwSignal<Vec<Pending>>,
    sending: StoredValue<bool>,
    /// Is it being deleted here?
    pub leaving: StoredValue<bool>,
    /// Why the last change was refused.
    error: RwSignal<Option<Error>>,
    /// The board around the task.
    cards: Option<Cards>,
}

impl Facts {
    /// What a page says.
    pub fn new(page: &TaskPage) -> Self {
        let task = RwSignal::new(page.task.clone());
        let people = RwSignal::new(page.people.clone());
        let pending: RwSignal<Vec<Pending>> = RwSignal::default();
        let card = Memo::new(move |_| {
            let mut card = task.with(|task| task.card.clone());
            pending.with(|pending| {
                people.with(|people| pending.iter().for_each(|(_, change, _)| change.apply(&mut card, people)));
            });
            card
        });
        let items = Memo::new(move |_| {
            let mut items = task.with(|task| task.checklist.clone());
            pending.with(|pending| {
                let all = pending.iter();
                people.with(|people| all.for_each(|(_, change, _)| change.apply_to_items(&mut items, people)));
            });
            items
        });
        let files = Memo::new(move |_| {
            let mut files = task.with(|task| task.files.clone());
            pending.with(|pending| pending.iter().for_each(|(_, change, _)| take_away(&mut files, change)));
            files
        });
        let today = RwSignal::new(page.today);
        follow_today(today);
        Self {
            task,
            card,
            items,
            files,
            clocks: StoredValue::new(page.file_clocks.clone()),
            labels: RwSignal::new(page.labels.clone()),
            columns: RwSignal::new(page.columns.clone()),
            people,
            today,
            pending,
            sending: StoredValue::new(false),
            leaving: StoredValue::new(false),
            error: RwSignal::default(),
            cards: use_context(),
        }
    }

    /// Takes in what happened on the task or its board.
    pub fn apply(self, event: &Event) {
        match event {
            Event::TaskChanged { task, .. } => self.put(Task::clone(task)),
            Event::CardChanged { card } if self.task.with_untracked(|task| task.card.id == card.id) => {
                self.put_card(card.clone());
            }
            Event::TaskRestored { card, .. } if self.task.with_untracked(|task| task.card.id == card.id) => {
                self.put_card(card.clone());
            }
            Event::CardsArchived { cards, .. } => self.task.maybe_update(|task| {
                let card = &mut task.card;
                let archived = cards.iter().find(|(id, revision)| *id == card.id && *revision >= card.revision);
                if let Some((_, revision)) = archived {
                    (card.archived, card.revision) = (true, *revision);
                }
                archived.is_some()
            }),
            Event::ItemChanged { item } => {
                let new = self.task.with_untracked(|task| task.checklist.iter().all(|known| known.id != item.id));
                self.task.update(|task| put_item(&mut task.checklist, item.clone()));
                if new {
                    self.arrived(&TaskChange::AddItem(item.text.clone()));
                }
            }
            Event::ItemRemoved { id } => self.task.update(|task| task.checklist.retain(|item| item.id != *id)),
            Event::FileAttached { file } => self.task.update(|task| put_file(&mut task.files, file.clone())),
            Event::FileRemoved { id } => self.task.update(|task| task.files.retain(|file| file.file.id != *id)),
            Event::LabelChanged { .. } | Event::LabelDeleted { .. } => {
                self.labels.update(|labels| {
                    follow_labels(labels, event);
                });
            }
            Event::ColumnsChanged { columns } => self.columns.set(columns.clone()),
            Event::CardsPlaced { cards } => self.task.maybe_update(|task| {
                let placed = cards.iter().find(|placed| placed.id == task.card.id);
                if let Some(placed) = placed {
                    task.card.column = placed.column;
                    task.card.position.clone_from(&placed.position);
                }
                placed.is_some()
            }),
            Event::BoardMemberChanged { member } => self.people.update(|people| {
                if people.iter().all(|person| person.id != member.person.id) {
                    people.push(member.person.clone());
                }
            }),
            _ => {
                self.people.maybe_update(|people| follow_people(people, event));
                self.task.maybe_update(|task| {
                    let of_items = task.checklist.iter_mut().fold(false, |any, item| {
                        let mut people = Vec::from_iter(item.assignee.take());
                        let changed = follow_people(&mut people, event);
                        item.assignee = people.pop();
                        any | changed
                    });
                    follow_people(&mut task.card.assignees, event) | of_items
                });
            }
        }
    }

    /// The task is now like this, unless something newer is known: an answer may come after the event of a
    /// later change.
    pub fn put(self, saved: Task) {
        self.task.maybe_update(|task| {
            let newer = saved.card.revision >= task.card.revision;
            if newer {
                *task = saved;
            }
            newer
        });
    }

    fn put_card(self, card: Card) {
        self.task.maybe_update(|task| {
            let newer = card.revision >= task.card.revision && card != task.card;
            if newer {
                task.card = card;
            }
            newer
        });
    }

    /// A change of mine has arrived as an event, before its answer: it is not shown twice.
    fn arrived(self, change: &TaskChange) {
        self.pending.maybe_update(|pending| {
            let at = pending.iter().position(|(_, mine, _)| mine == change);
            at.map(|at| pending.remove(at)).is_some()
        });
    }

    /// Changes something: at once here, and on the server, whose refusal takes it back.
    fn change(self, change: TaskChange) {
        self.change_or(change, None);
    }

    /// As [`Facts::change`]; a refusal is told to `refused` rather than said above.
    fn change_or(self, change: TaskChange, refused: Option<Callback<Error>>) {
        self.error.set(None);
        self.pending.update(|pending| pending.push((new_key(), change, refused)));
        if !self.sending.get_value() {
            self.sending.set_value(true);
            spawn_local(self.send());
        }
    }

    /// Sends what is pending, one after the other, as it was done: what was done last stays.
    async fn send(self) {
        let id = self.task.with_untracked(|task| task.card.id);
        // The task may be closed while an answer is waited for.
        while let Some((key, change, refused)) =
            self.pending.try_with_untracked(|pending| pending.first().cloned()).flatten()
        {
            let answer = change_task(key, id, vec![change.clone()]).await;
            if self.pending.is_disposed() {
                return;
            }
            match answer {
                Ok(changed) => self.changed(&change, changed),
                Err(error) => match refused {
                    Some(refused) => refused.run(error.0),
                    None => self.error.set(Some(error.0)),
                },
            }
            self.pending.update(|pending| pending.retain(|(of, ..)| *of != key));
        }
        self.sending.try_set_value(false);
    }

    fn changed(self, change: &TaskChange, Changed { card, items, files }: Changed) {
        if let Some(cards) = self.cards {
            cards.put(card.clone());
        }
        if self.task.with_untracked(|task| task.card.revision < card.revision) {
            self.task.update(|task| {
                items.into_iter().for_each(|item| put_item(&mut task.checklist, item));
                files.into_iter().for_each(|file| put_file(&mut task.files, file));
                take_away(&mut task.files, change);
                if matches!(change, TaskChange::RemoveItem(_)) {
                    change.apply_to_items(&mut task.checklist, &[]);
                }
            });
        }
        self.put_card(card);
    }
}

/// A file that is removed is not among the others any more.
fn take_away(files: &mut Vec<TaskFile>, change: &TaskChange) {
    if let TaskChange::RemoveFile(id) = change {
        files.retain(|file| file.file.id != *id);
    }
}

/// What a task has, as who writes changes it and who reads sees it.
#[component]
pub fn FactsPanel(facts: Facts, writes: bool) -> impl IntoView {
    let error =
        move || facts.error.get().map(|error| view! { <p class="form-error" role="alert">{error.to_string()}</p> });
    let busy = move || facts.pending.with(|pending| (!pending.is_empty()).then_some("true"));
    view! {
        <section class="facts" aria-label="Details" aria-busy=busy>
            {if writes {
                view! {
                    <Assignees facts/>
                    <Labels facts/>
                    <DueDate facts/>
                    <PriorityOf facts/>
                    <ProgressOf facts/>
                }
                .into_any()
            } else {
                view! {
                    <Fact label="Assignees" value=people_of(facts)/>
                    <Fact label="Labels" value=labels_of(facts)/>
                    <Fact label="Due" value=due_of(facts)/>
                    <Fact label="Priority" value=priority_of(facts)/>
                    <Fact label="Progress" value=progress_of(facts)/>
                }
                .into_any()
            }}
            {live(error)}
        </section>
    }
}

/// One of them, for who reads.
#[component]
fn Fact(label: &'static str, value: AnyView) -> impl IntoView {
    view! {
        <div class="fact">
            <span class="picker-label">{label}</span>
            " "
            <span class="picker-now">{value}</span>
        </div>
    }
}

fn none() -> AnyView {
    view! { <span class="facts-none">"None"</span> }.into_any()
}

fn people_of(facts: Facts) -> AnyView {
    live(move || {
        let people = facts.card.with(|card| card.assignees.clone());
        if people.is_empty() {
            return view! { <span class="facts-none">"Nobody"</span> }.into_any();
        }
        people
            .into_iter()
            .map(|person| {
                let name = person.display_name.clone();
                view! { <span class="facts-person"><Avatar person=Some(person)/> {name}</span> }
            })
            .collect_view()
            .into_any()
    })
    .into_any()
}

fn labels_of(facts: Facts) -> AnyView {
    live(move || {
        let labels = facts.labels.with(|all| facts.card.with(|card| borne(all, &card.labels)));
        if labels.is_empty() {
            return none();
        }
        labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view().into_any()
    })
    .into_any()
}

fn due_of(facts: Facts) -> AnyView {
    live(move || facts.card.with(|card| due_chip(card, facts.today.get())).unwrap_or_else(none)).into_any()
}

fn priority_of(facts: Facts) -> AnyView {
    live(move || match facts.card.with(|card| card.priority) {
        Some(priority) => view! { <PriorityChip priority/> }.into_any(),
        None => none(),
    })
    .into_any()
}

fn progress_of(facts: Facts) -> AnyView {
    let progress = move || facts.card.with(|card| card.progress);
    view! {
        {when(
            move || progress() > 0,
            move || {
                view! { <progress class="progress" max="100" value=move || progress().to_string() aria-hidden="true"></progress> }
            },
        )}
        <span>{progress} " %"</span>
    }
    .into_any()
}
