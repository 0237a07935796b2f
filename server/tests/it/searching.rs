//! Only what one may read at that moment is found.

use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp},
    search::{address, found},
};

on_both_databases!(
    what_a_message_said_before_is_not_found,
    what_is_deleted_is_not_found_until_it_is_brought_back,
    a_cleared_room_and_a_deleted_one_are_empty_at_once,
    a_private_room_is_found_by_its_members_alone,
    who_left_the_board_finds_nothing_of_it,
    nobody_finds_by_numbers_what_they_may_not_read,
);

/// How many somebody finds, newest first and best first alike.
async fn count(person: &Person, text: &str) -> usize {
    let best = person.get(&address(text, &[("sort", "best")])).await;
    let newest = found(person, text).await.len();
    assert_eq!(best.json["results"].as_array().map(Vec::len), Some(newest), "{best:?}");
    newest
}

async fn what_a_message_said_before_is_not_found(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let said = ana.say(room, "the swordfish, @bo").await;
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "a swordfish"})).await.id();
    assert_eq!(count(&bo, "swordfish").await, 2);
    for id in [said, comment] {
        ana.post(&format!("/messaging/message/{id}/edit/"), json!({"content": "the haddock"})).await;
    }
    assert_eq!((count(&bo, "swordfish").await, count(&bo, "haddock").await), (0, 2));
    assert_eq!((count(&bo, "\"the swordfish\"").await, count(&bo, "@bo").await), (0, 0));
    assert_eq!(count(&bo, "haddock from:ana in:website").await, 2, "the filters still hold");
}

async fn what_is_deleted_is_not_found_until_it_is_brought_back(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let id = ana.say(room, "swordfish").await;
    let reply =
        bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "swordfish too", "parent": id})).await;
    assert_eq!(count(&bo, "swordfish").await, 2);
    ana.post(&format!("/messaging/message/{id}/delete/"), json!({})).await;
    for person in [&ana, &bo] {
        assert_eq!(found(person, "swordfish").await, ["[swordfish] too"]);
    }
    ana.post(&format!("/messaging/message/{id}/restore/"), json!({})).await;
    assert_eq!(count(&bo, "swordfish").await, 2);
    bo.post(&format!("/messaging/message/{}/delete/", reply.id()), json!({})).await;
    assert_eq!(found(&bo, "swordfish").await, ["[swordfish]"]);
}

async fn a_cleared_room_and_a_deleted_one_are_empty_at_once(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let root = ana.say(room, "swordfish").await;
    bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "swordfish in a thread", "parent": root}))
        .await;
    assert_eq!(count(&bo, "swordfish").await, 2);
    ana.post(&format!("/messaging/room/{room}/clear/"), json!({})).await;
    assert_eq!((count(&ana, "swordfish").await, count(&bo, "swordfish").await), (0, 0));
    bo.say(room, "swordfish again").await;
    assert_eq!(found(&ana, "swordfish").await, ["[swordfish] again"]);

    let rooms = format!("/messaging/board/{board}/rooms/create/");
    let doomed = ana.post(&rooms, json!({"name": "doomed"})).await.id();
    ana.say(doomed, "haddock").await;
    assert_eq!(count(&bo, "haddock").await, 1);
    assert_eq!(ana.post(&format!("/messaging/room/{doomed}/delete/"), json!({})).await.status, 200);
    assert_eq!((count(&ana, "haddock").await, count(&bo, "haddock").await), (0, 0));
    let gone = bo.get(&address("haddock in:doomed", &[])).await;
    assert_eq!(gone.status, 422);
}

async fn a_private_room_is_found_by_its_members_alone(app: TestApp) {
    let Scene { ana, bo, vic, secret, .. } = app.with_board().await;
    let root = ana.say(secret, "swordfish").await;
    ana.post(&format!("/messaging/room/{secret}/send/"), json!({"message": "swordfish below", "parent": root})).await;
    assert_eq!((count(&ana, "swordfish").await, count(&bo, "swordfish").await), (2, 0));
    assert_eq!(count(&bo, "from:ana").await, count(&vic, "from:ana").await);
    let members = format!("/messaging/room/{secret}/members/");
    ana.post(&members, json!({"user": bo.id})).await;
    assert_eq!((count(&bo, "swordfish").await, count(&vic, "swordfish").await), (2, 0));
    assert_eq!(count(&bo, "swordfish in:secret").await, 2);
    ana.post(&format!("{members}{}/remove/", bo.id), json!({})).await;
    assert_eq!(count(&bo, "swordfish").await, 0);
    let hidden = bo.get(&address("swordfish in:secret", &[])).await;
    let unknown = bo.get(&address("swordfish in:nowhere", &[])).await;
    assert_eq!((hidden.status, &hidden.json), (unknown.status, &unknown.json), "as if there was none of that name");
}

async fn who_left_the_board_finds_nothing_of_it(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, task, .. } = app.with_board().await;
    bo.say(room, "swordfish").await;
    bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "swordfish"})).await;
    assert_eq!((count(&vic, "swordfish").await, count(&eve, "swordfish").await), (2, 0));
    assert_eq!((count(&vic, "ship").await, count(&eve, "ship").await), (1, 0));
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    for text in ["swordfish", "ship", "from:me", "is:task", "#1", "after:2020-01-01"] {
        assert_eq!(count(&bo, text).await, 0, "{text}");
    }
    assert_eq!(count(&vic, "swordfish from:bo").await, 2, "what they said stays");
}

async fn nobody_finds_by_numbers_what_they_may_not_read(app: TestApp) {
    let Scene { ana, bo, eve, room, secret, .. } = app.with_board().await;
    ana.say(room, "swordfish in the open").await;
    for n in 0..30 {
        ana.say(secret, &format!("swordfish {n}")).await;
    }
    let answer = bo.get(&address("swordfish", &[])).await;
    assert_eq!(answer.json["results"].as_array().unwrap().len(), 1);
    assert_eq!(answer.json["next"], Value::Null, "nothing tells that there is more");
    assert!(!answer.text.contains("swordfish\",\"hit\":true},{\"text\":\" 2"));
    let nothing = eve.get(&address("swordfish", &[])).await;
    assert_eq!(nothing.json, json!({"results": [], "next": null}));
    // Tags of the index are no words.
    for text in [&format!(":r{secret}"), &format!("\":r{secret}\""), &format!("swordfish OR r{secret}"), ":u1"] {
        let answer = bo.get(&address(text, &[])).await;
        assert!(answer.status == 422 || answer.json["results"].as_array().unwrap().is_empty(), "{text}: {answer:?}");
    }
}
