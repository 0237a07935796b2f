//! What a search understands and finds.

use reqwest::{Method, Url, header::ACCEPT};
use serde_json::{Value, json};

use crate::app::{Answer, BROWSER, Person, Scene, TestApp, function};

on_both_databases!(
    words_and_phrases_are_found_whatever_their_accents_and_case,
    scripts_without_spaces_are_found_by_two_characters,
    filters_narrow_what_is_found,
    days_are_those_of_the_readers_wall,
    comments_replies_and_tasks_are_found_where_they_are,
    pages_go_on_without_a_gap_or_a_double,
    the_best_match_comes_first,
    hostile_searches_are_words,
    what_cannot_be_searched_for_is_said,
    the_page_works_without_script,
);

/// The address of a search.
pub fn address(text: &str, more: &[(&str, &str)]) -> String {
    let fields = [("q", text)].into_iter().chain(more.iter().copied());
    let url = Url::parse_with_params("http://unused/search/", fields).unwrap();
    format!("/search/?{}", url.query().unwrap_or_default())
}

/// The texts that somebody finds, hits in brackets, in order.
pub async fn found(person: &Person, text: &str) -> Vec<String> {
    let answer = person.get(&address(text, &[])).await;
    assert_eq!(answer.status, 200, "{text:?}: {answer:?}");
    answer.json["results"].as_array().unwrap().iter().map(said).collect()
}

fn said(result: &Value) -> String {
    let parts = ["title", "excerpt"].map(|field| result[field].as_array().unwrap().clone()).concat();
    let part = |part: &Value| match part["hit"] == true {
        true => format!("[{}]", part["text"].as_str().unwrap()),
        false => part["text"].as_str().unwrap().to_owned(),
    };
    parts.iter().map(part).collect()
}

async fn words_and_phrases_are_found_whatever_their_accents_and_case(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    ana.say(room, "The **second** page of the Café’s menu").await;
    ana.say(room, "A page of the second menu: don't print src/main.rs").await;
    assert_eq!(
        found(&bo, "SECOND menu").await,
        ["A page of the [second] [menu]: don't print src/main.rs", "The [second] page of the Café’s [menu]"],
        "newest first"
    );
    assert_eq!(found(&bo, "\"second page\"").await, ["The [second page] of the Café’s menu"]);
    assert_eq!(found(&bo, "cafe").await, ["The second page of the [Café]’s menu"]);
    for one in ["don't", "don’t print", "src/main.rs", "main.rs print"] {
        assert_eq!(found(&bo, one).await.len(), 1, "{one}");
    }
    for nothing in ["secon", "\"page second\"", "page teapot", "rs/main.src"] {
        assert_eq!(found(&bo, nothing).await, [""; 0], "{nothing}");
    }
}

async fn scripts_without_spaces_are_found_by_two_characters(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    ana.say(room, "明日は東京都で会議です").await;
    ana.say(room, "내일 서울에서 회의").await;
    assert_eq!(found(&bo, "京都").await, ["明日は東[京都]で会議です"]);
    assert_eq!(found(&bo, "東京都").await, ["明日は[東京都]で会議です"]);
    assert_eq!(found(&bo, "東京 会議").await, ["明日は[東京]都で[会議]です"]);
    assert_eq!(found(&bo, "都").await, ["明日は東京[都]で会議です"]);
    assert_eq!(found(&bo, "서울").await, ["내일 [서울]에서 회의"]);
    assert_eq!(found(&bo, "東都").await, [""; 0]);
}

async fn filters_narrow_what_is_found(app: TestApp) {
    let Scene { ana, bo, board, room, secret, task, .. } = app.with_board().await;
    let rooms = format!("/messaging/board/{board}/rooms/create/");
    let design = ana.post(&rooms, json!({"name": "Désign team"})).await.id();
    ana.say(room, "deploy one").await;
    bo.say(room, "deploy two, @ana, as #1 says").await;
    ana.say(design, "deploy three").await;
    ana.say(secret, "deploy four").await;
    bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "deploy five"})).await;
    ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Deploy six"})).await;
    let check = async |text: &str, expected: &[&str]| {
        let found = found(&ana, text).await;
        let words: Vec<&str> = found.iter().filter_map(|text| text.split([' ', ',']).nth(1)).collect();
        assert_eq!(words, expected, "{text}");
    };
    check("deploy", &["six", "five", "four", "three", "two", "one"]).await;
    check("deploy in:general", &["two", "one"]).await;
    check("deploy in:\"design TEAM\"", &["three"]).await;
    check("deploy in:secret in:general", &["four", "two", "one"]).await;
    check("deploy in:website", &["six", "five", "four", "three", "two", "one"]).await;
    check("deploy from:bo", &["five", "two"]).await;
    check("deploy from:@BO in:#general", &["two"]).await;
    check("deploy from:me is:task", &["six"]).await;
    check("deploy from:ana from:bo in:general", &["two", "one"]).await;
    check("deploy from:nobody", &[]).await;
    check("deploy from:eve", &[]).await;
    check("from:bo", &["five", "two"]).await;
    check("@ana", &["two"]).await;
    check("in:secret", &["four"]).await;
    assert_eq!(found(&ana, "#1 in:website").await, ["deploy two, @ana, as #[1] says", "Ship it"]);
    assert_eq!(found(&bo, "deploy in:website").await.len(), 5, "not of the private room");
}

async fn days_are_those_of_the_readers_wall(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let old = ana.say(room, "harvest old").await;
    ana.say(room, "harvest new").await;
    // 23 November 2024, 23:30 UTC: on a wall in Berlin it is the 24th.
    let moved = format!("update messages set at = 1732404600000 where id = {old} returning id");
    app.number(Box::leak(moved.into_boxed_str())).await;
    // As it is when it was posted then.
    ana.post(&format!("/messaging/message/{old}/edit/"), json!({"content": "harvest old."})).await;
    let there = ana.clone();
    for (zone, text, expected) in [
        ("UTC", "harvest before:2024-11-24", 1),
        ("UTC", "harvest before:2024-11-23", 0),
        ("UTC", "harvest after:2024-11-22 before:2024-11-24", 1),
        ("UTC", "harvest after:2024-11-23", 1),
        ("UTC", "harvest after:2024-11-22", 2),
        ("UTC", "harvest after:1970-01-01 before:9999-12-31", 2),
        ("Europe/Berlin", "harvest before:2024-11-24", 0),
        ("Europe/Berlin", "harvest before:2024-11-25", 1),
        ("Europe/Berlin", "harvest after:2024-11-23", 2),
    ] {
        there.take_cookie(&format!("tz={zone}; Path=/"));
        let found = found(&there, text).await;
        assert_eq!(found.len(), expected, "{zone} {text}: {found:?}");
    }
}

async fn comments_replies_and_tasks_are_found_where_they_are(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    let root = ana.say(room, "Who has the paint?").await;
    let reply = bo
        .post(&format!("/messaging/room/{room}/send/"), json!({"message": "paint is here", "parent": root}))
        .await
        .id();
    let comment = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "more paint"})).await.id();
    let made = ana
        .post(
            &format!("/boards/{board}/tasks/"),
            json!({"title": "Buy paint", "description": "Blue **paint**, two pots"}),
        )
        .await;
    let answer = ana.get(&address("paint", &[])).await;
    let seen: Vec<Value> = answer.json["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| json!([hit["type"], hit["place"], hit["board"], hit["username"], hit["url"]]))
        .collect();
    let message = |id: i64| format!("/messaging/message/{id}/");
    assert_eq!(
        seen,
        [
            json!(["task", "#2", "Website", "ana", format!("/boards/{board}/tasks/{}/", made.id())]),
            json!(["comment", "#1 Ship it", "Website", "bo", message(comment)]),
            json!(["message", "general", "Website", "bo", message(reply)]),
            json!(["message", "general", "Website", "ana", message(root)]),
        ]
    );
    assert_eq!(said(&answer.json["results"][0]), "Buy [paint]Blue [paint], two pots");
    for id in [reply, comment] {
        assert!(ana.page(&message(id)).await.status.is_redirection());
    }
    let task = made.id();
    let edit = json!({"title": "Buy brushes", "description": "", "version": 1});
    assert_eq!(ana.post(&format!("/tasks/{task}/edit/"), edit).await.status, 200);
    assert_eq!(found(&ana, "is:task paint").await, [""; 0]);
    assert_eq!(found(&ana, "brushes").await, ["Buy [brushes]"]);
    assert_eq!(found(&ana, "\"brushes blue\"").await, [""; 0]);
}

async fn pages_go_on_without_a_gap_or_a_double(app: TestApp) {
    let Scene { ana, board, room, .. } = app.with_board().await;
    let mut expected = Vec::new();
    for n in 0..45 {
        if n % 3 == 0 {
            let title = format!("ferry {n}");
            ana.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await;
        } else {
            ana.say(room, &format!("ferry {n} {}", "ferry ".repeat(n % 4))).await;
        }
        expected.push(n.to_string());
    }
    expected.reverse();
    for sort in ["newest", "best"] {
        let (mut seen, mut key, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = ana.get(&address("ferry", &[("sort", sort), ("key", &key)])).await;
            let results = page.json["results"].as_array().unwrap_or_else(|| panic!("{page:?}")).clone();
            seen.extend(results.iter().map(|hit| said(hit).split([' ', '[', ']']).nth(3).unwrap().to_owned()));
            pages += 1;
            // What comes meanwhile is not of this search, and changes nothing in it.
            ana.say(room, "ferry late").await;
            match page.json["next"].as_str() {
                Some(next) => key = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(pages, 3);
        if sort == "newest" {
            assert_eq!(seen, expected);
            app.number("delete from messages where source = 'ferry late' returning id").await;
        } else {
            let late = seen.iter().filter(|seen| *seen == "late").count();
            assert_eq!(late, 0);
            seen.sort_by_key(|n| std::cmp::Reverse(n.parse::<i64>().unwrap()));
            assert_eq!(seen, expected, "each once");
        }
    }
}

async fn the_best_match_comes_first(app: TestApp) {
    let Scene { ana, board, room, .. } = app.with_board().await;
    ana.say(room, "tide table, tide table").await;
    ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Tide table"})).await;
    ana.say(room, "a table for the tide").await;
    ana.say(room, &format!("{} table {} tide", "word ".repeat(80), "word ".repeat(80))).await;
    let best = ana.get(&address("tide table", &[("sort", "best")])).await;
    let order: Vec<String> = best.json["results"].as_array().unwrap().iter().map(said).collect();
    assert_eq!(&order[..3], ["[Tide] [table]", "[tide] [table], [tide] [table]", "a [table] for the [tide]"]);
    assert_eq!(order.len(), 4);
}

async fn hostile_searches_are_words(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    ana.say(room, "near and or not words rowid").await;
    let corpus: Vec<Value> = serde_json::from_str(include_str!("../../../end2end/hostile.json")).unwrap();
    let texts = corpus.iter().map(|hostile| hostile["text"].as_str().unwrap().to_owned());
    let own = [
        "\"",
        "\"\"\"",
        "a\"b",
        "NEAR(",
        "NEAR(a b, 2)",
        "*",
        "a*",
        "^a",
        "-a",
        "a AND",
        "AND",
        "NOT a",
        "(",
        "a OR (b",
        "words:a",
        "{words}:a",
        "words : near",
        "a + b",
        "'",
        "'';",
        "a'b",
        "\\",
        "a\\b",
        "a:*",
        "a <-> b",
        "a & b | !c",
        "!!",
        "$1",
        "?1",
        "%",
        "_",
        "\0",
        "a\0b",
        "\u{202e}abc",
        "\u{feff}",
        "😀",
        "in:\0",
        "in:\"",
        "from:'",
        "before:2026-11-23T10:00",
        "::::",
        "key:m1t1",
        "'a':1B",
        ":o1",
        ":r1 :o1",
        "\":o1\"",
    ];
    let own = own.into_iter().map(str::to_owned).chain([
        "x".repeat(1_000),
        "x ".repeat(40),
        "\"".repeat(30),
        "x".repeat(10_000),
    ]);
    for text in texts.chain(own) {
        for sort in ["newest", "best"] {
            let answer = ana.get(&address(&text, &[("sort", sort)])).await;
            assert!(matches!(answer.status.as_u16(), 200 | 422), "{text:?}: {answer:?}");
            assert!(answer.status == 200 || answer.json["message"].as_str().is_some_and(|words| !words.is_empty()));
        }
    }
    for (text, hits) in [
        ("NOT words", 1),
        ("near AND", 1),
        ("NEAR(and)", 1),
        ("NEAR(or)", 0),
        ("rowid:words", 0),
        ("word*", 0),
        ("near*", 1),
    ] {
        assert_eq!(found(&ana, text).await.len(), hits, "{text}");
    }
    for key in ["x", "m1", "m1t1s1", "' or 1 = 1"] {
        let answer = ana.get(&address("near", &[("key", key)])).await;
        assert_eq!((answer.status.as_u16(), answer.json["field"].as_str()), (422, Some("key")), "{key}");
    }
    assert_eq!(ana.get(&address("near", &[("sort", "sideways")])).await.status, 200);
}

async fn what_cannot_be_searched_for_is_said(app: TestApp) {
    let Scene { ana, .. } = app.with_board().await;
    for (text, words) in [
        ("", "Type a word"),
        ("!?", "letters or digits"),
        ("deploy has:fun", "has:file"),
        ("is:purple", "is:task"),
        ("before:noon", "before:2026-11-23"),
        ("in:teapots", "no room and no board"),
        (&"x".repeat(1_001), "1,000"),
        (&"x ".repeat(41), "40"),
    ] {
        let answer = ana.get(&address(text, &[])).await;
        assert_eq!((answer.status.as_u16(), answer.json["field"].as_str()), (422, Some("q")), "{text}");
        assert!(answer.json["message"].as_str().unwrap().contains(words), "{text}: {answer:?}");
        if !text.is_empty() {
            let page = ana.page(&address(text, &[])).await;
            assert!(page.status == 200 && page.text.contains(words), "{text}: {}", page.text);
        }
    }
    assert_eq!(app.stranger().get("/search/?q=x").await.status, 401);
    assert!(app.stranger().page("/search/?q=x").await.status.is_redirection());
}

async fn the_page_works_without_script(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    for n in 0..25 {
        ana.say(room, &format!("lantern {n} <b>100% &amp; sure</b>")).await;
    }
    let page = ana.page("/search/?q=LANTERN+100%25").await.text;
    assert!(page.contains("<mark>lantern<") && page.contains("value=\"LANTERN 100%\""), "{page}");
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>100"), "{page}");
    assert_eq!(page.matches("class=\"hit\"").count(), 20);
    let next = page.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.contains("key="));
    let next = next.unwrap().replace("&amp;", "&");
    let rest = ana.page(&next).await.text;
    assert_eq!(rest.matches("class=\"hit\"").count(), 5, "{next}");
    let called = ana
        .get(&function("load_page", json!({"page": {"search": {"text": "lantern 3", "sort": "newest", "key": null}}})))
        .await;
    assert_eq!(called.json["hits"].as_array().map(Vec::len), Some(1), "{called:?}");
    let asked = ana.request(Method::GET, "/search/?q=lantern+3").header(ACCEPT, BROWSER);
    let asked = Answer::of(asked.header("x-requested-with", "XMLHttpRequest")).await;
    assert_eq!(asked.json["results"].as_array().map(Vec::len), Some(1));
}
