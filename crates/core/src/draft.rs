//! Parsing: what a person typed becomes a type that cannot hold anything else, or a [`Refusal`] a clerk can act on.
//!
//! Full-width digits, spaces and the punctuation of paper lists are taken as people write them. Nothing is guessed.

mod fields;
mod money;
mod numbers;
mod refusal;
mod text;

pub use fields::FieldId;
pub use money::{Fen, Rate};
pub use numbers::{AreaCode, AreaLevel, BirthYear, Headcount, Month, Phone};
pub(crate) use refusal::require;
pub use refusal::{Reason, Refusal};
pub use text::{PersonName, Prose, ShortText, Title, half_width, parse_date, parse_optional_date};
