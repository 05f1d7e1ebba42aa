//! What the `lianhu` command is made of.

pub mod roster;
