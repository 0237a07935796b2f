//! Pages of a history in both directions, and places that are read again.

use serde_json::json;

use crate::{
    app::{Person, Scene, TestApp, function},
    socket::Socket,
};

on_both_databases!(
    pages_go_both_ways_and_leave_nothing_out,
    the_page_around_a_message_has_it_in_the_middle,
    a_comment_is_found_with_its_whole_thread,
    the_contract_pages_both_ways,
    what_is_elsewhere_is_not_found,
    the_way_to_a_message_by_day_or_number,
    a_place_is_unread_from_a_message_on,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

/// The numbers of a page, and whether there are older and newer ones.
async fn page(person: &Person, path: &str) -> (Vec<i64>, bool, bool) {
    let page = person.get(path).await;
    let history = if page.json.is_array() { &page.json[0]["history"] } else { &page.json };
    let rows = history["rows"].as_array().unwrap_or_else(|| panic!("{path}: {page:?}"));
    let numbers = rows.iter().map(|row| row["message"]["n"].as_i64().unwrap()).collect();
    (numbers, history["older"] == true, history["newer"] == true)
}

async fn pages_go_both_ways_and_leave_nothing_out(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for n in 1..=120 {
        ids.push(say(&ana, room, &format!("message {n}")).await);
    }
    let id = |n: i64| ids[n as usize - 1];
    ana.post(&format!("/messaging/message/{}/delete/", id(60)), json!({})).await;
    let older = async |before: i64| {
        page(&ana, &function("older_messages", json!({"place": format!("room:{room}"), "before": id(before)}))).await
    };
    let newer = async |after: i64| {
        page(&ana, &function("newer_messages", json!({"place": format!("room:{room}"), "after": id(after)}))).await
    };
    assert_eq!(older(71).await, ((21..=70).collect(), true, true));
    assert_eq!(older(21).await, ((1..=20).collect(), false, true));
    assert_eq!(newer(1).await, ((2..=51).collect(), true, true), "a tombstone is a row, too");
    assert_eq!(newer(51).await, ((52..=101).collect(), true, true));
    assert_eq!(newer(101).await, ((102..=120).collect(), true, false));
    assert_eq!(newer(120).await, (vec![], true, false));
}

async fn the_page_around_a_message_has_it_in_the_middle(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for n in 1..=80 {
        ids.push(say(&ana, room, &format!("message {n}")).await);
    }
    for (n, first, last, older, newer) in
        [(40, 15, 64, true, true), (1, 1, 25, false, true), (10, 1, 34, false, true), (80, 55, 80, true, false)]
    {
        let id = ids[n - 1];
        for path in [
            function("messages_around", json!({"place": format!("room:{room}"), "id": id})),
            function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": id}}})),
        ] {
            assert_eq!(page(&bo, &path).await, ((first..=last).collect(), older, newer), "around {n}: {path}");
        }
    }
    let (newest, older, newer) =
        page(&bo, &function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": null}}}))).await;
    assert_eq!((newest, older, newer), ((31..=80).collect(), true, false));
    ana.post(&format!("/messaging/room/{room}/clear/"), json!({})).await;
    let last = say(&ana, room, "after it").await;
    let path = function("messages_around", json!({"place": format!("room:{room}"), "id": last}));
    assert_eq!(page(&bo, &path).await, (vec![81], false, false), "nothing of what was cleared");
}

async fn a_comment_is_found_with_its_whole_thread(app: TestApp) {
    let Scene { ana, task, .. } = app.with_board().await;
    let path = format!("/messaging/task/{task}/comments/");
    let mut roots = Vec::new();
    for n in 1..=60 {
        roots.push(ana.post(&path, json!({"content": format!("comment {n}")})).await.id());
    }
    let reply = ana.post(&path, json!({"content": "a reply", "parent": roots[9]})).await.id();
    let expected: Vec<i64> = (1..=10).chain([61]).chain(11..=34).collect();
    for path in [
        function("messages_around", json!({"place": format!("task:{task}"), "id": reply})),
        function("load_page", json!({"page": {"task": {"task": task, "before": null, "at": reply}}})),
    ] {
        assert_eq!(page(&ana, &path).await, (expected.clone(), false, true));
    }
    let after =
        page(&ana, &function("newer_messages", json!({"place": format!("task:{task}"), "after": roots[33]}))).await;
    assert_eq!(after, ((35..=60).collect(), true, false));
}

async fn the_way_to_a_message_by_day_or_number(app: TestApp) {
    let Scene { ana, bo, eve, room, secret, .. } = app.with_board().await;
    let find = async |person: &Person, room: i64, query: &str| {
        let found = person.get(&format!("/messaging/room/{room}/find/?{query}")).await;
        (found.status.as_u16(), found.headers.get("location").map_or("", |to| to.to_str().unwrap()).to_owned())
    };
    let newest = format!("/messaging/room/{room}/");
    for query in ["day=2026-11-23", "after=0"] {
        assert_eq!(find(&ana, room, query).await, (303, newest.clone()), "nothing said, {query}");
    }
    let [a, b, c] = [say(&ana, room, "a").await, say(&ana, room, "b").await, say(&ana, room, "c").await];
    ana.post(&format!("/messaging/message/{b}/delete/"), json!({})).await;
    let at = |id: i64| format!("/messaging/room/{room}/?at={id}#m{id}");
    for (query, expected) in [
        ("after=0", at(a)),
        ("after=1", at(c)),
        ("after=3", newest.clone()),
        ("day=1999-12-31", at(a)),
        ("day=2399-12-31", newest.clone()),
    ] {
        assert_eq!(find(&bo, room, query).await, (303, expected), "{query}");
    }
    for query in ["", "day=", "day=soon", "after=x", "day=2026-02-30"] {
        assert_eq!(find(&bo, room, query).await.0, 422, "{query}");
    }
    ana.post(&format!("/messaging/room/{room}/clear/"), json!({})).await;
    let d = say(&ana, room, "d").await;
    for query in ["after=0", "day=1999-12-31"] {
        assert_eq!(find(&bo, room, query).await.1, at(d), "nothing of what was cleared: {query}");
    }
    for (person, room) in [(&eve, room), (&bo, secret)] {
        assert_eq!(find(person, room, "after=0").await.0, 404, "{}", person.name);
        let path = function("seek_message", json!({"place": format!("room:{room}"), "seek": {"after": 0}}));
        assert_eq!(person.get(&path).await.status, 404, "{}", person.name);
    }
}

async fn the_contract_pages_both_ways(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for n in 1..=9 {
        ids.push(say(&ana, room, &n.to_string()).await);
    }
    ana.post(&format!("/messaging/message/{}/delete/", ids[5]), json!({})).await;
    let texts = async |query: String| -> String {
        let page = ana.get(&format!("/messaging/room/{room}/history/?{query}")).await;
        let messages = page.json["messages"].as_array().unwrap_or_else(|| panic!("{query}: {page:?}"));
        messages.iter().map(|message| message["content"].as_str().unwrap()).collect()
    };
    assert_eq!(texts(format!("after={}&limit=3", ids[3])).await, "578");
    assert_eq!(texts(format!("after={}&limit=3&offset=1", ids[3])).await, "789");
    assert_eq!(texts(format!("around={}&limit=4", ids[4])).await, "3457");
    assert_eq!(texts(format!("around={}", ids[0])).await, "12345789");
    for query in [format!("after={0}&before={0}", ids[3]), format!("around={0}&after={0}", ids[3])] {
        let refused = ana.get(&format!("/messaging/room/{room}/history/?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid"), "{query}");
    }
    assert_eq!(ana.get(&format!("/messaging/room/{room}/history/?around=999999")).await.status, 404);
    assert_eq!(ana.get(&format!("/messaging/room/{room}/history/?after=999999")).await.status, 422);
}

async fn what_is_elsewhere_is_not_found(app: TestApp) {
    let Scene { ana, bo, eve, room, secret, task, .. } = app.with_board().await;
    let (open, hidden) = (say(&ana, room, "open").await, say(&ana, secret, "hidden").await);
    let told = async |person: &Person, path: String| {
        let answer = person.get(&path).await;
        (answer.status.as_u16(), answer.json)
    };
    let nowhere = told(&bo, function("messages_around", json!({"place": format!("room:{room}"), "id": 999999}))).await;
    assert_eq!(nowhere.0, 404);
    for path in [
        function("messages_around", json!({"place": format!("room:{room}"), "id": hidden})),
        function("messages_around", json!({"place": format!("room:{secret}"), "id": hidden})),
        function("messages_around", json!({"place": format!("task:{task}"), "id": open})),
        function("messages_around", json!({"place": format!("thread:{hidden}"), "id": hidden})),
        function("load_page", json!({"page": {"room": {"room": room, "before": null, "at": hidden}}})),
        function("load_page", json!({"page": {"task": {"task": task, "before": null, "at": open}}})),
    ] {
        assert_eq!(told(&bo, path.clone()).await, nowhere, "{path}");
    }
    assert_eq!(
        told(&eve, function("messages_around", json!({"place": format!("room:{room}"), "id": open}))).await,
        nowhere
    );
    let unknown =
        told(&bo, function("newer_messages", json!({"place": format!("room:{room}"), "after": 999999}))).await;
    assert_eq!(
        told(&bo, function("newer_messages", json!({"place": format!("room:{room}"), "after": hidden}))).await,
        unknown
    );
}

async fn a_place_is_unread_from_a_message_on(app: TestApp) {
    let Scene { ana, bo, eve, room, secret, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let first = say(&ana, room, "one, @bo").await;
    let second = say(&ana, room, "two").await;
    say(&ana, room, "three, @bo").await;
    let inbox = async || bo.get("/messaging/notifications/count/").await.json["count"].clone();
    let unread = async || {
        let nav =
            bo.get(&function("load_page", json!({"page": {"nav": {"place": format!("room:{room}")}}}))).await.json;
        let rooms = nav["board"]["rooms"].as_array().unwrap().clone();
        let entry = rooms.iter().find(|entry| entry["room"]["id"] == room).unwrap().clone();
        entry["n"].as_i64().unwrap() - entry["read"].as_i64().unwrap()
    };
    bo.post(&format!("/messaging/room/{room}/read/"), json!({})).await;
    assert_eq!((unread().await, inbox().await), (0, json!(0)));
    let me = format!("user:{}", bo.id);
    let mut socket = Socket::live(&app, &bo, &[(&me, 0)]).await;
    socket.rest().await;
    let mark =
        async |person: &Person, id: i64| person.post(&format!("/messaging/message/{id}/unread/"), json!({})).await;
    assert_eq!(mark(&bo, second).await.status, 200);
    let (_, kind, event) = socket.event().await;
    assert_eq!(
        (kind.as_str(), &event["place"], &event["n"]),
        ("marked_unread", &json!(format!("room:{room}")), &json!(1))
    );
    assert_eq!((event["unread"].clone(), unread().await, inbox().await), (json!(1), 2, json!(1)));
    mark(&bo, second).await;
    assert!(socket.rest().await.iter().all(|frame| frame["type"] != "event"), "the same again changes nothing");
    let form = bo.form(&format!("/messaging/message/{first}/unread/"), &[]).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, format!("/messaging/room/{room}/").as_str()));
    assert_eq!(unread().await, 3);
    bo.post(&format!("/messaging/room/{room}/read/"), json!({})).await;
    assert_eq!((unread().await, inbox().await), (0, json!(0)));
    let hidden = say(&ana, secret, "hidden").await;
    for (person, id, status) in [(&bo, hidden, 404), (&eve, first, 404), (&app.stranger(), first, 401)] {
        assert_eq!(mark(person, id).await.status, status);
    }
}
