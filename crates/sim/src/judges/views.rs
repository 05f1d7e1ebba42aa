//! What stands beside the log is what follows from it: rows, heads, access lists, digests.

use lianhu_server::verify;

use crate::failure::{Failure, Held};
use crate::world::World;

const NAME: &str = "rebuilt views equal live ones";

/// Builds everything again from the log, as `lianhu verify` does.
pub(crate) fn rebuilt(world: &mut World<'_>) -> Held {
    let findings = verify(world.town()?, |_, _| {});
    let findings = findings.map_err(|why| Failure::new(NAME, format!("verify failed: {why}")))?;
    world.checks.add(NAME, findings.documents);
    match findings.problems.first() {
        None => Ok(()),
        Some(problem) => Err(Failure::new(NAME, format!("{} differences, first: {problem}", findings.differences))),
    }
}
