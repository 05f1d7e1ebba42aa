//! A deterministic simulator: the real township and real phones over disks, a line and clocks that follow from a seed.
//!
//! What runs here is the product: [`lianhu_server::Town`] on its SQLite store, [`lianhu_device::Workbook`]s on theirs. What
//! is simulated is the world under and between them: disks that lose, tear and refuse writes (`disk`), power that goes
//! between any two of them, messages that are lost, repeated, late or cut (`world/line.rs`), clocks that are years off,
//! phones that are cloned or put back from a backup (`events`). First things go wrong, and judges look all along whether
//! what was promised holds; then everything heals, and everybody has to come together (`heal.rs`, `judges`).
//!
//! It does **not** know sockets, the system's clock or its dice: one number decides everything, so a failing seed fails
//! again. Lists are ordered. Nobody's words appear in a trace.
//!
//! ```
//! use lianhu_sim::{Scene, Sizes, world};
//!
//! let scene = Scene::of(3)?;
//! let sizes = Sizes { events: 20 };
//! let (once, again) = (world(&scene, 7, sizes, None, false), world(&scene, 7, sizes, None, false));
//! assert_eq!(once.failure, None);
//! assert_eq!(once.digest, again.digest, "the same seed gives the same run");
//! # Ok::<(), String>(())
//! ```

mod broken;
mod dice;
mod disk;
mod events;
mod failure;
mod heal;
mod judges;
mod ledger;
mod run;
mod scene;
mod tally;
#[cfg(test)]
mod tests;
mod trace;
mod words;
mod world;

pub use broken::Break;
pub use failure::Failure;
pub use run::{Ending, Failed, Report, Sizes, world, worlds};
pub use scene::Scene;
pub use tally::Tally;
