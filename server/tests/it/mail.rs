//! What reaches people by mail.

mod settings;

use engine::mail::{Pace, Settings};
use foundations::mail::{Mail, Reply, Sink};
use futures::StreamExt;
use serde_json::json;
use server::config::Config;

use crate::{
    app::{Answer, Person, Scene, TestApp, form},
    nodes::eventually,
};

// As `on_both_databases!`, with a mail server.
macro_rules! with_mail {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$test(super::Office::open(None).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let database = foundations::postgres::new_database().await.unwrap();
                super::$test(super::Office::open(Some(database)).await).await;
            }
        }
    )*};
}

with_mail!(
    nothing_is_mailed_to_an_address_before_its_person_has_said_that_it_is_theirs,
    a_mail_says_what_is_unread_by_board_with_links_and_what_was_said_goes_once,
    a_thousand_mentions_in_a_thread_are_one_mail,
    a_mail_has_only_what_is_still_true_and_may_be_read,
    who_wants_no_more_mail_says_so_signed_out_by_a_button_or_one_click,
    in_quiet_hours_nothing_is_mailed_and_after_them_it_is,
    a_daily_mail_waits_for_its_hour,
    a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_not,
    a_mail_that_may_have_been_taken_is_sent_again_under_the_same_id,
    hostile_names_and_texts_are_text,
);

/// A server that sends mail, and where that goes.
struct Office {
    app: TestApp,
    sink: Sink,
}

const ORIGIN: &str = "http://boards.example.com";

fn mails(config: &mut Config, sink: &Sink) {
    config.settings.public_url = Some(ORIGIN.into());
    config.settings.mail =
        Some(Settings { url: sink.url.clone(), from: "Boardwalk <mail@example.com>".into(), pace: Pace::trial() });
}

impl Office {
    async fn open(database: Option<String>) -> Self {
        let sink = Sink::start().await.unwrap();
        let app = TestApp::start(|config| {
            mails(config, &sink);
            config.settings.database_url = database;
        })
        .await;
        Self { app, sink }
    }

    /// Has what comes into somebody's inbox mailed to them, and gives their address.
    async fn mailed(&self, person: &Person, often: &str) -> String {
        let address = format!("{}@example.com", person.name);
        let profile = [("display_name", person.name.as_str()), ("email", address.as_str())];
        assert_eq!(person.form("/accounts/profile/", &profile).await.status, 303);
        choose(person, often).await;
        let asked = self.sink.until(&address, 1).await.remove(0);
        let link = asked.link("/mail/confirm/");
        assert_eq!(self.app.stranger().form(&link, &[]).await.status, 303);
        address
    }

    /// Waits until there is nothing to be mailed any more.
    async fn rest(&self) {
        eventually("all is mailed", async || self.app.number("select count(*) from digests").await == 0).await;
    }

    /// What comes from now on is mailed at [`Office::post`]: a mail to everybody begins, and is due in 2255.
    async fn hold(&self) {
        self.app
            .run(
                "insert into digests (user_id, since, due_at)
                 select user_id, 0, 9000000000000 from notice_choices where mail <> 'never'
                 on conflict (user_id) do update set due_at = 9000000000000",
            )
            .await;
    }

    async fn post(&self) {
        self.app.run("update digests set due_at = 0").await;
    }
}

async fn choose(person: &Person, often: &str) {
    let fields = [("mail", often), ("mail_at", "08:00"), ("remind", "never"), ("zone", "UTC")];
    let set = person.form("/accounts/notices/", &fields).await;
    assert_eq!((set.status.as_u16(), set.header("location")), (303, "/accounts/"), "{}", set.text);
}

/// The mails to an address that are no question.
fn digests(sink: &Sink, address: &str) -> Vec<Mail> {
    sink.to(address).into_iter().filter(|mail| mail.names().contains(&"List-Unsubscribe")).collect()
}

async fn nothing_is_mailed_to_an_address_before_its_person_has_said_that_it_is_theirs(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let none = [("mail", "hourly"), ("mail_at", "08:00"), ("remind", "never"), ("zone", "UTC")];
    let refused = bo.form("/accounts/notices/", &none).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Give an e-mail address first."));
    bo.form("/accounts/profile/", &[("display_name", "Bo"), ("email", "bo@example.com")]).await;
    choose(&bo, "hourly").await;
    let asked = sink.until("bo@example.com", 1).await.remove(0);
    assert_eq!(asked.header("Subject"), "Is this your address?");
    assert!(!asked.names().contains(&"List-Unsubscribe"));
    assert!(bo.page("/accounts/").await.text.contains("Follow the link that was mailed"));

    ana.say(room, "hello @bo").await;
    office.rest().await;
    assert_eq!(sink.to("bo@example.com").len(), 1, "the question alone");

    let link = asked.link("/mail/confirm/");
    let stranger = app.stranger();
    let page = stranger.page(&link).await;
    assert!(page.text.contains("Is this your address?") && page.text.contains("Yes, it is mine"));
    assert_eq!(
        app.number("select count(*) from mail_addresses where confirmed_at is not null").await,
        0,
        "no GET does"
    );
    let said = stranger.form(&link, &[]).await;
    assert_eq!((said.status.as_u16(), said.header("location")), (303, link.as_str()));
    assert!(stranger.page(&link).await.text.contains("This address is yours"));
    assert_eq!(stranger.form("/mail/confirm/0123/", &[]).await.status, 404);
    ana.say(room, "hello again @bo").await;
    let mail = sink.until("bo@example.com", 2).await.remove(1);
    assert!(mail.part("text/plain").contains("hello again @bo"));
    office.rest().await;

    // Another address is nobody's yet, and the old link does not make it theirs.
    bo.form("/accounts/profile/", &[("display_name", "Bo"), ("email", "other@example.com")]).await;
    assert_eq!(stranger.form(&link, &[]).await.status, 404);
    assert!(stranger.page(&link).await.text.contains("This link is over"));
    ana.say(room, "and @bo").await;
    office.rest().await;
    assert_eq!((sink.to("other@example.com").len(), sink.to("bo@example.com").len()), (0, 2));
    let soon = bo.post("/accounts/mail/ask/", json!({})).await;
    assert_eq!(soon.status, 429, "not so often: {soon:?}");
    assert!(!soon.header("retry-after").is_empty());
    app.run("update mail_addresses set asked_at = asked_at - 600000").await;
    assert_eq!(bo.post("/accounts/mail/ask/", json!({})).await.status, 200);
    sink.until("other@example.com", 1).await;
    app.run("update mail_addresses set asked_at = asked_at - 600000, asked = 5").await;
    assert_eq!(bo.post("/accounts/mail/ask/", json!({})).await.status, 429, "five times in a day");
}

async fn a_mail_says_what_is_unread_by_board_with_links_and_what_was_said_goes_once(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let garden = ana.post("/boards/", json!({"name": "Garden"})).await.id();
    ana.post(&format!("/boards/{garden}/members/"), json!({"username": "bo", "role": "member"})).await;
    let address = office.mailed(&bo, "hourly").await;
    office.hold().await;
    ana.say(room, "one for @bo").await;
    let said = ana.say(room, "**two** for @bo").await;
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"add": [bo.id]})).await;
    let path = format!("/messaging/board/{garden}/rooms/create/");
    let plants = ana.post(&path, json!({"name": "plants"})).await.id();
    ana.say(plants, "water them, @bo").await;
    office.post().await;

    sink.until(&address, 2).await;
    let mail = digests(sink, &address).remove(0);
    assert_eq!(mail.header("Subject"), "ana mentioned you in plants and 2 more");
    assert_eq!(mail.header("From"), "Boardwalk <mail@example.com>");
    assert_eq!(mail.header("To"), format!("bo <{address}>"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let text = mail.part("text/plain");
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is not in {text}"));
    assert!(at("Garden\n------") < at("Website\n------"), "{text}");
    assert!(at("water them, @bo") < at("Website"));
    let room_url = format!("{ORIGIN}/messaging/room/{room}/#m{said}");
    assert!(
        text.contains(&format!("* ana mentioned you in general\n  two for @bo\n  and 1 more there\n  {room_url}\n"))
    );
    at("* ana assigned #1 Ship it to you");
    // The room that Bo was added to the board with is not in it: that was before there was mail.
    assert!(!text.contains("added you to Website"), "{text}");
    let html = mail.part("text/html");
    for words in ["<h2", "Garden", "two for @bo", &room_url, "Stop these mails"] {
        assert!(html.contains(words), "{words}: {html}");
    }

    office.rest().await;
    assert!(app.number("select count(*) from notification_sources where read_at is null").await > 3, "all is unread");
    ana.say(plants, "and again, @bo").await;
    sink.until(&address, 3).await;
    let text = digests(sink, &address).remove(1).part("text/plain");
    assert!(text.contains("and again, @bo") && text.contains("plants"), "{text}");
    assert!(!text.contains("Website"), "what was mailed is not mailed again: {text}");
}

async fn a_thousand_mentions_in_a_thread_are_one_mail(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let (address, other) = (office.mailed(&bo, "hourly").await, office.mailed(&vic, "hourly").await);
    let root = ana.say(room, "a thread").await;
    let replies = format!("/messaging/message/{root}/replies/");
    let reply = |n: usize| {
        let posted = ana.post(&replies, json!({"content": format!("@bo {n}")}));
        async { posted.await.status.as_u16() }
    };
    office.hold().await;
    assert_eq!(reply(0).await, 201);
    let statuses: Vec<u16> = futures::stream::iter(1..1_000).map(reply).buffer_unordered(4).collect().await;
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    office.post().await;
    ana.say(room, "@vic").await;
    sink.until(&other, 2).await;
    office.rest().await;
    let mails = digests(sink, &address);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].part("text/plain").contains("and 999 more there"), "{}", mails[0].part("text/plain"));
}

async fn a_mail_has_only_what_is_still_true_and_may_be_read(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, vic, board, room, secret, task, .. } = app.with_board().await;
    let let_in = format!("/messaging/room/{secret}/members/");
    ana.post(&let_in, json!({"user": bo.id})).await;
    let path = format!("/messaging/board/{board}/rooms/create/");
    let other = ana.post(&path, json!({"name": "other"})).await.id();
    let unheard = ana.post(&path, json!({"name": "unheard"})).await.id();
    let (address, vics) = (office.mailed(&bo, "hourly").await, office.mailed(&vic, "hourly").await);
    office.hold().await;
    let edited = ana.say(room, "the secret word is swordfish @bo").await;
    ana.post(&format!("/messaging/message/{edited}/edit/"), json!({"content": "hello @bo"})).await;
    let deleted = ana.say(other, "deleted @bo").await;
    ana.post(&format!("/messaging/message/{deleted}/delete/"), json!({})).await;
    ana.say(secret, "private @bo").await;
    ana.post(&format!("{let_in}{}/remove/", bo.id), json!({})).await;
    ana.say(unheard, "unheard @bo").await;
    bo.post(&format!("/messaging/room/{unheard}/level/"), json!({"level": "nothing"})).await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "seen @bo"})).await;
    bo.post(&format!("/messaging/task/{task}/read/"), json!({})).await;
    office.post().await;
    sink.until(&address, 2).await;
    let mail = digests(sink, &address).remove(0);
    assert_eq!(mail.header("Subject"), "ana mentioned you in general");
    for part in ["text/plain", "text/html"] {
        let text = mail.part(part);
        assert!(text.contains("hello @bo"), "{text}");
        for words in ["swordfish", "deleted", "private", "secret", "unheard", "seen"] {
            assert!(!text.contains(words), "{words}: {text}");
        }
    }

    // Read, or nobody's to read any more: nothing at all.
    office.rest().await;
    office.hold().await;
    ana.say(room, "quick @bo").await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    office.post().await;
    office.rest().await;
    office.hold().await;
    ana.say(room, "last @vic").await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", vic.id), json!({})).await;
    office.post().await;
    office.rest().await;
    assert_eq!((digests(sink, &address).len(), digests(sink, &vics).len()), (1, 0));
}

async fn who_wants_no_more_mail_says_so_signed_out_by_a_button_or_one_click(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let address = office.mailed(&bo, "hourly").await;
    ana.say(room, "hello @bo").await;
    sink.until(&address, 2).await;
    let mail = digests(sink, &address).remove(0);
    let link = mail.link("/mail/stop/");
    assert_eq!(mail.header("List-Unsubscribe"), format!("<{ORIGIN}{link}>"));
    office.rest().await;
    let stranger = app.stranger();
    let page = stranger.page(&link).await.text;
    assert!(page.contains("Stop these mails") && page.contains(&address), "{page}");
    let wanted = "select count(*) from notice_choices where mail = 'hourly'";
    assert_eq!(app.number(wanted).await, 1, "no GET ends it");
    let click = stranger.request(reqwest::Method::POST, &link);
    let clicked = Answer::of(form(click, &[("List-Unsubscribe", "One-Click")])).await;
    assert_eq!(clicked.status, 200, "no way on, as RFC 8058 has it: {clicked:?}");
    assert_eq!(app.number(wanted).await, 0);
    assert!(stranger.page(&link).await.text.contains("You get no more mail"));
    assert_eq!(stranger.form(&link, &[]).await.status, 303, "again is as good");
    let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let click =
        stranger.request(reqwest::Method::POST, &link).header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(Answer::of(click.body(parts)).await.status, 200);
    ana.say(room, "more @bo").await;
    office.rest().await;
    assert_eq!(digests(sink, &address).len(), 1);
    assert_eq!(stranger.form("/mail/stop/0123/", &[]).await.status, 404);

    // What came meanwhile is not mailed to who begins anew.
    choose(&bo, "hourly").await;
    ana.say(room, "and now @bo").await;
    sink.until(&address, 3).await;
    let text = digests(sink, &address).remove(1).part("text/plain");
    assert!(text.contains("and now @bo"), "{text}");
}

async fn in_quiet_hours_nothing_is_mailed_and_after_them_it_is(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let (address, vics) = (office.mailed(&bo, "hourly").await, office.mailed(&vic, "hourly").await);
    let mut hours = vec![("quiet", "on"), ("from", "00:00"), ("to", "00:00"), ("zone", "UTC")];
    hours.extend(["0", "1", "2", "3", "4", "5", "6"].map(|day| ("days", day)));
    assert_eq!(bo.form("/accounts/quiet/", &hours).await.status, 303);
    ana.say(room, "sleep well @bo").await;
    ana.say(room, "hello @vic").await;
    sink.until(&vics, 2).await;
    let looked = "select count(*) from digests where due_at > since + 450";
    eventually("it is put off", async || app.number(looked).await == 1).await;
    assert_eq!(digests(sink, &address).len(), 0);
    bo.form("/accounts/quiet/", &[]).await;
    sink.until(&address, 2).await;
    assert!(digests(sink, &address)[0].part("text/plain").contains("sleep well @bo"));
}

async fn a_daily_mail_waits_for_its_hour(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let address = office.mailed(&bo, "daily").await;
    ana.say(room, "today @bo").await;
    let waits = "select count(*) from digests where due_at > since + 1000 and due_at % 86400000 = 28800000";
    eventually("it waits for eight o'clock", async || app.number(waits).await == 1).await;
    assert_eq!(digests(sink, &address).len(), 0);
    // The next day.
    app.run("update digests set since = since - 86400000, due_at = 0").await;
    sink.until(&address, 2).await;
    office.rest().await;
    // Whoever changes their mind does not wait for it.
    ana.say(room, "tomorrow @bo").await;
    eventually("it waits again", async || app.number(waits).await == 1).await;
    choose(&bo, "hourly").await;
    sink.until(&address, 3).await;
}

async fn a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_not(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let address = office.mailed(&bo, "hourly").await;
    sink.answer([Reply::Code(451), Reply::Code(421), Reply::Code(535)]);
    ana.say(room, "patience @bo").await;
    sink.until(&address, 2).await;
    assert_eq!(sink.refused(), 3);
    office.rest().await;
    sink.answer([Reply::Code(550)]);
    ana.say(room, "refused @bo").await;
    eventually("it is refused", async || sink.refused() == 4).await;
    office.rest().await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "next @bo"})).await;
    sink.until(&address, 3).await;
    let text = digests(sink, &address).remove(1).part("text/plain");
    assert!(text.contains("next @bo") && !text.contains("refused @bo"), "{text}");
}

async fn a_mail_that_may_have_been_taken_is_sent_again_under_the_same_id(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let address = office.mailed(&bo, "hourly").await;
    sink.answer([Reply::Silence]);
    ana.say(room, "twice @bo").await;
    sink.until(&address, 3).await;
    office.rest().await;
    let ids: Vec<String> = digests(sink, &address).iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].ends_with("@boards.example.com>"), "{ids:?}");
    ana.say(room, "another @bo").await;
    let mail = sink.until(&address, 4).await.remove(3);
    assert_ne!(mail.header("Message-ID"), ids[0]);
}

async fn hostile_names_and_texts_are_text(office: Office) {
    let Office { app, sink } = &office;
    let Scene { ana, bo, board, .. } = app.with_board().await;
    let evil = "<script>alert(1)</script>\"'&";
    ana.post(&format!("/boards/{board}/rename/"), json!({"name": evil})).await;
    let path = format!("/messaging/board/{board}/rooms/create/");
    let room = ana.post(&path, json!({"name": format!("\u{202e}{evil}")})).await.id();
    let name = "Eve\r\nBcc: all@example.com\r\n\r\n<img src=x>";
    ana.form("/accounts/profile/", &[("display_name", name), ("email", "")]).await;
    let address = office.mailed(&bo, "hourly").await;
    ana.say(room, &format!("@bo {evil}\r\n.\r\nMAIL FROM:<x@example.com>\r\n\r\n`</div><script>x()</script>`")).await;
    let mail = sink.until(&address, 2).await.remove(1);
    let known = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Date",
        "MIME-Version",
        "Content-Type",
    ];
    for name in mail.names() {
        assert!(known.contains(&name), "{name}: {}", mail.raw);
    }
    let subject = mail.header("Subject");
    assert!(!subject.contains(['\r', '\n', '\u{202e}']) && subject.contains("<script>"), "{subject:?}");
    let html = mail.part("text/html");
    for tag in ["<script", "<img", "</div>`", "\u{202e}"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), "{html}");
    assert_eq!(sink.to("all@example.com").len(), 0);
}
