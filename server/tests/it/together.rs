//! Many people at once: each gets their own page, whole, and nothing of anybody else's.

use serde_json::json;

use crate::app::{Scene, TestApp};

on_both_databases!(pages_rendered_at_once_never_mix);

async fn pages_rendered_at_once_never_mix(app: TestApp) {
    let Scene { ana, bo, eve, board, room, task, .. } = app.with_board().await;
    let own = eve.post("/boards/", json!({"name": "Of nobody else"})).await.id();
    let people = [(&ana, "Ana Alone", "ana@a.org"), (&bo, "Bo Alone", "bo@b.org"), (&eve, "Eve Alone", "eve@e.org")];
    for (person, name, email) in people {
        let named = person.post("/accounts/profile/", json!({"display_name": name, "email": email})).await;
        assert_eq!(named.status, 200, "{named:?}");
    }
    let shared = [
        format!("/boards/{board}/"),
        format!("/boards/{board}/tasks/{task}/"),
        format!("/messaging/room/{room}/"),
        format!("/messaging/task/{task}/comments/"),
    ];
    let personal = ["/messaging/".to_owned(), "/messaging/notifications/".into(), "/accounts/".into()];
    let visits = (0..240).map(|n| {
        let (person, name, _) = people[n % 3];
        let pages: Vec<&String> =
            if n % 3 == 2 { personal.iter().collect() } else { shared.iter().chain(&personal).collect() };
        let path = pages[n / 3 % pages.len()].clone();
        async move { (name, path.clone(), person.page(&path).await) }
    });
    for (name, path, page) in futures::future::join_all(visits).await {
        assert_eq!(page.status, 200, "{name} {path}: {page:?}");
        assert!(page.text.contains(name), "{path} says who is signed in");
        assert!(page.text.contains("</html>"), "{path} is whole");
        // Ana and Bo share a board and so may see each other's names; Eve shares nothing with them.
        let strangers: &[&str] = if name == "Eve Alone" { &["Ana Alone", "Bo Alone"] } else { &["Eve Alone"] };
        for stranger in strangers {
            assert!(!page.text.contains(stranger), "{name} {path} shows {stranger}");
        }
        for (_, other, email) in &people {
            assert_eq!(page.text.contains(email), *other == name && path == "/accounts/", "{name} {path}: {email}");
        }
        let theirs = page.text.contains("Of nobody else") || page.text.contains(&format!("/boards/{own}/"));
        assert!(!theirs || name == "Eve Alone", "{name} {path} shows a board of Eve's");
    }
}
