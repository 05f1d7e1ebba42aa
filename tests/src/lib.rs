//! End-to-end tests: the real `lianhu` program in processes of its own, real HTTP on this machine, real files.
//!
//! A test here knows what a person or a script knows: commands, exit codes, JSON, files. What a phone app does is done
//! with the SDK on a real store. Nothing waits for the clock: tests wait for lines, for processes to end, and for
//! answers. `cargo xtask test` builds the program first.

#[cfg(test)]
mod attack;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod cloned;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod erased;
#[cfg(test)]
mod files;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod killed_at_any_moment;
#[cfg(test)]
mod names;
#[cfg(test)]
mod newcomer;
#[cfg(test)]
mod practice;
#[cfg(test)]
mod program;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod secrecy;
