//! Power and disks: what the world does when a store fails, and what must hold when it comes back.

use lianhu_server::TownError;
use lianhu_store::{OpenError, StoreError};
use lianhu_sync::ports::Township as _;

use super::World;
use super::phone::NotOpen;
use crate::broken::Break;
use crate::failure::{Failure, Held};
use crate::judges;

/// Times a machine is switched on again before the simulator gives up: its disk fails once at most for each fault.
const AGAIN: usize = 4;

impl World<'_> {
    /// Starts the township, again if its disk fails meanwhile, and asks what it still knows.
    pub(crate) fn start_town(&mut self) -> Held {
        for _ in 0..AGAIN {
            match self.town.start() {
                Ok(()) => return judges::acknowledged::since_last(self),
                Err(why) => {
                    let trouble = self.town.disk.take_trouble();
                    if damaged(&why) || !trouble {
                        return Err(Failure::new("no unexplained error", format!("the township does not open: {why}")));
                    }
                    self.trace.note(format_args!("  the township fails to start"));
                    self.town.disk.calm();
                    self.town.power_cycle();
                }
            }
        }
        Err(Failure::new("simulator", "the township does not start"))
    }

    /// The power of the township goes and comes back.
    pub(crate) fn restart_town(&mut self) -> Held {
        self.town.power_cycle();
        self.start_town()
    }

    /// After anything the township did: notes are written, and if its power went, it comes back.
    pub(crate) fn after_town(&mut self) -> Held {
        if let Some(town) = &self.town.town {
            // Whatever the answer, the disk says why.
            let _ = town.store().flush();
        }
        if self.town.disk.is_down() {
            self.trace.note(format_args!("  the township's power goes"));
            self.restart_town()?;
        }
        Ok(())
    }

    /// The township said that something failed: there must have been a reason.
    pub(crate) fn town_failed(&mut self, why: &dyn std::fmt::Display) -> Held {
        if !self.town.disk.take_trouble() {
            return Err(Failure::new("no unexplained error", format!("the township: {why}")));
        }
        self.trace.note(format_args!("  the township says that its disk failed"));
        self.after_town()
    }

    /// Opens the app on a phone; `false` when its disk does not let it.
    pub(crate) fn open_phone(&mut self, number: usize) -> Held<bool> {
        let fresh_names = self.broken != Some(Break::ReuseAnActor);
        for _ in 0..AGAIN {
            let handset = self.handset(number)?;
            if handset.book.is_some() {
                return Ok(true);
            }
            let opened = handset.open(fresh_names).map(|_| ());
            match opened {
                // An app opens although its disk did not take what it noted of the clock: if the power went then, it is off.
                Ok(()) if handset.disk.is_down() => {
                    handset.power_cycle();
                    self.trace.note(format_args!("  phone {number} loses power as it opens"));
                }
                Ok(()) => {
                    judges::kept::on_phone(self, number)?;
                    return Ok(true);
                }
                Err(why) => {
                    let trouble = handset.disk.take_trouble();
                    let damage = matches!(why, NotOpen::Store(OpenError::Damaged { .. } | OpenError::Foreign { .. }));
                    if damage || !trouble {
                        return Err(Failure::new(
                            "no unexplained error",
                            format!("phone {number} does not open: {why:?}"),
                        ));
                    }
                    handset.disk.calm();
                    handset.power_cycle();
                    self.trace.note(format_args!("  phone {number} fails to open"));
                }
            }
        }
        Ok(false)
    }

    /// After anything a phone did: if its power went, it comes back, and its words are there.
    pub(crate) fn after_phone(&mut self, number: usize) -> Held {
        if self.handset(number)?.disk.is_down() {
            self.trace.note(format_args!("  phone {number} loses power"));
            self.handset(number)?.power_cycle();
            self.open_phone(number)?;
        }
        Ok(())
    }

    /// A phone's store said that it failed: there must have been a reason.
    pub(crate) fn phone_store_failed(&mut self, number: usize, why: &StoreError) -> Held {
        if !self.handset(number)?.disk.take_trouble() {
            return Err(Failure::new("no unexplained error", format!("phone {number}: {why}")));
        }
        self.trace.note(format_args!("  phone {number} says that its disk failed"));
        self.after_phone(number)
    }

    /// A snapshot of the township's store.
    pub(crate) fn read_town(&self) -> Held<lianhu_store::Reader> {
        self.town()?.store().read().map_err(|why| Failure::new("no unexplained error", format!("reading: {why}")))
    }
}

fn damaged(why: &TownError) -> bool {
    matches!(
        why,
        TownError::Open(
            OpenError::Damaged { .. } | OpenError::Foreign { .. } | OpenError::Store(StoreError::Damaged(_))
        ) | TownError::Store(StoreError::Damaged(_))
    )
}
