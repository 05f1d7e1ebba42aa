//! Stories of phones and a township in memory.

mod diary;
mod meetings;
mod minutes;
mod offline;
mod syncing;
mod town;
mod trouble;
