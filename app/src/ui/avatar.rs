//! The round sign of a person.

use leptos::prelude::*;
use protocol::Person;

/// Colours that an avatar can have, as classes of `base.css`.
const COLOURS: i64 = 8;

/// The initials of a person on a colour of their own. Their name stands beside it, so it says
/// nothing to a screen reader.
#[component]
pub fn Avatar(
    /// Whose; none for a former member.
    person: Option<Person>,
) -> impl IntoView {
    let colour = person.as_ref().map_or(0, |person| person.id.0.rem_euclid(COLOURS));
    let initials = person.map_or_else(|| "–".to_owned(), |person| initials(&person.display_name));
    view! { <span class=format!("avatar avatar-{colour}") aria-hidden="true">{initials}</span> }
}

/// The first letters of the first and the last word, in capitals.
fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let first = words.next().unwrap_or('?');
    first.to_uppercase().chain(words.next_back().into_iter().flat_map(char::to_uppercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Ana", "A"),
            ("marcus chen", "MC"),
            ("Ana de la Cruz", "AC"),
            ("élodie", "É"),
            ("李 雷", "李雷"),
            ("…", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
