use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::read;
use crate::{
    Card, Draft, Error, ErrorBody, Event, Me, Message, Notification, Person, Reaction, RoomId, ServerFrame, Stream,
    Task, UserId,
};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: UserId,
    name: String,
    #[serde(default)]
    tags: Vec<String>,
    place: Option<Stream>,
    counts: BTreeMap<String, u32>,
    #[serde(rename = "what")]
    kind: Kind,
    pair: (bool, i64),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    Named { name: String, n: Option<i64> },
    Other(Box<Thing>),
}

fn thing(kind: Kind) -> Thing {
    Thing {
        id: UserId(7),
        name: "Zoë \"the\\first\"\n\u{1f6f6}".into(),
        tags: vec!["a".into(), String::new()],
        place: Some(Stream::Room(RoomId(12))),
        counts: [("x".into(), 1), ("y".into(), u32::MAX)].into(),
        kind,
        pair: (true, -9_007_199_254_740_993),
    }
}

/// Both readers take it, as the same, or both refuse it.
#[track_caller]
fn agrees<T: for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
    let read = read::<T>(text);
    assert_eq!(read, serde_json::from_str(text).ok(), "{text}");
    read
}

#[test]
fn a_record_reads_back_what_it_writes() {
    let nested = Kind::Other(Box::new(thing(Kind::Plain)));
    for kind in [Kind::Plain, Kind::Named { name: "n".into(), n: None }, nested] {
        let thing = thing(kind);
        assert_eq!(read(&serde_json::to_string(&thing).unwrap()), Some(thing));
    }
}

#[test]
fn fields_come_in_any_order_may_be_more_and_some_may_be_missing() {
    let whole = json!({
        "pair": [false, 1], "what": "plain", "more": {"deep": [1.5, null]}, "counts": {}, "name": "", "id": 3,
        "tags": ["t"], "place": "task:3",
    });
    agrees::<Thing>(&whole.to_string()).unwrap();
    for (field, may_be_missing) in [
        ("pair", false),
        ("what", false),
        ("counts", false),
        ("name", false),
        ("id", false),
        ("tags", true),
        ("place", true),
    ] {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(field);
        assert_eq!(agrees::<Thing>(&less.to_string()).is_some(), may_be_missing, "{field}");
        less[field] = json!(null);
        agrees::<Thing>(&less.to_string());
        less[field] = json!({"from": "the future"});
        assert!(agrees::<Thing>(&less.to_string()).is_none() || field == "counts", "{field}");
    }
}

#[test]
fn what_is_no_json_or_another_record_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "tru",
        "[1,]",
        "[1 2]",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{a:1}",
        "\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"a\nb\"",
        "1 2",
        "-",
        "--1",
        "01x",
        "[",
        "{",
        "]",
        "null null",
    ] {
        assert!(agrees::<serde_json::Value>(text).is_none(), "{text}");
    }
    assert!(agrees::<u8>("256").is_none() && agrees::<u32>("-1").is_none() && agrees::<bool>("\"true\"").is_none());
    assert!(agrees::<Kind>("\"named\"").is_none() && agrees::<Kind>(r#"{"sung":{}}"#).is_none());
    assert!(agrees::<Kind>(r#"{"named":{"name":"a"},"plain":null}"#).is_none());
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    assert_eq!(read::<serde_json::Value>(&deep), None);
}

#[test]
fn the_records_of_the_product_are_read_as_serde_json_reads_them() {
    let person = json!({"id": 1, "username": "ana", "display_name": "Ana"});
    agrees::<Person>(&person.to_string()).unwrap();
    agrees::<ErrorBody>(r#"{"code":"invalid","message":"No."}"#).unwrap();
    agrees::<Error>(r#""signed_out""#).unwrap();
    agrees::<Error>(r#"{"too_many":{"retry_after":5}}"#).unwrap();
    agrees::<Draft>(r#"{"place":"task:3","parent":null,"text":"\u00fc\/","at":5}"#).unwrap();
    agrees::<Event>(r#""redacted""#).unwrap();
    agrees::<Event>(r#"{"message_deleted":{"id":3,"n":2}}"#).unwrap();
    agrees::<Event>(&json!({"member_joined": {"person": person}}).to_string()).unwrap();
    agrees::<Reaction>(&json!({"emoji": "\u{1f44d}", "count": 1, "people": [person]}).to_string()).unwrap();
    agrees::<ServerFrame>(r#"{"type":"heads","heads":{"room:12":5}}"#).unwrap();
    agrees::<ServerFrame>(r#"{"type":"ephemeral","what":{"typing":{"stream":"room:1","person":5,"on":true}}}"#);
    // What lacks something is refused alike.
    for text in ["{}", "[]", "null", r#"{"id":1}"#] {
        agrees::<Message>(text);
        agrees::<Card>(text);
        agrees::<Task>(text);
        agrees::<Me>(text);
        agrees::<Notification>(text);
    }
}

/// Anything that JSON can say, with whole numbers.
fn anything() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|bool| json!(bool)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|list| json!(list)),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|record| json!(record)),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(value in anything()) {
        prop_assert_eq!(read(&value.to_string()), Some(value.clone()));
        prop_assert_eq!(read(&serde_json::to_string_pretty(&value).unwrap()), Some(value));
    }

    #[test]
    fn no_text_is_taken_for_what_it_is_not(text in r#"[\[\]{}",:\\a01nulu ]{0,40}"#) {
        if let Some(value) = read::<serde_json::Value>(&text) {
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
        }
    }
}
