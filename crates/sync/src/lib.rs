//! The conversation between a phone and its township: messages, their bytes, and the session machines of both sides.
//!
//! To this crate a change is a hash and some bytes, a document an id and some heads. It does **not** know automerge,
//! SQL, HTTP, files, clocks, or what a household is. What it needs of the world it asks through [`ports`].
//!
//! A phone [begins](phone::Session::begin) with a request, the township [answers](township::exchange) it, the phone
//! [absorbs](phone::Session::absorb) the reply and is told whether to ask again. In between, messages are
//! [bytes](wire):
//!
//! ```
//! use lianhu_sync::ids::{DeviceId, Digest, LogId, Position};
//! use lianhu_sync::message::Request;
//! use lianhu_sync::wire;
//!
//! let nothing_new = Request {
//!     device: DeviceId([7; 16]),
//!     log: LogId([1; 16]),
//!     position: Position(59_837),
//!     digest: Digest::EMPTY,
//!     changes: vec![],
//!     ..Request::default()
//! };
//! let body = wire::encode_request(&nothing_new)?;
//! assert!(body.len() <= 75);
//! assert_eq!(wire::decode_request(&body)?, nothing_new);
//! assert_eq!(wire::decode_request(b"hello").unwrap_err().code(), "not_lianhu");
//! # Ok::<(), wire::WireError>(())
//! ```

pub mod dictionary;
pub mod ids;
pub mod invitation;
pub mod limits;
pub mod message;
pub mod pack;
pub mod phone;
pub mod ports;
pub mod seal;
pub mod sentence;
pub mod signature;
pub mod signed;
pub mod township;
pub mod wire;
