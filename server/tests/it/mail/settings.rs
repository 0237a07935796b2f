//! Mail as it is set up, and as it is wanted.

use foundations::{postgres::new_database, redis::Redis};
use serde_json::json;

use super::{Office, Sink, choose, mails};
use crate::{
    app::{Scene, TestApp},
    nodes::eventually,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_send_a_mail_once() {
    let (database, redis, sink) =
        (new_database().await.unwrap(), Redis::start().await.unwrap(), Sink::start().await.unwrap());
    let node = async || {
        TestApp::start(|config| {
            mails(config, &sink);
            config.settings.database_url = Some(database.clone());
            config.settings.redis_url = Some(redis.url());
        })
        .await
    };
    let (a, b) = (node().await, node().await);
    let Scene { ana, bo, room, .. } = a.with_board().await;
    let office = Office { app: a, sink };
    let address = office.mailed(&bo, "hourly").await;
    for n in 1..=5 {
        ana.at(&b).say(room, &format!("@bo {n}")).await;
        office.sink.until(&address, n + 1).await;
        office.rest().await;
    }
    assert_eq!(office.sink.to(&address).len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_mail_gathers_it_goes_once_an_hour_at_most() {
    let sink = Sink::start().await.unwrap();
    let app = TestApp::start(|config| {
        mails(config, &sink);
        config.settings.mail.as_mut().unwrap().pace.every = 60 * 60 * 1000;
    })
    .await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let office = Office { app, sink };
    let address = office.mailed(&bo, "hourly").await;
    ana.say(room, "one @bo").await;
    office.sink.until(&address, 2).await;
    office.rest().await;
    ana.say(room, "two @bo").await;
    let waits = "select count(*) from digests where due_at > since + 3500000";
    eventually("it waits for an hour", async || office.app.number(waits).await == 1).await;
    office.app.run("update notice_choices set mailed_at = mailed_at - 3600000").await;
    office.post().await;
    office.sink.until(&address, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_no_mail_nothing_is_said_of_it() {
    let app = TestApp::on_sqlite().await;
    let bo = app.with_user("bo").await;
    bo.form("/accounts/profile/", &[("display_name", "Bo"), ("email", "bo@example.com")]).await;
    let page = bo.page("/accounts/").await.text;
    assert!(page.contains("Remind me of what is due"), "{page}");
    for words in ["Mail me", "mailed", "Mail and reminders"] {
        assert!(!page.contains(words), "{words}");
    }
    choose(&bo, "hourly").await;
    assert_eq!(app.number("select count(*) from notice_choices where mail <> 'never'").await, 0);
    assert_eq!(bo.post("/accounts/mail/ask/", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_choice_is_said_at_its_field() {
    let Office { app, .. } = Office::open(None).await;
    let bo = app.with_user("bo").await;
    let fine = [("mail", "never"), ("mail_at", "08:00"), ("remind", "day_before"), ("zone", "UTC")];
    for (name, value) in [("mail", "weekly"), ("mail_at", "25:00"), ("remind", "later"), ("zone", "Mars/Olympus")] {
        let fields = fine.map(|(field, usual)| (field, if field == name { value } else { usual }));
        let refused = bo.form("/accounts/notices/", &fields).await;
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.text.contains("name=\"zone\""), "the form again: {name}");
    }
    assert_eq!(app.number("select count(*) from notice_choices").await, 0);
    assert_eq!(app.stranger().form("/accounts/notices/", &fine).await.status, 303, "to sign in");
}
