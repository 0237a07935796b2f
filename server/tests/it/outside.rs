//! What reaches people outside the page.

use crate::app::TestApp;

on_both_databases!(quiet_hours_are_set_by_a_plain_form_and_stay);

/// A form of quiet hours.
fn hours<'a>(from: &'a str, to: &'a str, zone: &'a str, days: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("quiet", "on"), ("from", from), ("to", to), ("zone", zone)];
    fields.extend(days.iter().map(|day| ("days", *day)));
    fields
}

async fn quiet_hours_are_set_by_a_plain_form_and_stay(app: TestApp) {
    let ana = app.with_user("ana").await;
    ana.take_cookie("tz=America%2FNew_York; path=/");
    let page = ana.page("/accounts/").await.text;
    assert!(page.contains("America/New_York"), "the zone of the browser is offered");
    let set = ana.form("/accounts/quiet/", &hours("21:30", "06:45", "Europe/Berlin", &["0", "4"])).await;
    assert_eq!((set.status.as_u16(), set.header("location")), (303, "/accounts/"));
    let page = ana.page("/accounts/").await.text;
    for text in ["value=\"21:30\"", "value=\"06:45\"", "value=\"Europe/Berlin\""] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let checked = |day: &str| page.contains(&format!("name=\"days\" value=\"{day}\" checked"));
    let days: Vec<bool> = ["0", "1", "2", "3", "4", "5", "6"].map(checked).into();
    assert_eq!(days, [true, false, false, false, true, false, false]);

    for (fields, field) in [
        (hours("9", "06:45", "Europe/Berlin", &["0"]), "from"),
        (hours("21:30", "25:00", "Europe/Berlin", &["0"]), "to"),
        (hours("21:30", "06:45", "Mars/Olympus", &["0"]), "zone"),
        (hours("21:30", "06:45", "Europe/Berlin", &[]), "days"),
        (hours("21:30", "06:45", "Europe/Berlin", &["7"]), "days"),
    ] {
        let refused = ana.form("/accounts/quiet/", &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        assert!(refused.text.contains("name=\"zone\""), "the form again: {field}");
    }
    assert!(ana.page("/accounts/").await.text.contains("value=\"21:30\""), "what is refused changes nothing");
    assert_eq!(app.stranger().form("/accounts/quiet/", &[]).await.status, 303, "to sign in");
    assert_eq!(ana.form("/accounts/quiet/", &[]).await.status, 303);
    assert_eq!(app.number("select count(*) from quiet_hours").await, 0);
}
