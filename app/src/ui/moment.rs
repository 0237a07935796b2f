//! A moment in the reader's time zone.

use leptos::prelude::*;
use protocol::page::Clock;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// "23 Nov, 09:41", and all of the day on hover.
#[component]
pub fn Moment(
    /// The moment, in words of the server or of this browser.
    clock: Clock,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let words = format!("{}, {}", short_day(&clock.day), clock.time);
    view! { <time class=class datetime=format!("{} {}", clock.day, clock.time) title=clock.day_text>{words}</time> }
}

/// `2026-11-23` as "23 Nov".
fn short_day(day: &str) -> String {
    let mut parts = day.split('-').skip(1).map(str::parse::<usize>);
    match (parts.next(), parts.next()) {
        (Some(Ok(month @ 1..=12)), Some(Ok(day))) => format!("{day} {}", MONTHS[month - 1]),
        _ => day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::short_day;

    #[test]
    fn a_day_is_short() {
        assert_eq!(short_day("2026-11-03"), "3 Nov");
        assert_eq!(short_day("soon"), "soon");
    }
}
