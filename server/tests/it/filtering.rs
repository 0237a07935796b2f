//! The board page that shows what its address asks for.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp};

on_both_databases!(
    a_board_shows_what_its_address_asks_for_and_counts_the_rest,
    a_filter_is_by_the_readers_day_and_by_who_reads,
    a_card_put_below_a_shown_one_comes_before_the_hidden_ones,
    a_board_is_a_list_too_in_the_order_that_its_address_asks_for,
);

/// The titles of the cards on a page.
async fn titles(person: &Person, path: &str) -> Vec<String> {
    let page = person.page(path).await;
    assert_eq!(page.status, 200, "{path}: {page:?}");
    let after = page.text.split("class=\"card-title\">").skip(1);
    after.map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
}

async fn task(person: &Person, board: i64, title: &str) -> i64 {
    person.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id()
}

async fn a_board_shows_what_its_address_asks_for_and_counts_the_rest(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, task: ship, .. } = app.with_board().await;
    let roof = task(&ana, board, "Réparer le toit").await;
    let label = ana.post(&format!("/boards/{board}/labels/"), json!({"name": "Outside", "task": roof})).await.id();
    ana.post(&format!("/tasks/{roof}/assignees/"), json!({"add": [bo.id]})).await;
    ana.post(&format!("/tasks/{ship}/due/"), json!({"due": "2001-02-03"})).await;
    let path = |query: &str| format!("/boards/{board}/{query}");
    let (all, ship_only, roof_only) = (vec!["Ship it", "Réparer le toit"], vec!["Ship it"], vec!["Réparer le toit"]);
    for (query, expected) in [
        (String::new(), &all),
        ("?q=&label=&assignee=&due=".into(), &all),
        ("?q=reparer+TOIT".into(), &roof_only),
        ("?q=r%C3%A9parer".into(), &roof_only),
        ("?q=%231".into(), &ship_only),
        (format!("?label={label}"), &roof_only),
        ("?assignee=nobody".into(), &ship_only),
        (format!("?assignee={}", bo.id), &roof_only),
        (format!("?assignee=nobody&assignee={}", bo.id), &all),
        ("?due=overdue".into(), &ship_only),
        ("?due=none".into(), &roof_only),
        (format!("?q=toit&label={label}&assignee={}&due=none", bo.id), &roof_only),
        (format!("?q=toit&label={label}&assignee=nobody"), &vec![]),
        ("?q=%zz%ff%00&label=x&due=never&assignee=%3Cscript%3E".into(), &vec![]),
        ("?label=x&due=never&assignee=%3Cscript%3E&view=x".into(), &all),
    ] {
        for person in [&ana, &vic] {
            assert_eq!(titles(person, &path(&query)).await, **expected, "{query}");
        }
    }
    assert_eq!(titles(&bo, &path("?assignee=me")).await, roof_only);
    assert_eq!(titles(&ana, &path("?assignee=me")).await, Vec::<String>::new());
    assert_eq!(eve.page(&path("?q=ship")).await.status, 404);

    // The sign of a limit is for all cards, and links keep what is asked for.
    let column = ana.get(&crate::app::function("load_page", json!({"page": {"board": {"board": board}}}))).await;
    let column = column.json["columns"][0]["id"].as_i64().unwrap();
    ana.post(&format!("/boards/{board}/columns/{column}/edit/"), json!({"limit": 1})).await;
    let page = ana.page(&path("?q=toit&due=none")).await.text;
    for words in [
        "1 of 2 tasks",
        "Over limit",
        &format!("href=\"/boards/{board}/tasks/{roof}/?q=toit&amp;due=none\""),
        "value=\"toit\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let open = ana.page(&format!("/boards/{board}/tasks/{roof}/?q=toit")).await.text;
    let close = format!("href=\"/boards/{board}/?q=toit\" aria-label=\"Close the task\"");
    assert!(open.contains(&close), "{close}: {open}");
    let nothing = ana.page(&path("?q=harbour")).await.text;
    assert!(nothing.contains("No task matches this filter.") && nothing.contains("0 of 2 tasks"), "{nothing}");
}

async fn a_board_is_a_list_too_in_the_order_that_its_address_asks_for(app: TestApp) {
    let Scene { ana, vic, eve, board, task: ship, .. } = app.with_board().await;
    let roof = task(&ana, board, "Mend the <roof>").await;
    let fence = task(&ana, board, "Fence").await;
    ana.post(&format!("/tasks/{roof}/due/"), json!({"due": "2031-02-03"})).await;
    ana.post(&format!("/tasks/{fence}/due/"), json!({"due": "2031-02-02"})).await;
    ana.post(&format!("/tasks/{fence}/priority/"), json!({"priority": "low"})).await;
    ana.post(&format!("/tasks/{ship}/progress/"), json!({"progress": 40})).await;
    let doing = ana.post(&format!("/boards/{board}/columns/"), json!({"name": "Doing"})).await.id();
    ana.post(&format!("/tasks/{ship}/move/"), json!({"column": doing})).await;
    let path = |query: &str| format!("/boards/{board}/{query}");
    let (ship, roof, fence) = ("Ship it", "Mend the &lt;roof&gt;", "Fence");
    for (query, expected) in [
        ("?view=list", &[roof, fence, ship][..]),
        ("?view=list&sort=-column", &[ship, roof, fence]),
        ("?view=list&sort=number", &[ship, roof, fence]),
        ("?sort=title&view=list", &[fence, roof, ship]),
        ("?view=list&sort=due", &[fence, roof, ship]),
        ("?view=list&sort=-due", &[roof, fence, ship]),
        ("?view=list&sort=-priority", &[fence, roof, ship]),
        ("?view=list&sort=-progress", &[ship, roof, fence]),
        ("?view=list&sort=%00x", &[roof, fence, ship]),
        ("?view=list&sort=due&q=the", &[roof]),
        ("?view=list&q=harbour", &[]),
        ("?view=table&sort=due", &[]),
    ] {
        for person in [&ana, &vic] {
            let page = person.page(&path(query)).await;
            assert_eq!(page.status, 200, "{query}");
            let rows = page
                .text
                .split("row-link\"")
                .skip(1)
                .map(|rest| rest.split_once('>').and_then(|(_, rest)| rest.split('<').next()).unwrap_or_default());
            assert_eq!(rows.collect::<Vec<_>>(), expected, "{query}");
        }
    }
    assert_eq!(eve.page(&path("?view=list")).await.status, 404);

    // Links and forms keep what is asked for, and the one that is sorted by turns the order round.
    let page = ana.page(&path("?view=list&sort=due&q=e")).await.text;
    for words in [
        "href=\"?q=e&amp;view=list&amp;sort=-due\"",
        "href=\"?q=e&amp;view=list&amp;sort=-priority\"",
        "aria-sort=\"ascending\"",
        &format!("href=\"/boards/{board}/?q=e\""),
        &format!("href=\"/boards/{board}/tasks/{}/?q=e&amp;view=list&amp;sort=due\"", task_of(&page)),
        "name=\"sort\" value=\"due\"",
        "<td class=\"table-column\">To do<",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let open = ana.page(&format!("/boards/{board}/tasks/{}/?view=list&sort=due", task_of(&page))).await.text;
    let close = format!("href=\"/boards/{board}/?view=list&amp;sort=due\" aria-label=\"Close the task\"");
    assert!(open.contains(&close) && open.contains("row-link"), "{close}: {open}");
}

/// The task of the first row of a list.
fn task_of(page: &str) -> &str {
    let row = page.split('<').find(|tag| tag.contains("row-link\"")).unwrap_or_default();
    row.split_once("id=\"card-").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}

async fn a_filter_is_by_the_readers_day_and_by_who_reads(app: TestApp) {
    let Scene { ana, board, task: ship, .. } = app.with_board().await;
    // The two walls never show the same day.
    let (east, west) = ("Pacific/Kiritimati", "Etc/GMT+12");
    ana.take_cookie(&format!("tz={west}"));
    let page = crate::app::function("load_page", json!({"page": {"board": {"board": board}}}));
    let today = ana.get(&page).await.json["today"].as_str().unwrap().to_owned();
    ana.post(&format!("/tasks/{ship}/due/"), json!({"due": today})).await;
    for (zone, overdue, is_today) in [(west, 0, 1), (east, 1, 0)] {
        ana.take_cookie(&format!("tz={zone}"));
        assert_eq!(titles(&ana, &format!("/boards/{board}/?due=overdue")).await.len(), overdue, "{zone}");
        assert_eq!(titles(&ana, &format!("/boards/{board}/?due=today")).await.len(), is_today, "{zone}");
    }
    ana.post(&format!("/tasks/{ship}/progress/"), json!({"progress": 100})).await;
    assert_eq!(titles(&ana, &format!("/boards/{board}/?due=overdue")).await.len(), 0, "what is done is due no more");
}

async fn a_card_put_below_a_shown_one_comes_before_the_hidden_ones(app: TestApp) {
    let Scene { ana, board, task: one, .. } = app.with_board().await;
    let hidden = task(&ana, board, "Hidden").await;
    let last = task(&ana, board, "Last").await;
    let moved = task(&ana, board, "Moved").await;
    let page = crate::app::function("load_page", json!({"page": {"board": {"board": board}}}));
    let before = ana.get(&page).await.json;
    let column = before["cards"][0]["column"].clone();
    let ids = |page: &Value| {
        page["cards"].as_array().unwrap().iter().map(|card| card["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&before), [one, hidden, last, moved]);
    // As a screen says it that shows neither of the two between.
    let done = ana.post(&format!("/tasks/{moved}/move/"), json!({"column": column, "above": one, "below": last})).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(ids(&ana.get(&page).await.json), [one, moved, hidden, last]);
    let done = ana.post(&format!("/tasks/{moved}/move/"), json!({"column": column, "below": last})).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(ids(&ana.get(&page).await.json), [one, hidden, moved, last], "right above the first that is shown");
}
