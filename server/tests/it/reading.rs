//! What it costs to have read something.

use serde_json::json;

use crate::app::{Scene, TestApp};

on_both_databases!(defect_13_reading_costs_a_row_per_person_and_place_not_per_message);

async fn defect_13_reading_costs_a_row_per_person_and_place_not_per_message(app: TestApp) {
    let Scene { ana, bo, vic, room, task, .. } = app.with_board().await;
    for n in 0..20 {
        let said = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": format!("message {n}")})).await;
        assert_eq!(said.status, 201, "{said:?}");
    }
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "one comment"})).await;
    for person in [&bo, &vic] {
        for path in [format!("/messaging/room/{room}/read/"), format!("/messaging/task/{task}/read/")] {
            for n in [7, 20, 20] {
                let read = person.post(&path, json!({"n": n})).await;
                assert!(read.status.is_success(), "{path}: {read:?}");
            }
        }
    }
    let rows = app.number("select count(*) from watermarks where stream like 'room:%' or stream like 'task:%'").await;
    let places = app.number("select count(distinct stream) from watermarks").await;
    let people = app.number("select count(distinct user_id) from watermarks").await;
    assert!(rows >= 6 && rows <= people * places, "{rows} rows of {people} people in {places} places");
}
