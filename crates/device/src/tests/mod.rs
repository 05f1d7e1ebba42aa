//! Stories of phones and a township in memory.

mod diary;
mod meetings;
mod minutes;
mod offline;
mod permissions;
mod syncing;
mod town;
mod trouble;
