//! Notes of exchanges. They are gathered in memory and written many at a time: a phone that had nothing new costs the disk
//! nothing of its own.

use std::mem::take;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};

use super::{Contact, Inner, Township};
use crate::bytes::number;
use crate::error::StoreError;
use crate::limits::NOTES_TOGETHER;

/// Notes that wait to be written.
#[derive(Default)]
pub(super) struct Notes(Mutex<Vec<Note>>);

struct Note {
    contact: Contact,
    request: Option<u64>,
}

impl Notes {
    /// Keeps one more; says whether there are enough of them to be written.
    fn keep(&self, note: Note) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(note);
        waiting.len() >= NOTES_TOGETHER
    }

    fn take(&self) -> Vec<Note> {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn are_none(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Township {
    /// Notes an exchange, and the number of its request. Nobody waits for it: notes are written together, when there are
    /// many, at the next [`Township::write_notes`] or [`Township::flush`], and when the store closes. Notes that cannot be
    /// written (a full disk, a power cut) are lost without harm to anything but the report and the number.
    pub fn note_contact(&self, contact: Contact, request: Option<u64>) -> Result<(), StoreError> {
        if self.inner.notes.keep(Note { contact, request }) { self.write_notes() } else { Ok(()) }
    }

    /// Whether notes wait to be written.
    pub fn has_notes(&self) -> bool {
        !self.inner.notes.are_none()
    }

    /// Hands over what was noted to be written with one of the next commits. Nobody waits for that; whoever calls may wait
    /// for a place in the writer's queue.
    pub fn write_notes(&self) -> Result<(), StoreError> {
        self.inner.hand_over_notes()
    }

    /// Waits until everything handed over so far, notes included, is written.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.write_notes()?;
        self.inner.writer.write(|_| Ok(()))
    }
}

impl Inner {
    fn hand_over_notes(&self) -> Result<(), StoreError> {
        let notes = self.notes.take();
        if notes.is_empty() {
            return Ok(());
        }
        self.writer.note(move |connection| notes.iter().try_for_each(|note| write(connection, note)))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nobody is left to hear that the writer is gone; it is only when its thread has died.
        let _ = self.hand_over_notes();
    }
}

fn write(connection: &Connection, Note { contact, request }: &Note) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO contacts (at, device, outcome, recorded, held, refused, sent, bytes_in, bytes_out)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            contact.at.0,
            contact.device.0,
            contact.outcome,
            number(contact.recorded),
            number(contact.held),
            number(contact.refused),
            number(contact.sent),
            number(contact.bytes_in),
            number(contact.bytes_out),
        ])?;
    if let Some(request) = request {
        connection
            .prepare_cached("UPDATE devices SET last_number = max(last_number, ?2) WHERE device = ?1")?
            .execute(params![contact.device.0, number(*request)])?;
    }
    Ok(())
}
