//! The board page that shows what its address asks for.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp};

on_both_databases!(
    a_board_shows_what_its_address_asks_for_and_counts_the_rest,
    a_filter_is_by_the_readers_day_and_by_who_reads,
    a_card_put_below_a_shown_one_comes_before_the_hidden_ones,
    a_board_is_a_list_too_in_the_order_that_its_address_asks_for,
    a_board_is_a_calendar_too_of_the_month_that_its_address_asks_for,
    a_filter_is_kept_under_a_name_by_each_person_alone,
    of_many_filters_kept_at_once_only_so_many_are,
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
    ana.post(&format!("/tasks/{ship}/assignees/"), json!({"add": [ana.id]})).await;
    ana.post(&format!("/tasks/{fence}/assignees/"), json!({"add": [vic.id]})).await;
    for (task, name) in [(fence, "Outside"), (roof, "House")] {
        ana.post(&format!("/boards/{board}/labels/"), json!({"name": name, "task": task})).await;
    }
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
        ("?view=list&sort=assignee", &[ship, fence, roof]),
        ("?view=list&sort=-assignee", &[fence, ship, roof]),
        ("?view=list&sort=label", &[roof, fence, ship]),
        ("?view=list&sort=-label", &[fence, roof, ship]),
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
        "href=\"?q=e&amp;view=list&amp;sort=assignee\"",
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

async fn a_board_is_a_calendar_too_of_the_month_that_its_address_asks_for(app: TestApp) {
    let Scene { ana, vic, board, task: ship, .. } = app.with_board().await;
    let roof = task(&ana, board, "Mend the roof").await;
    for (task, due) in [(ship, "2031-02-28"), (roof, "2031-03-01")] {
        ana.post(&format!("/tasks/{task}/due/"), json!({"due": due})).await;
    }
    // What stands on each day of the page.
    let days = async |query: &str| -> Vec<String> {
        let page = vic.page(&format!("/boards/{board}/?view=calendar{query}")).await.text;
        let day = |cell: &str| {
            let date = cell.split('"').next().unwrap_or_default().to_owned();
            let cell = cell.split("</td>").next().unwrap_or_default();
            let titles = cell.split("calendar-title\">").skip(1).map(|rest| rest.split('<').next().unwrap_or_default());
            titles.map(|title| format!("{date} {title}")).collect::<Vec<_>>()
        };
        page.split("datetime=\"").skip(1).flat_map(day).collect()
    };
    assert_eq!(
        days("&month=2031-02").await,
        ["2031-02-28 Ship it", "2031-03-01 Mend the roof"],
        "the last week is whole"
    );
    assert_eq!(days("&month=2031-03").await, ["2031-02-28 Ship it", "2031-03-01 Mend the roof"]);
    assert_eq!(days("&month=2031-02&q=ship").await, ["2031-02-28 Ship it"]);
    assert!(days("&month=2031-04").await.is_empty());
    assert!(days("").await.is_empty(), "this month");
    let page = vic.page(&format!("/boards/{board}/?view=calendar&month=2031-12&q=a")).await.text;
    for link in ["month=2031-11", "month=2032-01"] {
        let address = format!("href=\"/boards/{board}/?q=a&amp;view=calendar&amp;{link}\"");
        assert!(page.contains(&address), "{address}: {page}");
    }
    assert!(page.contains("December 2031") && page.contains("Nothing that is shown is due in this month."), "{page}");
    for edge in ["1970-01", "9999-12", "x"] {
        assert_eq!(vic.page(&format!("/boards/{board}/?view=calendar&month={edge}")).await.status, 200, "{edge}");
    }
}

async fn a_filter_is_kept_under_a_name_by_each_person_alone(app: TestApp) {
    let Scene { ana, vic, eve, board, .. } = app.with_board().await;
    let filters = format!("/boards/{board}/filters/");
    let save = async |person: &Person, name: &str, query: &str| {
        person.post(&filters, json!({"name": name, "query": query})).await
    };
    let kept = save(&ana, " Mine, this week ", "?due=week&assignee=me&evil=<script>&q=a+b").await;
    assert_eq!(kept.status, 201, "{kept:?}");
    assert_eq!(kept.json["name"], "Mine, this week");
    assert_eq!(kept.json["query"], "?q=a%20b&assignee=me&due=week", "as the board itself says it");
    for (name, query, field) in [
        ("", "?due=week", "name"),
        ("Nothing", "?evil=1", "query"),
        ("Nothing", "", "query"),
        ("mïne, THIS week", "?due=today", "name"),
        (&"n".repeat(51), "?due=today", "name"),
    ] {
        let refused = save(&ana, name, query).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json["field"].as_str()),
            (422, Some(field)),
            "{name}: {refused:?}"
        );
    }
    assert_eq!(save(&eve, "A", "?due=week").await.status, 404);
    let vics = save(&vic, "Mine, this week", "?due=today").await;
    assert_eq!(vics.status, 201, "a viewer has their own: {vics:?}");

    let page = ana.page(&format!("/boards/{board}/")).await.text;
    let link = format!("href=\"/boards/{board}/?q=a%20b&amp;assignee=me&amp;due=week\"");
    assert!(page.contains(&link) && page.contains("Mine, this week"), "{page}");
    assert!(!page.contains(&format!("/boards/{board}/?due=today\"")), "what Vic keeps is not Ana's: {page}");

    // What others keep is not there.
    let of_ana = format!("{filters}{}/", kept.id());
    for (path, body) in [("edit/", json!({"name": "Taken over"})), ("delete/", json!({}))] {
        assert_eq!(vic.post(&format!("{of_ana}{path}"), body.clone()).await.status, 404);
        assert_eq!(eve.post(&format!("{of_ana}{path}"), body).await.status, 404);
    }
    let other = save(&ana, "Other", "?due=none").await.id();
    let taken = ana.post(&format!("{filters}{other}/edit/"), json!({"name": "mine, this WEEK"})).await;
    assert_eq!((taken.status.as_u16(), taken.code()), (422, "taken"), "{taken:?}");
    let renamed = ana.form(&format!("{of_ana}edit/"), &[("name", "Mine")]).await;
    assert_eq!((renamed.status.as_u16(), renamed.header("location")), (303, filters.as_str()));
    assert_eq!(ana.form(&format!("{filters}{other}/delete/"), &[]).await.status, 303);
    let page = ana.page(&filters).await.text;
    assert!(page.contains(">Mine<") && !page.contains("Other"), "{page}");
    // A form that was refused shows what was typed.
    let refused = ana.form(&filters, &[("name", "mine"), ("query", "?due=later")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("value=\"?due=later\"") && refused.text.contains("of this name"), "{}", refused.text);
    let saved = ana.form(&filters, &[("name", "Later"), ("query", "?due=later")]).await;
    assert_eq!(saved.header("location"), format!("/boards/{board}/?due=later"));
}

async fn of_many_filters_kept_at_once_only_so_many_are(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    let saving = (0..25).map(|n| {
        let ana = ana.clone();
        async move {
            let body = json!({"name": format!("Filter {n}"), "query": "?due=week"});
            ana.post(&format!("/boards/{board}/filters/"), body).await.status.as_u16()
        }
    });
    let mut answers = futures::future::join_all(saving).await;
    answers.sort_unstable();
    assert_eq!(answers, [vec![201; 20], vec![422; 5]].concat());
}
