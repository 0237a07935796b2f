use proptest::prelude::*;

use super::*;

fn list(text: &str) -> Vec<String> {
    words(&composed(text)).into_iter().map(|word| word.word).collect()
}

/// Does a text have this phrase?
fn finds(text: &str, wanted: &str) -> bool {
    let text = composed(text);
    Phrase::of(wanted).is_some_and(|phrase| !phrase.places(&text, &words(&text)).is_empty())
}

#[test]
fn a_word_has_no_accents_and_no_case() {
    assert_eq!(list("Ça va, MÜLLER? Don’t!"), ["ca", "va", "muller", "don", "t"]);
    assert_eq!(list("ＡＮＡ ½ ﬁn e\u{301}te"), ["ana", "12", "fin", "ete"]);
    assert_eq!(list("Ёлка Привет"), ["елка", "привет"]);
    assert_eq!(list("src/main.rs v1.2 snake_case"), ["src", "main", "rs", "v1", "2", "snake", "case"]);
    assert_eq!(list("  \0 * \" NEAR( "), ["near"]);
    assert_eq!(list(&"x".repeat(100)), ["x".repeat(64)]);
}

#[test]
fn scripts_without_spaces_are_pairs() {
    assert_eq!(list("東京都"), ["東京", "京都", "都"]);
    assert_eq!(list("日 ok"), ["日", "ok"]);
    assert_eq!(list("カタカナ"), list("ｶﾀｶﾅ"));
    assert_eq!(list("ガ"), list("ｶﾞ"));
    assert_eq!(list("한국"), ["한국", "국"]);
    assert_eq!(list("한국"), list("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"), "typed letter by letter");
    assert_eq!(list("ไทย"), ["ไท", "ทย", "ย"]);
    assert_eq!(list("abc東京def"), ["abc", "東京", "京", "def"]);
}

#[test]
fn any_two_characters_are_found_and_any_one() {
    let text = "明日は東京都で会議、deploy です";
    for wanted in ["東京", "京都", "東京都", "会議", "明日は東", "都", "議", "日は", "deploy", "で会議、DEPLOY"]
    {
        assert!(finds(text, wanted), "{wanted}");
    }
    for wanted in ["東都", "京東", "会で", "大", "東京 会議"] {
        assert!(!finds(text, wanted), "{wanted}");
    }
    assert!(finds("東京 tower", "東京 tower") && finds("東京tower", "京 tower"));
}

#[test]
fn a_phrase_is_words_that_stand_together() {
    let text = "We can't ship the second page of src/main.rs before noon";
    for wanted in ["second page", "SECOND  PAGE", "can't", "can’t", "main.rs", "src/main.rs", "noon"] {
        assert!(finds(text, wanted), "{wanted}");
    }
    for wanted in ["page second", "the page", "secon", "rs.main", "", "\"*\""] {
        assert!(!finds(text, wanted), "{wanted}");
    }
}

#[test]
fn names_are_whole() {
    assert_eq!(names("See #12, #007 and #12; @Marcus.Chen, bob@acme.com"), ["#007", "#12", "@marcus.chen"]);
    assert_eq!(names("a#12 ##13 &#14; #15x #"), Vec::<String>::new());
    assert_eq!(Phrase::name("#12"), Some(Phrase { words: vec!["#12".into()], begins: false }));
    assert_eq!(Phrase::name("@Ana"), Some(Phrase { words: vec!["@ana".into()], begins: false }));
    assert_eq!((Phrase::name("12"), Phrase::name("#12,"), Phrase::name("x#12")), (None, None, None));
    let text = "12 #12 and @ana ana";
    let at = |name: &str| {
        let places = Phrase::name(name).unwrap().places(text, &words(text));
        places.iter().map(|place| (place.start, place.end)).collect::<Vec<_>>()
    };
    assert_eq!((at("#12"), at("@ana")), (vec![(1, 2)], vec![(3, 4)]));
}

proptest! {
    #[test]
    fn any_text_has_words_in_order(text in "\\PC{0,80}") {
        let text = composed(&text);
        let words = words(&text);
        for word in &words {
            prop_assert!(text.get(word.range.clone()).is_some_and(|part| !part.is_empty()));
            prop_assert!(!word.word.is_empty() && word.word.chars().all(|c| kind(c) != Kind::Between), "{:?}", word);
        }
        prop_assert!(words.windows(2).all(|two| two[0].range.start <= two[1].range.start));
    }

    #[test]
    fn a_text_is_found_by_itself_and_by_each_of_its_words(text in "[a-z東京都かがᄀ ́é .#@1]{1,30}") {
        let whole = composed(&text);
        if !words(&whole).is_empty() {
            prop_assert!(finds(&text, &text));
            for part in whole.split_whitespace().filter(|part| !words(part).is_empty()) {
                prop_assert!(finds(&text, part), "{}", part);
            }
        }
    }
}
