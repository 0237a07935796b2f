//! Pages of a room, and the server's own start.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::{Clocks, Finding};
use crate::{
    book::Book,
    http::{self, Caller},
    plan::Plan,
    server::{Server, Template},
    wire::Wire,
};

/// Messages of a page.
const MESSAGES: usize = 50;
/// Connections that ask at once.
const CALLERS: usize = 2;
/// What a browser accepts.
const ACCEPT: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

/// A room's page of 50 messages: the same one for the same person again and again, then each time for
/// another person, so that nothing that was made for one request serves the next.
///
/// # Errors
/// A page is not whole.
pub fn pages(template: &Template, people: usize, plan: &Plan) -> Result<Vec<Finding>> {
    let server = Server::boardwalk(template, people, false)?;
    let Wire::Typed { room, .. } = server.wire else { bail!("Boardwalk speaks its own protocol here") };
    let ask = |cookie: &str, encoding: &str| {
        http::get(&format!("/messaging/room/{room}/"), &format!("{ACCEPT}{encoding}Cookie: {cookie}\r\n"))
    };
    let brotli = "Accept-Encoding: br\r\n";
    let same = |_: usize| ask(&server.cookies[0], "");
    let other = |i: usize| ask(&server.cookies[i % people], "");
    let packed = |i: usize| ask(&server.cookies[i % people], brotli);
    let findings = vec![
        phase(&server, "room page, same person", same, whole, plan)?,
        phase(&server, "room page, another person each time", other, whole, plan)?,
        phase(&server, "room page, another person, brotli", packed, not_empty, plan)?,
    ];
    let book = Book::new(0);
    server.stop_and_audit(&book)?;
    Ok(findings)
}

fn phase(
    server: &Server,
    what: &'static str,
    request: impl Fn(usize) -> Vec<u8> + Sync,
    check: fn(&http::Answer) -> Result<()>,
    plan: &Plan,
) -> Result<Finding> {
    let caller = &|first: usize, time: Duration| -> Result<(usize, usize)> {
        let mut caller = Caller::connect(server.address)?;
        let (begun, mut asked, mut bytes) = (Instant::now(), 0, 0);
        while asked == 0 || begun.elapsed() < time {
            let answer = caller.ask(&request(first + asked * CALLERS))?;
            check(&answer)?;
            asked += 1;
            bytes += answer.body.len();
        }
        Ok((asked, bytes))
    };
    caller(0, plan.pause)?;
    let clocks = Clocks::start(server)?;
    let (asked, bytes) = thread::scope(|scope| {
        let running: Vec<_> = (0..CALLERS).map(|first| scope.spawn(move || caller(first, plan.phase))).collect();
        running.into_iter().try_fold((0, 0), |(asked, bytes), running| {
            let (more, long) = running.join().map_err(|_| anyhow!("a caller panicked"))??;
            Ok::<_, anyhow::Error>((asked + more, bytes + long))
        })
    })?;
    let cost = clocks.stop()?;
    let pages = asked as f64;
    Ok(Finding::new(what, server, MESSAGES)
        .with("cpu_ms_per_page", cost.server * 1e3 / pages)
        .with("pages_per_core_s", pages / cost.server)
        .with("pages_per_s", pages / cost.seconds)
        .with("kb_per_page", bytes as f64 / 1000.0 / pages)
        .with("generator_cores", cost.generator)
        .with("others_cores", cost.others))
}

fn whole(answer: &http::Answer) -> Result<()> {
    not_empty(answer)?;
    let page = std::str::from_utf8(&answer.body).context("a page that is no text")?;
    let id = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    let messages = page.split("id=\"m").skip(1).filter(|rest| id(rest)).count();
    ensure!(messages >= MESSAGES && page.contains("</html>"), "a page with {messages} messages of {MESSAGES}");
    Ok(())
}

fn not_empty(answer: &http::Answer) -> Result<()> {
    ensure!(answer.status == 200, "a page was answered with {}", answer.status);
    ensure!(answer.body.len() > 1000, "a page of {} bytes", answer.body.len());
    Ok(())
}

/// From nothing to the first answer of `/readyz`, and the memory a while later.
///
/// # Errors
/// It does not start.
pub fn starts(template: &Template, plan: &Plan) -> Result<Vec<Finding>> {
    let server = Server::boardwalk(template, 1, false)?;
    let started = server.start_time();
    thread::sleep(plan.settle / 2);
    let finding = Finding::new("cold start", &server, 1)
        .with("ms", started.map(|time| time.as_secs_f64() * 1000.0))
        .with("mb", server.resident()? as f64 / 1e6);
    let book = Book::new(0);
    server.stop_and_audit(&book)?;
    Ok(vec![finding])
}
