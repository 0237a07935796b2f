//! Order keys: short strings that sort by their bytes, with always room for one more in between.
//!
//! After David Greenspan's "Implementing Fractional Indexing". A key is a whole number and maybe a
//! fraction, in base 62. The first character says how many digits the whole number has (`a` one,
//! `b` two …; `Z` one, `Y` two … below zero), so that a thousand cards appended one after another
//! need three characters each. No key ends in the least digit, nor does its whole number, so there
//! is always something smaller.

use std::iter;

use thiserror::Error;

/// The digits in the order of their bytes, which is also that of `collate "C"`.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The key of a list's first entry.
const FIRST: &str = "a1";

/// The least whole number. It is no key by itself: nothing could stand before it.
const LEAST: &str = "A00000000000000000000000001";

/// Characters of a key above which its list gets new ones from [`spread`]. Who puts entry after entry
/// into the same gap gets there after some hundred and thirty.
const LONGEST: usize = 24;

/// Why there is no key between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OrderError {
    #[error("not an order key")]
    NotAKey,
    #[error("the lower key is not below the upper one")]
    NotBelow,
}

/// A key strictly between two neighbours; `None` is the start, or the end, of the list.
pub fn between(lower: Option<&str>, upper: Option<&str>) -> Result<String, OrderError> {
    if ![lower, upper].into_iter().flatten().all(is_key) {
        return Err(OrderError::NotAKey);
    }
    match (lower, upper) {
        (None, None) => Ok(FIRST.to_owned()),
        (Some(lower), None) => Ok(after(lower)),
        (None, Some(upper)) => Ok(before(upper)),
        (Some(lower), Some(upper)) if lower < upper => Ok(inside(lower, upper)),
        _ => Err(OrderError::NotBelow),
    }
}

/// `n` keys in order, with even room between them.
pub fn spread(n: usize) -> Vec<String> {
    iter::successors(Some(FIRST.to_owned()), |last| Some(after(last))).take(n).collect()
}

/// Has a key become so long that its list is to be spread anew?
pub fn is_long(key: &str) -> bool {
    key.len() > LONGEST
}

/// Whether a string is a key that [`between`] could have made.
pub fn is_key(key: &str) -> bool {
    let digits = key.bytes().all(|c| DIGITS.contains(&c));
    let Some(length) = key.bytes().next().and_then(whole_length) else {
        return false;
    };
    let ends = |part: &str| !part.ends_with('0');
    digits && key.len() >= length && ends(&key[..length]) && ends(key) && key != LEAST
}

fn after(lower: &str) -> String {
    let (whole, fraction) = split(lower);
    step_up(whole).unwrap_or_else(|| format!("{whole}{}", middle(fraction, None)))
}

fn before(upper: &str) -> String {
    let (whole, fraction) = split(upper);
    if !fraction.is_empty() && whole != LEAST {
        return whole.to_owned();
    }
    match step_down(whole) {
        Some(next) if next == LEAST => next + &middle("", None),
        Some(next) => next,
        None => format!("{whole}{}", middle("", Some(fraction))),
    }
}

fn inside(lower: &str, upper: &str) -> String {
    let (whole, fraction) = split(lower);
    let (upper_whole, upper_fraction) = split(upper);
    if whole == upper_whole {
        return format!("{whole}{}", middle(fraction, Some(upper_fraction)));
    }
    step_up(whole).filter(|next| next.as_str() < upper).unwrap_or_else(|| format!("{whole}{}", middle(fraction, None)))
}

/// A key's whole number and its fraction.
fn split(key: &str) -> (&str, &str) {
    let length = key.bytes().next().and_then(whole_length);
    key.split_at(length.unwrap_or(key.len()))
}

/// The length of a whole number, by its first character.
fn whole_length(head: u8) -> Option<usize> {
    match head {
        b'a'..=b'z' => Some(usize::from(head - b'a') + 2),
        b'A'..=b'Z' => Some(usize::from(b'Z' - head) + 2),
        _ => None,
    }
}

/// The next whole number; none after the greatest.
fn step_up(whole: &str) -> Option<String> {
    let mut key = whole.as_bytes().to_vec();
    let last = key.len() - 1;
    for at in (1..=last).rev() {
        let digit = value(key[at]);
        if digit < 61 {
            key[at] = DIGITS[digit + 1];
            return Some(text(&key));
        }
        key[at] = DIGITS[usize::from(at == last)];
    }
    let head = match key[0] {
        b'z' => return None,
        b'Z' => b'a',
        head => head + 1,
    };
    Some(format!("{}{:0>width$}", char::from(head), 1, width = whole_length(head)? - 1))
}

/// The whole number before; none before the least.
fn step_down(whole: &str) -> Option<String> {
    let mut key = whole.as_bytes().to_vec();
    let last = key.len() - 1;
    for at in (1..=last).rev() {
        let digit = value(key[at]);
        if digit > usize::from(at == last) {
            key[at] = DIGITS[digit - 1];
            return Some(text(&key));
        }
        key[at] = b'z';
    }
    let head = match key[0] {
        b'A' => return None,
        b'a' => b'Z',
        head => head - 1,
    };
    Some(format!("{}{}", char::from(head), "z".repeat(whole_length(head)? - 1)))
}

/// A fraction above `lower` and below `upper`, as short as can be; no upper one means 1.
fn middle(lower: &str, upper: Option<&str>) -> String {
    let mut lower = lower.bytes().map(value).chain(iter::repeat(0));
    let mut upper = upper.map(|upper| upper.bytes().map(value).peekable());
    let mut key = Vec::new();
    loop {
        let low = lower.next().unwrap_or(0);
        let high = upper.as_mut().map_or(62, |digits| digits.next().unwrap_or(0));
        if high > low + 1 {
            key.push(DIGITS[(low + high).div_ceil(2)]);
            return text(&key);
        }
        if high == low + 1 {
            // The upper one cut off here is itself in between, if it goes on.
            if upper.as_mut().is_some_and(|digits| digits.peek().is_some()) {
                key.push(DIGITS[high]);
                return text(&key);
            }
            upper = None;
        }
        key.push(DIGITS[low]);
    }
}

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|d| *d == digit).unwrap_or(0)
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(lower: Option<&str>, upper: Option<&str>, expected: &str) {
        let key = between(lower, upper);
        assert_eq!(key.as_deref(), Ok(expected), "between {lower:?} and {upper:?}");
    }

    #[test]
    fn keys_are_short() {
        check(None, None, "a1");
        check(Some("a1"), None, "a2");
        check(Some("az"), None, "b01");
        check(Some("b0z"), None, "b11");
        check(None, Some("a1"), "Zz");
        check(None, Some("Z1"), "Yzz");
        check(None, Some("b01"), "az");
        check(None, Some("a1V"), "a1");
        check(Some("a1"), Some("a2"), "a1V");
        check(Some("a1"), Some("a3"), "a2");
        check(Some("a1"), Some("a1V"), "a1G");
        check(Some("a1"), Some("a11"), "a10V");
        check(Some("a1z"), Some("a2"), "a1zV");
        check(Some("a1V"), Some("a1W"), "a1VV");
        check(Some("a1V"), Some("a1W1"), "a1W");
    }

    #[test]
    fn the_ends_are_never_reached() {
        let greatest = "z".repeat(27);
        check(Some(&greatest), None, &format!("{greatest}V"));
        check(None, Some(&format!("{LEAST}V")), &format!("{LEAST}G"));
        check(None, Some(&format!("{LEAST}1")), &format!("{LEAST}0V"));
        check(None, Some("A00000000000000000000000002"), &format!("{LEAST}V"));
    }

    #[test]
    fn a_thousand_appended_or_prepended_stay_at_three_characters() {
        let mut last = None;
        let mut first = None;
        for _ in 0..1000 {
            last = Some(between(last.as_deref(), None).unwrap());
            first = Some(between(None, first.as_deref()).unwrap());
        }
        assert_eq!((last.unwrap().len(), first.unwrap().len()), (3, 3));
    }

    #[test]
    fn keys_of_one_gap_become_long_slowly_and_spread_ones_are_short() {
        for above in [false, true] {
            let (mut lower, mut upper) = ("a1".to_owned(), "a2".to_owned());
            let made = (1..).find(|_| {
                let key = between(Some(&lower), Some(&upper)).unwrap();
                let long = is_long(&key);
                *(if above { &mut lower } else { &mut upper }) = key;
                long
            });
            assert!(made.is_some_and(|made| made > 100), "{made:?}");
        }
        assert!(!spread(100_000).iter().any(|key| is_long(key)));
    }

    #[test]
    fn spreads_in_order() {
        assert_eq!(spread(0), Vec::<String>::new());
        assert_eq!(spread(3), ["a1", "a2", "a3"]);
        let keys = spread(5000);
        assert!(keys.is_sorted_by(|a, b| a < b) && keys.iter().all(|key| is_key(key)));
    }

    #[test]
    fn refuses_what_is_no_key() {
        for bad in ["", "a", "a0", "b0", "b1", "b10", "a1V0", "1a", "a1-", "a1é", "é", LEAST] {
            assert!(!is_key(bad), "{bad:?}");
            assert_eq!(between(Some(bad), None), Err(OrderError::NotAKey));
        }
        assert_eq!(between(Some("a2"), Some("a1")), Err(OrderError::NotBelow));
        assert_eq!(between(Some("a1"), Some("a1")), Err(OrderError::NotBelow));
    }

    fn any_key() -> impl Strategy<Value = String> {
        "[A-C]z{24,26}[0-2z]{0,4}|[YZab][0-9A-Za-z]{1,6}|[Za][01z]{1,6}".prop_filter("a key", |key| is_key(key))
    }

    proptest! {
        #[test]
        fn there_is_always_a_key_between(a in any_key(), b in any_key()) {
            prop_assume!(a != b);
            let (lower, upper) = if a < b { (a, b) } else { (b, a) };
            let inside = between(Some(&lower), Some(&upper)).unwrap();
            prop_assert!(is_key(&inside) && lower < inside && inside < upper, "{}", inside);
            let before = between(None, Some(&lower)).unwrap();
            prop_assert!(is_key(&before) && before < lower, "{}", before);
            let after = between(Some(&upper), None).unwrap();
            prop_assert!(is_key(&after) && after > upper, "{}", after);
        }

        #[test]
        fn random_inserts_keep_the_order(places in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut keys: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(keys.len() + 1);
                let lower = at.checked_sub(1).map(|i| keys[i].as_str());
                let key = between(lower, keys.get(at).map(String::as_str)).unwrap();
                keys.insert(at, key);
            }
            prop_assert!(keys.is_sorted_by(|a, b| a < b), "{:?}", keys);
        }

        #[test]
        fn any_text_is_a_key_or_an_error(a in ".{0,6}", b in "[a-z0-9A-Z]{0,6}") {
            let made = between(Some(&a), Some(&b));
            prop_assert_eq!(made.is_ok(), is_key(&a) && is_key(&b) && a < b);
        }
    }
}
