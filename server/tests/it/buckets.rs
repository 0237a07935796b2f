//! Files in a bucket: what holds of those in the data folder, and what is different there.

use reqwest::Method;
use uuid::Uuid;

use crate::{
    app::TestApp,
    files::{on_disk, send, sent, status},
};

macro_rules! on_a_bucket {
    ($($module:ident::$test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn bucket() {
                crate::$module::$test(crate::app::TestApp::on_a_bucket().await).await;
            }
        }
    )*};
}

on_a_bucket!(
    files::a_file_comes_with_a_message_and_is_for_who_may_read_it,
    files::a_picture_is_made_small_and_only_pictures_are_shown,
    files::a_file_is_there_once_and_comes_with_one_message,
    files::what_can_not_be_taken_leaves_nothing_behind,
    files::a_deleted_message_takes_its_files_along_and_brings_them_back,
    files::a_form_brings_files_without_script_once,
    task_files::a_task_has_files_for_who_sees_it,
    task_files::a_file_that_is_removed_can_be_put_back_for_some_seconds,
    task_files::a_card_shows_a_picture_of_its_task,
    buckets::a_large_file_goes_in_parts_and_comes_back_whole_or_in_part,
    buckets::without_the_bucket_nothing_is_taken_and_nothing_is_lost,
);

pub async fn a_large_file_goes_in_parts_and_comes_back_whole_or_in_part(app: TestApp) {
    let bucket = app.bucket.as_ref().unwrap();
    let ana = app.with_user("ana").await;
    let content: Vec<u8> = (0..9_000_000_u32).map(|n| (n / 7 % 251) as u8).collect();
    let path = format!("/messaging/files/{}/", sent(&ana, "large.bin", &content).await);
    assert!(bucket.largest() <= 5 * 1024 * 1024, "{} bytes at once", bucket.largest());
    assert_eq!((bucket.uploads(), on_disk(&app)), (0, bucket.keys()), "nothing is left in the data folder");
    assert!(bucket.keys()[0].starts_with("of/the-tests/"), "{:?}", bucket.keys());
    let get = async |headers: &[(&'static str, &str)]| {
        let request = ana.request(Method::GET, &path);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
    };
    let whole = get(&[]).await;
    assert_eq!(whole.headers()["content-length"], "9000000");
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    assert!(whole.bytes().await.unwrap() == content, "what comes back is what was sent");
    assert_eq!(get(&[("if-none-match", &tag)]).await.status(), 304);
    for (range, from, to) in [("bytes=5242870-5242899", 5_242_870, 5_242_900), ("bytes=-5", 8_999_995, 9_000_000)] {
        let part = get(&[("range", range), ("if-range", &tag)]).await;
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(part.headers()["content-range"].to_str().unwrap(), format!("bytes {from}-{}/9000000", to - 1));
        assert!(part.bytes().await.unwrap() == content[from..to], "{range}");
    }
    assert_eq!(get(&[("range", "bytes=9000000-")]).await.status(), 416);
    assert_eq!(get(&[("range", "bytes=0-1"), ("if-range", "\"another\"")]).await.status(), 200);
}

pub async fn without_the_bucket_nothing_is_taken_and_nothing_is_lost(app: TestApp) {
    let bucket = app.bucket.as_ref().unwrap();
    let ana = app.with_user("ana").await;
    let path = format!("/messaging/files/{}/", sent(&ana, "a.txt", b"a").await);
    bucket.set_away(true);
    let key = Uuid::now_v7();
    assert_eq!(send(&ana, "b.txt", key, b"b".to_vec()).await.status, 503);
    assert_eq!(status(&ana, &path).await, 503);
    assert_eq!(app.number("select count(*) from files").await, 1);
    assert_eq!(on_disk(&app), bucket.keys(), "what came in is gone from the data folder");
    bucket.set_away(false);
    assert_eq!(send(&ana, "b.txt", key, b"b".to_vec()).await.status, 201, "the same file again");
    assert_eq!(status(&ana, &path).await, 200);
}
