//! Stories of a township on disk, its phones and its office; over HTTP where HTTP is the point.

mod bad_input;
mod board;
mod checks;
mod concurrent;
mod conflicts;
mod diary;
mod generations;
mod held;
mod homes;
mod meetings;
mod night;
mod numbers;
mod office;
mod permission;
mod protocol_page;
mod reassign;
mod reports;
mod restored;
mod roster_deeds;
mod rules;
mod suspended;
mod trust;
mod wire;
mod world;
