//! Boards taken away as a file that is read back, and boards of Trello.

use foundations::postgres::new_database;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Answer, BROWSER, Person, Scene, TestApp};

on_both_databases!(
    a_board_goes_out_as_a_file_and_comes_back_the_same,
    a_board_of_trello_comes_over,
    nobody_is_given_words_and_nobody_is_told,
    a_file_that_does_not_fit_is_refused_with_the_place_and_makes_nothing,
    the_same_import_twice_makes_one_board,
    a_form_without_script_leads_to_what_came_of_it,
    what_is_too_long_is_cut_and_said,
    a_board_of_thousands_of_cards_comes_over,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_imports_without_end_must_wait_on_sqlite() {
    who_imports_without_end_must_wait(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_imports_without_end_must_wait_on_postgres() {
    who_imports_without_end_must_wait(Some(new_database().await.unwrap())).await;
}

async fn who_imports_without_end_must_wait(database: Option<String>) {
    let app = TestApp::start(move |config| {
        config.settings.database_url = database;
        config.settings.rate_limits = true;
    })
    .await;
    let (ana, bo) = (app.with_user("ana").await, app.with_user("bo").await);
    let board = ana.post("/boards/", json!({"name": "Again"})).await.id();
    let file = export(&ana, board).await.to_string();
    let mut made = 0;
    // One more comes back every minute that this takes.
    let refused = loop {
        // A board of Trello counts with the others.
        let file = if made == 0 { TRELLO } else { &file };
        let answer = import(&ana, file).await;
        match answer.status.as_u16() {
            201 => made += 1,
            _ => break answer,
        }
        assert!(made < 40, "nothing is limited");
    };
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "too_many"), "{refused:?}");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait) && made >= 10, "{made} {refused:?}");
    assert_eq!(refused.json["message"], format!("Too many at once. Try again in {wait} s."));
    let request = ana.request(Method::POST, "/boards/import/").header("accept", BROWSER).header("origin", &app.url);
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    let page = Answer::of(request.body("--edge\r\n")).await;
    assert!(page.status == 429 && page.text.contains("Too many at once. Try again in"), "{page:?}");
    assert_eq!(import(&bo, file).await.status, 201, "another person's are counted apart");
}

const TRELLO: &str = include_str!("trello.json");

/// Sends a file as the body.
async fn import(person: &Person, file: impl Into<String>) -> Answer {
    import_as(person, Uuid::now_v7(), file).await
}

async fn import_as(person: &Person, key: Uuid, file: impl Into<String>) -> Answer {
    let request = person.request(Method::POST, "/boards/import/").header("accept", "application/json");
    let request = request.header("content-type", "application/json").header("idempotency-key", key.to_string());
    Answer::of(request.body(file.into())).await
}

async fn export(person: &Person, board: i64) -> Value {
    let answer = person.get(&format!("/boards/{board}/export/?format=board")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// Tasks with everything, on a board with everything.
async fn filled(scene: &Scene) {
    let Scene { ana, bo, vic, board, task, .. } = scene;
    let done = async |path: String, body: Value| {
        let answer = ana.post(&path, body).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        answer
    };
    let columns = ana.get(&format!("/boards/{board}/export/?format=board")).await.json["columns"].clone();
    assert_eq!(columns[0], json!({"name": "To do", "colour": null, "limit": null, "archived": false}));
    let doing = done(format!("/boards/{board}/columns/"), json!({"name": "Review"})).await.id();
    let look = json!({"name": "Réview", "colour": "teal", "limit": 3});
    done(format!("/boards/{board}/columns/{doing}/edit/"), look).await;
    let bug = done(format!("/boards/{board}/labels/"), json!({"name": "Bug", "colour": "red"})).await.id();
    done(format!("/boards/{board}/labels/"), json!({"name": "Unused", "colour": "pink"})).await;
    let edit = json!({"title": "Ship it", "description": "See #2 and **bold**\n\n- [x] a", "version": 1});
    done(format!("/tasks/{task}/edit/"), edit).await;
    done(format!("/tasks/{task}/assignees/"), json!({"add": [bo.id, vic.id]})).await;
    done(format!("/tasks/{task}/labels/"), json!({"add": [bug]})).await;
    done(format!("/tasks/{task}/due/"), json!({"due": "2031-02-28"})).await;
    done(format!("/tasks/{task}/priority/"), json!({"priority": "high"})).await;
    done(format!("/tasks/{task}/progress/"), json!({"progress": 40})).await;
    let item = done(format!("/tasks/{task}/checklist/"), json!({"text": "Paint"})).await;
    let item = item.json["item"]["id"].as_i64().unwrap();
    done(format!("/tasks/{task}/checklist/"), json!({"text": "Dry"})).await;
    done(format!("/tasks/{task}/checklist/{item}/tick/"), json!({"done": true})).await;
    done(format!("/tasks/{task}/checklist/{item}/assignee/"), json!({"user": bo.id})).await;
    let second = done(format!("/boards/{board}/tasks/"), json!({"title": "Second", "column": doing})).await.id();
    let third = done(format!("/boards/{board}/tasks/"), json!({"title": "Third"})).await;
    let gone = done(format!("/boards/{board}/tasks/"), json!({"title": "Gone"})).await.id();
    let last = done(format!("/boards/{board}/tasks/"), json!({"title": "Put away"})).await.id();
    // The order is not that of the numbers.
    let place = json!({"column": third.json["column"], "place": 1});
    done(format!("/tasks/{}/move/", third.id()), place).await;
    done(format!("/tasks/{gone}/delete/"), json!({})).await;
    done(format!("/tasks/{last}/archive/"), json!({})).await;
    let old = done(format!("/boards/{board}/columns/"), json!({"name": "Old"})).await.id();
    done(format!("/boards/{board}/tasks/"), json!({"title": "In the old", "column": old})).await;
    let alone = done(format!("/boards/{board}/tasks/"), json!({"title": "Put away before", "column": old})).await.id();
    done(format!("/tasks/{alone}/archive/"), json!({})).await;
    done(format!("/boards/{board}/columns/{old}/put-away/"), json!({})).await;
    let comments = format!("/messaging/task/{task}/comments/");
    let root = done(comments.clone(), json!({"content": "first"})).await.id();
    let deleted = done(comments.clone(), json!({"content": "deleted"})).await.id();
    for (parent, text) in [(root, "below the first"), (deleted, "below what is deleted")] {
        bo.post(&comments, json!({"content": text, "parent": parent})).await;
    }
    done(comments, json!({"content": "for @bo, see #3"})).await;
    done(format!("/messaging/message/{deleted}/delete/"), json!({})).await;
    bo.post(&format!("/messaging/task/{second}/comments/"), json!({"content": "on the second"})).await;
}

/// A file as it is after it was imported by Ana: what may differ is made equal.
fn compared(mut file: Value, imported: bool) -> Value {
    file["exported_at"] = Value::Null;
    for task in file["tasks"].as_array_mut().unwrap() {
        task["author"] = json!("ana");
    }
    // The texts that say the order may differ, the order may not.
    let mut order: Vec<(String, String, i64)> = file["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| {
            (task["column"].to_string(), task["order"].as_str().unwrap().into(), task["number"].as_i64().unwrap())
        })
        .collect();
    order.sort();
    for task in file["tasks"].as_array_mut().unwrap() {
        task["order"] = json!(order.iter().position(|(.., number)| *number == task["number"]));
    }
    for comment in file["comments"].as_array_mut().unwrap() {
        if comment["author"] != "ana" && !imported {
            let (name, at) = (comment["name"].as_str().unwrap(), comment["at"].as_str().unwrap());
            let when = format!("{}, {} UTC", day_in_words(&at[..10]), &at[11..16]);
            comment["text"] = json!(format!("*Originally by {name}, {when}*\n\n{}", comment["text"].as_str().unwrap()));
        }
        comment["author"] = json!("ana");
        comment["name"] = json!("ana");
    }
    file
}

fn day_in_words(day: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<usize> = day.split('-').map(|part| part.parse().unwrap()).collect();
    format!("{} {} {}", parts[2], MONTHS[parts[1] - 1], parts[0])
}

async fn a_board_goes_out_as_a_file_and_comes_back_the_same(app: TestApp) {
    let scene = app.with_board().await;
    filled(&scene).await;
    let Scene { ana, vic, board, .. } = &scene;
    let first = export(vic, *board).await;
    assert_eq!(
        (first["tasks"].as_array().unwrap().len(), first["comments"].as_array().unwrap().len()),
        (6, 5),
        "{first:#}"
    );
    assert!(!first.to_string().contains("Gone") && !first.to_string().contains("\"deleted\""));
    let made = import(ana, first.to_string()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.json["added"], &made.json["missing"], &made.json["notes"]), (&json!(2), &json!(0), &json!([])));
    let second = export(ana, made.id()).await;
    assert_eq!(compared(second.clone(), true), compared(first, false));
    // The links lead to the tasks of the new board, and what comes in numbers goes on.
    let page = ana.page(&format!("/boards/{}/", made.id())).await.text;
    assert!(page.contains("Réview") && page.contains("Third") && !page.contains("Put away"), "{page}");
    let task = ana.post(&format!("/boards/{}/tasks/", made.id()), json!({"title": "Next"})).await;
    assert_eq!(task.json["number"], 8);
    let found = ana.get("/search/?q=%22below+the+first%22").await;
    assert_eq!(found.text.matches("below").count(), 2, "{found:?}");
    let archive = ana.get(&format!("/boards/{}/archive/", made.id())).await.text;
    assert!(archive.contains("Put away before"), "{archive}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_goes_from_sqlite_to_postgres_and_back() {
    let (here, there) = (TestApp::on_sqlite().await, TestApp::on_postgres().await);
    let scene = here.with_board().await;
    filled(&scene).await;
    let first = export(&scene.ana, scene.board).await;
    let ana = there.with_user("ana").await;
    let made = import(&ana, first.to_string()).await;
    assert_eq!((made.status.as_u16(), &made.json["names"]), (201, &json!(["bo", "vic"])), "{made:?}");
    let there_now = export(&ana, made.id()).await;
    let back = import(&scene.ana, there_now.to_string()).await;
    let last = export(&scene.ana, back.id()).await;
    assert_eq!(compared(last, true), compared(there_now.clone(), true));
    // But for the people, who are nobody there, it is the same board.
    let without_people = |mut file: Value| {
        file["members"] = Value::Null;
        for task in file["tasks"].as_array_mut().unwrap() {
            task["assignees"] = Value::Null;
            for item in task["checklist"].as_array_mut().unwrap() {
                // Who is nobody there stands in the text.
                item["text"] = json!(item["text"].as_str().unwrap().trim_end_matches(" (bo)"));
                item.as_object_mut().unwrap().remove("assignee");
            }
        }
        file
    };
    assert_eq!(without_people(compared(there_now, true)), without_people(compared(first, false)));
}

async fn a_board_of_trello_comes_over(app: TestApp) {
    let Scene { ana, bo, .. } = app.with_board().await;
    let made = import(&ana, TRELLO).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        (&made.json["name"], &made.json["tasks"], &made.json["comments"]),
        (&json!("Harbour festival"), &json!(5), &json!(2))
    );
    assert_eq!(
        (&made.json["added"], &made.json["missing"], &made.json["names"]),
        (&json!(2), &json!(1), &json!(["eve"]))
    );
    assert_eq!(
        made.json["notes"],
        json!([
            "One item of a checklist had a date of its own, which stands in its text.",
            "One item of a checklist was for somebody who was not found, which stands in its text.",
            "One comment is not in the file: Trello exports the newest 1,000 things done on a board.",
            "One label was joined with another of its name.",
            "One attachment is a link in the description of its task.",
            "One start date is left out.",
            "One custom field is left out.",
            "2 votes are left out.",
            "The description of the board is left out.",
            "One comment or checklist is left out, since its card is not in the file.",
        ])
    );
    let file = export(&ana, made.id()).await;
    let column = |name, archived| json!({"name": name, "colour": null, "limit": null, "archived": archived});
    assert_eq!(file["columns"], json!([column("Last year", true), column("To do", false), column("Doing", false)]));
    let label = |name, colour| json!({"name": name, "colour": colour});
    assert_eq!(
        file["labels"],
        json!([label("Boats", "teal"), label("Music", "green"), label("Purple", "purple"), label("Urgent", "red")])
    );
    assert_eq!(
        file["members"],
        json!([{"username": "ana", "role": "owner"}, {"username": "bo", "role": "member"}, {"username": "vic", "role": "viewer"}])
    );
    let tasks = file["tasks"].as_array().unwrap();
    let of = |number: i64| tasks.iter().find(|task| task["number"] == number).unwrap();
    let mut in_order: Vec<&Value> = tasks.iter().filter(|task| task["column"] == 1).collect();
    in_order.sort_by_key(|task| task["order"].as_str());
    assert_eq!(in_order.iter().map(|task| task["number"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 4]);
    let pier = of(4);
    assert_eq!((&pier["title"], &pier["due"]), (&json!("Book the pier"), &json!("2024-06-07")));
    assert_eq!(
        pier["description"],
        "Ask for the **pier**, see #2\n\n**Attachments**\n\n- [Plan \\[v2\\]\\.pdf]\
         (<https://trello.com/1/cards/65a1/attachments/65aa/download/plan.pdf>)"
    );
    assert_eq!((&pier["assignees"], &pier["labels"]), (&json!(["bo", "vic"]), &json!(["Urgent", "Boats"])));
    assert_eq!(
        pier["checklist"],
        json!([
            {"text": "Papers: Permit", "done": true},
            {"text": "Papers: Insurance (Eve Long)", "done": false},
            {"text": "Money: Deposit (due 2024-05-30)", "done": false, "assignee": "vic"},
        ])
    );
    assert_eq!(
        (&of(2)["labels"], &of(3)["progress"], &of(3)["assignees"]),
        (&json!(["Music", "Purple"]), &json!(100), &json!([]))
    );
    assert_eq!((&of(1)["archived"], &of(5)["archived"], &of(5)["column"]), (&json!(true), &json!(false), &json!(0)));
    assert_eq!(of(4)["created_at"], "2024-01-12T21:44:35.000Z", "an id of Trello's says when it was made");
    let comments: Vec<&str> =
        file["comments"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap()).collect();
    assert_eq!(
        comments,
        [
            "*Originally by Another Ana (ana), 20 May 2024, 09:00 UTC*\n\nI call them tomorrow",
            "*Originally by Vic \\*Stern\\* (vic), 20 May 2024, 18:42 UTC*\n\nThey said yes! @ana <script>alert(1)</script>",
        ]
    );
    // What comes from a file goes the way of what is typed.
    let board = made.id();
    let task = app.number("select max(id) from tasks where number = 4").await;
    let page = bo.page(&format!("/boards/{board}/tasks/{task}/")).await.text;
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("<script>alert") && !page.contains("href=\"javascript:"), "{page}");
    let second = app.number("select max(id) from tasks where number = 2").await;
    assert!(page.contains(&format!("href=\"/boards/{board}/tasks/{second}/\"")), "{page}");
}

async fn nobody_is_given_words_and_nobody_is_told(app: TestApp) {
    let Scene { ana, bo, eve, .. } = app.with_board().await;
    let before = app.number("select count(*) from notification_sources").await;
    let file = json!({
        "format": "boardwalk-board", "version": 1, "name": "Forged",
        "members": [{"username": "BO", "role": "owner"}, {"username": "eve", "role": "owner"}, {"username": "@nobody", "role": "viewer"}],
        "columns": [{"name": "Doing"}],
        "tasks": [{"number": 7, "column": 0, "title": "For @bo", "description": "@bo @board @eve", "assignees": ["bo", "eve"],
            "author": "bo", "created_at": "2999-01-01T00:00:00Z"}],
        "comments": [
            {"task": 7, "n": 1, "author": "bo", "name": "Bo", "at": "2020-01-01T10:00:00Z", "text": "I resign, @eve"},
            {"task": 7, "n": 2, "author": "ANA", "at": "2020-01-01T10:00:00Z", "text": "I said so"},
        ],
    });
    let made = import(&ana, file.to_string()).await;
    assert_eq!((&made.json["names"], &made.json["added"]), (&json!(["eve", "@nobody"]), &json!(1)), "{made:?}");
    let exported = export(&ana, made.id()).await;
    assert_eq!(
        exported["members"],
        json!([{"username": "ana", "role": "owner"}, {"username": "bo", "role": "member"}])
    );
    assert_eq!(exported["tasks"][0]["assignees"], json!(["bo"]));
    assert!(exported["tasks"][0]["created_at"].as_str().unwrap() < "2990", "no moment is later than now");
    let task = app.number("select max(id) from tasks where number = 7").await;
    let history = bo.get(&format!("/messaging/task/{task}/comments/history/")).await.json;
    let said: Vec<(&str, &str, usize)> = history["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (
                c["username"].as_str().unwrap(),
                c["content"].as_str().unwrap(),
                c["mentioned_users"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [("ana", "*Originally by Bo (bo), 1 January 2020, 10:00 UTC*\n\nI resign, @eve", 0), ("ana", "I said so", 0)]
    );
    assert_eq!(app.number("select count(*) from notification_sources").await, before, "nobody is notified");
    // Who is named and shares no board is not told apart from who does not exist, and sees nothing.
    assert_eq!(eve.page(&format!("/boards/{}/", made.id())).await.status, 404);
    // What came of it is for who did it.
    assert_eq!(bo.page(&format!("/boards/{}/import/", made.id())).await.status, 404);
    assert_eq!(ana.page(&format!("/boards/{}/import/", made.id())).await.status, 200);
    assert_eq!(import(&app.stranger(), "{}").await.status, 401);
}

/// Boards, tasks and imports.
async fn counts(app: &TestApp) -> [i64; 3] {
    [
        app.number("select count(*) from boards").await,
        app.number("select count(*) from tasks").await,
        app.number("select count(*) from board_imports").await,
    ]
}

async fn a_file_that_does_not_fit_is_refused_with_the_place_and_makes_nothing(app: TestApp) {
    let ana = app.with_user("ana").await;
    let before = counts(&app).await;
    let file = |change: &dyn Fn(&mut Value)| {
        let task = json!({"number": 1, "column": 0, "title": "A", "created_at": "2026-01-01T00:00:00Z"});
        let comment = json!({"task": 1, "n": 1, "at": "2026-01-01T00:00:00Z", "text": "x"});
        let mut file = json!({"format": "boardwalk-board", "version": 1, "name": "B", "columns": [{"name": "C"}],
            "tasks": [task], "comments": [comment]});
        change(&mut file);
        file.to_string()
    };
    let twice = |of: &'static str| {
        move |file: &mut Value| {
            let first = file[of][0].clone();
            file[of].as_array_mut().unwrap().push(first);
        }
    };
    let trello = |change: &dyn Fn(&mut Value)| {
        let mut file: Value = serde_json::from_str(TRELLO).unwrap();
        change(&mut file);
        file.to_string()
    };
    let many = |file: &mut Value| {
        let first = file["cards"][0].clone();
        file["cards"] = json!(vec![first; 10_001]);
    };
    let wrong = [
        (String::new(), "The file is empty."),
        ("PK\u{3}\u{4}rest".into(), "This is a ZIP archive."),
        ("name;column".into(), "The file is not JSON, or is not whole: expected"),
        (TRELLO[..2_000].into(), "The file is not JSON, or is not whole: EOF"),
        (format!("{TRELLO}{{}}"), "The file is not JSON, or is not whole: trailing characters"),
        ("[".repeat(500_000), "The file is not JSON, or is not whole: EOF"),
        (format!("{{\"lists\":[],\"cards\":{}", "[".repeat(500_000)), "The file is not JSON, or is not whole"),
        ("[]".into(), "This is neither a board file of Boardwalk nor"),
        ("{\"cards\": []}".into(), "This is neither a board file of Boardwalk nor"),
        ("{\"board\": {}, \"places\": []}".into(), "This file is a record of what was said."),
        (file(&|f| f["version"] = json!(3)), "version is 3; this Boardwalk reads versions 1 to 2."),
        (file(&|f| drop(f["tasks"][0].as_object_mut().unwrap().remove("title"))), "tasks[0].title is missing."),
        (file(&|f| f["tasks"][0]["title"] = json!({"$ne": 1})), "tasks[0].title does not fit: invalid type: map"),
        (file(&|f| f["tasks"][0]["titel"] = json!("A")), "tasks[0].titel does not fit: unknown field `titel`"),
        (file(&|f| f["tasks"][0]["number"] = json!(i64::MAX)), "tasks[0].number must be from 1 to"),
        (file(&|f| f["tasks"][0]["number"] = json!(0)), "tasks[0].number must be from 1 to"),
        (file(&|f| f["tasks"][0]["number"] = json!(1.5)), "tasks[0].number does not fit: invalid type: floating point"),
        (file(&|f| f["tasks"][0]["column"] = json!(1)), "tasks[0].column names none of the 1 columns."),
        (file(&|f| f["tasks"][0]["due"] = json!("2031-02-30")), "tasks[0].due does not fit: not a day"),
        (file(&|f| f["tasks"][0]["labels"] = json!(["Bug"])), "tasks[0].labels[0] is none of the labels."),
        (file(&|f| f["tasks"][0]["progress"] = json!(101)), "tasks[0].progress must be from 0 to 100."),
        (file(&|f| f["tasks"][0]["created_at"] = json!("now")), "tasks[0].created_at does not fit: not a moment"),
        (file(&twice("tasks")), "tasks[1].number is that of another task."),
        (file(&twice("comments")), "comments[1].n is that of another comment on the task."),
        (file(&|f| f["comments"][0]["reply_to"] = json!(1)), "comments[0].reply_to is no comment before it"),
        (file(&|f| f["comments"][0]["task"] = json!(2)), "comments[0].task is the number of no task."),
        (file(&|f| f["comments"][0]["text"] = json!("  ")), "comments[0].text is empty."),
        (file(&|f| f["columns"] = json!([])), "columns has none that is not archived."),
        (
            file(&|f| f["columns"] = json!(vec![json!({"name": "C"}); 51])),
            "There are 51 columns that are not archived; 50",
        ),
        (
            file(&|f| f["columns"][0]["colour"] = json!("beige")),
            "columns[0].colour does not fit: unknown variant `beige`",
        ),
        (file(&|f| f["columns"][0]["limit"] = json!(0)), "columns[0].limit must be from 1 to 999."),
        (trello(&many), "There are 10001 cards; 10000 are the most."),
        (trello(&|f| drop(f["cards"][2].as_object_mut().unwrap().remove("name"))), "cards[2].name is missing."),
        (
            trello(&|f| f["cards"][0]["idMembers"] = json!([{"id": 1}])),
            "cards[0].idMembers[0] does not fit: invalid type: map",
        ),
        (trello(&|f| f["lists"] = json!("none")), "lists does not fit: invalid type: string"),
        (trello(&|f| f["cards"][0]["due"] = json!("soon")), "cards[0].due does not fit: not a moment"),
        (
            TRELLO.replace("\"pos\": 131071", "\"pos\": 1e999"),
            "The file is not JSON, or is not whole: number out of range",
        ),
    ];
    for (text, expected) in wrong {
        let refused = import(&ana, text).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json["field"].as_str()),
            (422, Some("file")),
            "{expected}: {refused:?}"
        );
        let words = refused.json["message"].as_str().unwrap();
        assert!(words.starts_with(expected), "{words:?} rather than {expected:?}");
    }
    assert_eq!(import(&ana, " ".repeat(33 * 1024 * 1024)).await.status, 413);
    assert_eq!(counts(&app).await, before, "nothing is made");
    // Odd, but a board: what is unknown is put away rather than lost.
    let odd = trello(&|f| {
        f["cards"][0]["idList"] = json!("nowhere");
        f["cards"][1]["idShort"] = json!(-5);
        f["cards"][2]["idShort"] = json!(4);
        f["cards"][2]["idMembers"] = json!(["unknown"]);
        f["cards"][2]["idLabels"] = json!(["unknown"]);
        f["lists"] = json!([]);
        f["name"] = Value::Null;
    });
    let made = import(&ana, odd).await;
    assert_eq!((made.status.as_u16(), &made.json["name"]), (201, &json!("Untitled")), "{made:?}");
    assert!(
        made.json["notes"].to_string().contains("5 cards are in the archive, since their lists are not in the file.")
    );
    let file = export(&ana, made.id()).await;
    let numbers: Vec<i64> =
        file["tasks"].as_array().unwrap().iter().map(|task| task["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 4, 5, 6, 7]);
    assert_eq!(file["columns"][0]["name"], "Imported");
}

async fn the_same_import_twice_makes_one_board(app: TestApp) {
    let ana = app.with_user("ana").await;
    let key = Uuid::now_v7();
    let (first, again) = tokio::join!(import_as(&ana, key, TRELLO), import_as(&ana, key, TRELLO));
    assert_eq!((first.status.as_u16(), first.id()), (201, again.id()), "{again:?}");
    let boards = "select count(*) from boards where name = 'Harbour festival'";
    assert_eq!(app.number(boards).await, 1);
    let other = import_as(&ana, key, TRELLO.replace("Harbour", "Other")).await;
    assert_eq!(other.status, 409, "{other:?}");
    assert_eq!(app.number("select count(*) from board_imports").await, 1);
}

async fn a_form_without_script_leads_to_what_came_of_it(app: TestApp) {
    let ana = app.with_user("ana").await;
    let post = async |file: &str, named: &str| {
        let key = Uuid::now_v7();
        let field = |name: &str, text: &str| {
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!(
            "{}{}--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{named}\"\r\n\
             content-type: application/json\r\n\r\n{file}\r\n--edge--\r\n",
            field("client_id", &key.to_string()),
            field("name", "  My own name "),
        );
        let request = ana.request(Method::POST, "/boards/import/").header("accept", BROWSER);
        Answer::of(request.header("content-type", "multipart/form-data; boundary=edge").body(body)).await
    };
    let made = post(TRELLO, "trello.json").await;
    assert_eq!(made.status, 303, "{made:?}");
    let page = ana.page(made.header("location")).await;
    assert_eq!(page.status, 200);
    for words in
        ["My own name", "3 columns, 5 tasks and 2 comments.", "3 people were not found: bo, vic, eve.", "2 votes"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for (file, named, words) in [
        ("{\"lists\": [], \"cards\": [{\"id\": \"1\"}]}", "cards.json", "cards[0].name is missing."),
        ("", "", "The file is empty."),
    ] {
        let refused = post(file, named).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.text.contains(words) && refused.text.contains("  My own name "), "{}", refused.text);
    }
    assert_eq!(app.number("select count(*) from board_imports").await, 1);
}

async fn what_is_too_long_is_cut_and_said(app: TestApp) {
    let ana = app.with_user("ana").await;
    let long = |letter: &str, length: usize| letter.repeat(length);
    let items: Vec<Value> =
        (0..102).map(|n| json!({"name": format!("Item {n}"), "state": "complete", "pos": n})).collect();
    let comment = |id: &str, text: String| json!({"type": "commentCard", "date": "2026-01-01T00:00:00Z", "data": {"text": text, "card": {"id": id}}});
    let file = json!({
        "name": long("n", 101),
        "lists": [{"id": "l", "name": long("c", 51)}, {"id": "m", "name": ""}],
        "cards": [
            {"id": "a", "name": long("t", 201), "idList": "l", "desc": "below\u{0}"},
            {"id": "b", "name": " ", "idList": "l", "desc": long("é", 40_000)},
        ],
        "checklists": [{"idCard": "a", "name": "All", "checkItems": items}, {"idCard": "b", "checkItems": [{"name": long("i", 501)}]}],
        "actions": [comment("a", long("w", 15_000))],
    });
    let made = import(&ana, file.to_string()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        made.json["notes"],
        json!([
            "2 names were too long and are cut.",
            "2 things without a name are called “Untitled”.",
            "One title was too long and is cut; the whole title stands at the head of the description.",
            "One description was longer than 64 KB; its end is left out.",
            "2 items of checklists stand in the description of the task, since a checklist has at most 100.",
            "One item of a checklist was too long and is cut.",
            "One comment was too long and is now several.",
            "One text had characters (U+0000) that can't be stored and are left out.",
        ])
    );
    let file = export(&ana, made.id()).await;
    let (first, second) = (&file["tasks"][0], &file["tasks"][1]);
    assert_eq!(first["title"], format!("{}…", long("t", 199)));
    assert_eq!(first["description"], format!("{}\n\nbelow\n\n- [x] Item 100\n- [x] Item 101", long("t", 201)));
    assert_eq!(second["title"], "Untitled");
    assert_eq!(second["description"], long("é", 32_768));
    let said: String =
        file["comments"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(said.matches('w').count(), 15_000, "nothing of it is lost");
}

async fn a_board_of_thousands_of_cards_comes_over(app: TestApp) {
    let ana = app.with_user("ana").await;
    let cards: Vec<Value> = (0..2_500)
        .map(|n| json!({"id": format!("{n}"), "idShort": n + 1, "name": format!("Card {n}"), "idList": "l", "pos": 2_500 - n, "desc": "some *words*"}))
        .collect();
    let said = |n: i64| json!({"type": "commentCard", "date": "2026-01-01T00:00:00Z", "data": {"text": "a word", "card": {"id": format!("{n}")}}});
    let actions: Vec<Value> = (0..1_000).map(said).collect();
    let made = import(
        &ana,
        json!({"name": "Many", "lists": [{"id": "l", "name": "All"}], "cards": cards, "actions": actions}).to_string(),
    )
    .await;
    assert_eq!(
        (made.status.as_u16(), &made.json["tasks"], &made.json["comments"]),
        (201, &json!(2_500), &json!(1_000)),
        "{made:?}"
    );
    let file = export(&ana, made.id()).await;
    let mut tasks: Vec<&Value> = file["tasks"].as_array().unwrap().iter().collect();
    tasks.sort_by_key(|task| task["order"].as_str());
    let numbers: Vec<i64> = tasks.iter().map(|task| task["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=2_500).rev().collect::<Vec<_>>());
    assert_eq!(file["comments"].as_array().unwrap().len(), 1_000);
}
