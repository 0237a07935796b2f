//! Who else has a board or a task open, as small avatars in its head.

use leptos::prelude::*;
use protocol::{Person, UserId};

use super::Presence;
use crate::ui::{Avatar, live};

/// Avatars that are shown; the others are counted.
const SHOWN: usize = 5;
/// People who are named; the others are counted there, too.
const NAMED: usize = 20;

/// What the head of a page shows of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Others {
    /// The first, each with whether they have done nothing for a while.
    first: Vec<(Person, bool)>,
    /// How many there are besides.
    more: usize,
    /// All of them in words; empty where nobody is here.
    words: String,
}

impl Others {
    fn of(presence: &Presence, me: UserId) -> Self {
        let (known, unknown) = presence.others(me);
        let known: Vec<&Person> = known.collect();
        let named = known.iter().take(NAMED).map(|person| match presence.is_away(person.id) {
            true => format!("{} (away)", person.display_name),
            false => person.display_name.clone(),
        });
        let mut words = named.collect::<Vec<_>>().join(", ");
        let unnamed = known.len().saturating_sub(NAMED) + unknown;
        if unnamed > 0 {
            words = format!("{words} and {unnamed} more");
        }
        if !words.is_empty() {
            words = format!("Here now: {words}");
        }
        Self {
            more: known.len().saturating_sub(SHOWN) + unknown,
            first: known.into_iter().take(SHOWN).map(|person| (person.clone(), presence.is_away(person.id))).collect(),
            words,
        }
    }
}

/// Those who have it open but for `me`. As wide with nobody as with many, so that nothing moves.
pub fn here_now(presence: RwSignal<Presence>, me: UserId) -> impl IntoView {
    let others = Memo::new(move |_| presence.with(|presence| Others::of(presence, me)));
    let people = move || {
        let Others { first, more, words } = others.get();
        let avatar = |(person, away)| {
            let class = if away { "here-now-person here-now-away" } else { "here-now-person" };
            view! { <span class=class><Avatar person=Some(person)/></span> }
        };
        let label = words.clone();
        (!first.is_empty()).then(|| {
            view! {
                <span class="here-now-people" role="img" tabindex="0" aria-label=label>
                    {first.into_iter().map(avatar).collect_view()}
                    {(more > 0).then(|| view! { <span class="here-now-more">"+" {more}</span> })}
                    <span class="here-now-names">{words}</span>
                </span>
            }
        })
    };
    view! { <span class="here-now">{live(people)}</span> }
}

#[cfg(test)]
mod tests {
    use protocol::{Ephemeral, Stream, TaskId};

    use super::*;

    const TASK: Stream = Stream::Task(TaskId(1));

    fn here(ids: impl Iterator<Item = i64>, count: usize, away: &[i64]) -> Presence {
        let person = |id| Person { id: UserId(id), username: format!("u{id}"), display_name: format!("U{id:03}") };
        let mut presence = Presence::default();
        let away = away.iter().copied().map(UserId).collect();
        presence.hear(&Ephemeral::Here { stream: TASK, people: ids.map(person).collect(), count, away }, 0);
        presence
    }

    fn check(presence: &Presence, shown: usize, more: usize, words: &str) {
        let others = Others::of(presence, UserId(9));
        assert_eq!((others.first.len(), others.more, others.words.as_str()), (shown, more, words));
    }

    #[test]
    fn others_are_shown_and_named_and_i_am_not() {
        check(&here([9].into_iter(), 1, &[]), 0, 0, "");
        check(&here([1, 2, 9].into_iter(), 3, &[2]), 2, 0, "Here now: U001, U002 (away)");
        check(&here(1..=8, 8, &[]), 5, 3, "Here now: U001, U002, U003, U004, U005, U006, U007, U008");
    }

    #[test]
    fn many_are_counted() {
        let mut presence = here(1..=100, 100, &[]);
        presence.hear(&Ephemeral::Count { stream: TASK, count: 1_000 }, 0);
        let others = Others::of(&presence, UserId(9));
        assert_eq!((others.first.len(), others.more), (5, 994), "a thousand, of whom I am one");
        assert!(others.words.ends_with("U021 and 979 more"), "{}", others.words);
    }
}
