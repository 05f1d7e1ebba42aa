//! The night: every phone syncs over HTTP, several at a time, each from a cold start.

use serde::Serialize;

use crate::failure::{Failure, Kind};
use crate::phone::{Line, sync_failure};
use crate::talk::Talk;

use super::Scene;
use super::server::Server;

/// Requests' bodies and what they did, summed over all phones.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Sums {
    pub(crate) phones: u64,
    pub(crate) seconds: f64,
    pub(crate) round_trips: u64,
    pub(crate) bytes_up: u64,
    pub(crate) bytes_down: u64,
    pub(crate) recorded: u64,
    pub(crate) held: u64,
    pub(crate) refused: u64,
    pub(crate) waiting: u64,
    pub(crate) received: u64,
    pub(crate) granted: u64,
    pub(crate) given_back: u64,
    /// Phones whose digest did not equal the township's at the end.
    pub(crate) unproven: u64,
}

/// What it costs when there is nothing new.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NothingNew {
    pub(crate) sums: Sums,
    pub(crate) documents_loaded: u64,
    pub(crate) cpu_ms: Option<f64>,
}

/// Every phone syncs once.
pub(crate) fn everybody(talk: Talk, scene: &Scene, line: &Line, what: &str) -> Result<Sums, Failure> {
    let began = std::time::Instant::now();
    let reports = scene.each(talk, what, |member| {
        let mut workbook = scene.open(member, 2)?;
        workbook.sync(&mut line.clone()).map_err(|why| sync_failure(&why))
    })?;
    let mut sums = Sums { seconds: began.elapsed().as_secs_f64(), ..Sums::default() };
    for report in reports {
        sums.phones += 1;
        sums.round_trips += u64::from(report.round_trips);
        sums.bytes_up += report.bytes_sent;
        sums.bytes_down += report.bytes_received;
        sums.recorded += u64::from(report.recorded);
        sums.held += u64::from(report.held);
        sums.refused += u64::from(report.refused);
        sums.waiting += u64::from(report.waiting);
        sums.received += u64::from(report.received);
        sums.granted += u64::from(report.granted);
        sums.given_back += u64::from(report.given_back);
        sums.unproven += u64::from(!report.proven);
    }
    Ok(sums)
}

/// A count in the office's JSON; nought where it is missing.
pub(crate) fn number(told: &serde_json::Value, name: &str) -> u64 {
    told.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default()
}

/// Every phone syncs once more although nothing happened; the server's own counter says how many documents it loaded.
pub(crate) fn nothing_new(talk: Talk, scene: &Scene, line: &Line, server: &Server) -> Result<NothingNew, Failure> {
    let loaded = || -> Result<u64, Failure> {
        let told = line.get_json("/office/v1/counters").map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
        Ok(number(&told, "documents_loaded"))
    };
    let (loaded_before, used_before) = (loaded()?, server.usage());
    let sums = everybody(talk, scene, line, talk.pick("没有新内容再同步", "nothing new"))?;
    let (loaded_after, used_after) = (loaded()?, server.usage());
    Ok(NothingNew {
        sums,
        documents_loaded: loaded_after - loaded_before,
        cpu_ms: used_before.zip(used_after).map(|(before, after)| after.cpu_ms - before.cpu_ms),
    })
}
