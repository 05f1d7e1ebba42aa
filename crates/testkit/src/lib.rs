//! Help for tests, never part of a product: stores in memory, a scripted world, the contracts every store keeps,
//! and mutants of everything that comes from the network.
//!
//! It may know [`lianhu_core`] and [`lianhu_sync`]; it does **not** know SQL, HTTP, files or clocks. Its helpers panic when
//! a test's own assumption breaks, which is what a test wants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod contract;
pub mod fuzz;
pub mod memory;
pub mod permissions;
pub mod world;

#[cfg(test)]
mod tests;
