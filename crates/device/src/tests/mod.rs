//! Stories of phones and a township in memory.

mod diary;
mod offline;
mod syncing;
mod town;
mod trouble;
