//! The lighter half of the faults, among the tests. Figures are told and not judged here.

use anyhow::Result;
use faults::{
    report::Report,
    scenarios::{Scale, run},
};

const LIGHT: Scale = Scale { cycles: 20, light: true };

async fn scenario(name: &str) -> Result<()> {
    run(name, LIGHT, &mut Report::new(false)).await
}

// A macro because each must be a test of its own for the runner.
macro_rules! scenarios {
    ($($name:literal => $test:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() -> Result<()> {
            scenario($name).await
        }
    )*};
}

scenarios! {
    "F1" => twenty_kills_lose_and_double_nothing,
    "F2" => power_cuts_lose_and_double_nothing,
    "F3" => a_full_disk_refuses_writes_and_heals,
    "F4" => a_broken_database_never_tells_a_wrong_history,
    "F5" => nodes_follow_each_other_without_redis,
    "F6" => a_stalled_redis_holds_nobody_up,
    "F7" => a_postgres_that_is_away_refuses_and_the_retry_is_once,
    "F8" => a_node_that_is_cut_off_splits_no_order,
    "F10" => slow_consumers_hold_nobody_up,
    "F11" => everybody_comes_back_after_a_restart,
    "F12" => a_rolling_restart_loses_nothing,
    "F13" => a_duplicate_submit_is_one_message,
    "F14" => disturbed_frames_change_no_state,
    "F16" => old_sockets_stay_when_no_new_one_fits,
    "F17" => sockets_go_before_the_process_does_when_memory_is_short,
    "F18" => a_panic_fails_one_request_alone,
    "F19" => a_starved_server_loses_no_connection,
    "F20" => a_backup_while_writing_is_whole_and_clients_follow_a_restore,
    "I7" => nothing_reaches_who_was_removed,
}
