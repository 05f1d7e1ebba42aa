//! The SDK in a browser: a handbook that answers the page's calls in JSON, in a worker of its own.
//!
//! [`Handbook`] is the whole of it, and runs on any machine: the page's calls come in by name with JSON, as
//! `apps/web/src/api.ts` says, and answers go out. What takes a line is asked for step by step ([`Step`]), because a browser's
//! line does not wait. The module `browser`, which only a browser has, gives it the store, the clock and the dice.
//!
//! It translates and decides nothing: what may be written, and what it means, is the business of [`lianhu_device`] and what
//! that stands on. It does **not** know SQL, HTTP's words (the SDK names its paths and headers), screens, or the page's storage
//! besides the one machine it is given.
//!
//! ```
//! use lianhu_wasm::{Handbook, Home, Opened, home_path, parsed};
//! # use lianhu_core::DeviceMillis;
//! # #[derive(Clone)]
//! # struct Fixed;
//! # impl lianhu_device::Surroundings for Fixed {
//! #     fn now(&self) -> DeviceMillis { DeviceMillis(1_795_395_600_000) }
//! #     fn random(&mut self) -> [u8; 16] { [7; 16] }
//! # }
//!
//! let path = home_path("a-place/without-a-store.db".into());
//! let mut handbook = Handbook::new(Home { path, machine: &lianhu_store::ThisMachine }, Fixed);
//! assert!(matches!(handbook.open(None), Opened::NotEnrolled));
//! let answer = parsed(&handbook.call("today", "{}"));
//! assert_eq!(answer["error"]["code"], "not_ready");
//! ```

#[cfg(target_arch = "wasm32")]
pub mod browser;
mod call;
mod errand;
mod error;
mod forms;
mod handbook;
mod invitation;
#[cfg(test)]
mod tests;
mod view;

pub use errand::{Sending, Step};
pub use error::ApiError;
pub use handbook::{Fresh, Handbook, Home, Opened, home_path, parsed};
pub use invitation::scan;
