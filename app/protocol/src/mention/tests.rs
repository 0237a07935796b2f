//! Tests of the mention grammar, completion and ranking.

use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: &[&str]) {
    let names: Vec<_> = scan(text).map(|found| found.name).collect();
    assert_eq!(names, expected, "mentions in {text:?}");
}

#[test]
fn finds_whole_usernames() {
    check("@ana", &["ana"]);
    check("hi @marcus.chen!", &["marcus.chen"]);
    check("@ana and @Bo-2, @_x_", &["ana", "Bo-2", "_x_"]);
    check("(@ana) \"@bo\" *@cy* @di's", &["ana", "bo", "cy", "di"]);
    check("first\n@ana\tthen", &["ana"]);
    check("@-.ana", &["-.ana"]);
}

#[test]
fn gives_trailing_dots_and_dashes_back_as_punctuation() {
    check("ask @ana.", &["ana"]);
    check("ask @ana... or @bo--", &["ana", "bo"]);
    check("@ana.\u{2019} @marcus.chen.", &["ana", "marcus.chen"]);
    check("@. @- @", &[]);
}

#[test]
fn leaves_addresses_and_paths_alone() {
    check("bob@acme.com", &[]);
    check("b.o.b@acme.com bob_@acme.com bob-@acme bob+x@acme.com", &[]);
    check("@ana@example.com", &[]);
    check("cafe\u{301}@acme.com caf\u{e9}@acme.com", &[]);
    check("/@ana node_modules/@scope/pkg @@ana", &[]);
}

#[test]
fn is_bounded_by_other_letters_but_not_by_unspaced_scripts() {
    check("@jos\u{e9} @jose\u{301} @\u{430}\u{43d}\u{430}", &[]);
    check("请问@ana你好", &["ana"]);
    check("アナ@anaさん, 안녕@bo님", &["ana", "bo"]);
    check("❤\u{fe0f}@ana 👩\u{200d}🚀@bo", &["ana", "bo"]);
}

#[test]
fn knows_the_full_width_at() {
    check("＠ana さん", &["ana"]);
    check("bob＠acme.com", &[]);
    let found = scan("你＠ana").next().unwrap();
    assert_eq!(found.range, 3..9);
}

#[test]
fn refuses_names_over_thirty_characters() {
    let thirty = "a".repeat(30);
    check(&format!("@{thirty}"), &[&thirty]);
    check(&format!("@{thirty}."), &[&thirty]);
    check(&format!("@{thirty}b"), &[]);
}

#[test]
fn marks_wildcards() {
    let wild = |text| scan(text).map(|found| found.wildcard()).collect::<Vec<_>>();
    assert_eq!(wild("@here @Room @board @ALL"), [true; 4]);
    assert_eq!(wild("@heretic @al"), [false; 2]);
}

#[test]
fn usernames_follow_the_grammar() {
    for name in ["a", "7", "_", "ana", "Marcus.Chen", ".ana", "-x", "a..b", "heretic"] {
        assert!(is_username(name), "{name:?} is a username");
    }
    let long = "a".repeat(31);
    for name in ["", "ana.", "ana-", ".", "a b", "josé", "@ana", "Here", "ROOM", "a\n", &long] {
        assert!(!is_username(name), "{name:?} is no username");
    }
}

/// `|` is the caret.
fn split_caret(text: &str) -> (String, usize) {
    let caret = text.find('|').unwrap();
    (text.replacen('|', "", 1), caret)
}

fn check_active(text: &str, expected: Option<&str>) {
    let (plain, caret) = split_caret(text);
    assert_eq!(active(&plain, caret).map(|a| a.query), expected, "{text:?}");
}

#[test]
fn completion_opens_at_once_and_follows_typing() {
    check_active("@|", Some(""));
    check_active("hi @an|", Some("an"));
    check_active("hi @an|a you", Some("an"));
    check_active("＠ana|", Some("ana"));
    check_active("@Jos\u{e9}|", Some("Jos\u{e9}"));
    check_active("你@王|", Some("王"));
    check_active("@marcus.|", Some("marcus."));
}

#[test]
fn completion_stays_shut_elsewhere() {
    check_active("|@ana", None);
    check_active("@ana |", None);
    check_active("bob@ac|", None);
    check_active("@@|", None);
    check_active("ana|", None);
    check_active("|", None);
    check_active(&format!("@{}|", "a".repeat(31)), None);
    assert_eq!(active("é", 1), None);
    assert_eq!(active("@", 9), None);
}

fn check_complete(text: &str, username: &str, expected: &str) {
    let (plain, caret) = split_caret(text);
    let completed = active(&plain, caret).unwrap().complete(username);
    assert_eq!(completed, split_caret(expected), "{text:?} with {username}");
}

#[test]
fn completes_with_one_space() {
    check_complete("@|", "ana", "@ana |");
    check_complete("hi @an| there", "ana", "hi @ana |there");
    check_complete("hi @an|\nthere", "ana", "hi @ana |\nthere");
    check_complete("＠王|好", "wang", "@wang |好");
    check_complete("@an|a, hi", "ana", "@ana |, hi");
    check_complete("@|hello", "ana", "@ana |hello");
}

#[test]
fn converts_carets_of_the_browser() {
    let text = "a😀é@";
    assert_eq!([0, 1, 2, 3, 4, 5, 9].map(|units| byte_offset(text, units)), [0, 1, 1, 5, 7, 8, 8]);
    assert_eq!([0, 1, 3, 5, 7, 8, 99].map(|bytes| utf16_offset(text, bytes)), [0, 1, 1, 3, 4, 5, 5]);
}

fn check_rank(query: &str, expected: &[&str]) {
    let people = [
        ("ana", "Ana Pérez", false),
        ("bo", "Bo Analyst", false),
        ("carla", "Ángel Núñez", true),
        ("andy", "Jean-Luc Picard", true),
        ("zan", "王小明", false),
    ];
    let candidates = people.map(|(name, display, here)| Candidate::new(name, display, here));
    let rows = rank(query, &candidates, ROWS).into_iter().map(|index| people[index].0);
    assert_eq!(rows.collect::<Vec<_>>(), expected, "people for @{query}");
}

#[test]
fn ranks_username_then_words_then_scattered_letters() {
    check_rank("an", &["andy", "ana", "carla", "bo", "zan"]);
    check_rank("", &["andy", "carla", "ana", "bo", "zan"]);
    check_rank("PÉR", &["ana"]);
    check_rank("nunez", &["carla"]);
    check_rank("jean-l", &["andy"]);
    check_rank("小", &["zan"]);
    check_rank("王", &["zan"]);
    check_rank("zzz", &[]);
}

#[test]
fn ranks_ten_thousand_people_into_eight_rows() {
    let people: Vec<_> =
        (0..10_000).map(|n| Candidate::new(&format!("user{n:05}"), &format!("Person {n}"), n % 1000 == 999)).collect();
    let rows = rank("u", &people, ROWS);
    assert_eq!(rows, [999, 1999, 2999, 3999, 4999, 5999, 6999, 7999]);
}

proptest! {
    #[test]
    fn any_text_is_scanned_on_character_boundaries(text in ".{0,40}|[@＠a.é王\u{301} /-]{0,40}") {
        for found in scan(&text) {
            let typed = &text[found.range.clone()];
            prop_assert_eq!(typed.trim_start_matches(is_at), found.name);
            prop_assert!(is_username(found.name) || found.wildcard());
        }
    }

    #[test]
    fn any_caret_completes(text in "[@＠an.é王 ]{0,20}", caret in 0..60usize, name in "[a-z]{1,30}") {
        prop_assume!(is_username(&name));
        if let Some(active) = active(&text, caret) {
            let (completed, caret) = active.complete(&name);
            let end = active.start + 1 + name.len();
            let range = active.start..end;
            let found = scan(&completed).any(|f| f.range == range && f.name == name);
            prop_assert!(found, "{:?}", completed);
            prop_assert_eq!(caret, end + 1);
            prop_assert_eq!(super::active(&completed, caret), None);
        }
    }

    #[test]
    fn every_username_is_found_whole(name in "[a-zA-Z0-9_.-]{0,29}[a-zA-Z0-9_]") {
        prop_assume!(is_username(&name));
        let text = format!("@{name}");
        let found: Vec<_> = scan(&text).collect();
        prop_assert_eq!(found, vec![Found { range: 0..text.len(), name: &name }]);
        prop_assert_eq!(active(&text, text.len()).map(|a| a.query), Some(name.as_str()));
    }

    #[test]
    fn no_address_is_a_mention(address in "[a-z0-9._+-]{1,12}@[a-z0-9.-]{1,12}") {
        prop_assert_eq!(scan(&address).count(), 0);
    }

    #[test]
    fn carets_convert_there_and_back(text in ".{0,20}") {
        for (bytes, _) in text.char_indices().chain([(text.len(), ' ')]) {
            prop_assert_eq!(byte_offset(&text, utf16_offset(&text, bytes)), bytes);
        }
    }
}
