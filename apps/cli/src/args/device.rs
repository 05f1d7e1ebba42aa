//! What a phone in a terminal can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{EntryMore, PinArgs, VisitHow};

/// A phone in a terminal.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// The phone's store
    #[arg(long, value_name = "FILE", default_value = "workbook.db", env = "LIANHU_WORKBOOK", global = true)]
    pub workbook: PathBuf,
    /// Believe the authorities in this PEM file about an https server, instead of this machine's own
    #[arg(long, value_name = "FILE", env = "LIANHU_CA", global = true)]
    pub ca: Option<PathBuf>,
    /// Its PIN
    #[command(flatten)]
    pub pin: PinArgs,
    /// What to do with it
    #[command(subcommand)]
    pub action: DeviceAction,
}

/// What a phone can do.
#[derive(Debug, Subcommand)]
pub enum DeviceAction {
    /// Join a township with an invitation or a one-time code; with a workbook already, be known to it again
    ///
    /// An invitation brings the township's key with it. With a server and a code the key is taken as it comes: its
    /// fingerprint is shown, to be compared with `lianhu township key` at the office.
    Enrol {
        /// The invitation (LH1:…), or the township's address, such as http://127.0.0.1:8630
        server: String,
        /// The code the office gave, if there is no invitation
        code: Option<String>,
        /// Enrol only if the township's key has this fingerprint
        #[arg(long, value_name = "HEX")]
        fingerprint: Option<String>,
        /// Begin a workbook without a line, on a phone that was handed over; it enrols with its first sync
        #[arg(long)]
        offline: bool,
        /// The workbook of the phone's former owner, whose township this must be
        #[arg(long, value_name = "FILE", requires = "offline")]
        beside: Option<PathBuf>,
    },
    /// The phone goes to somebody else: seal this workbook for good. Its next sync brings what waits, then destroys it
    HandOver,
    /// Make the phone's key anew; the next sync tells the township
    RenewKey,
    /// Write a diary entry (short for `lianhu diary write --workbook …`)
    Diary {
        /// What you want to remember
        text: String,
        /// The rest of it
        #[command(flatten)]
        more: EntryMore,
    },
    /// Record a visit to a household (short for `lianhu visit record --workbook …`)
    Visit {
        /// The household: id, doorplate or the head's name
        household: String,
        /// What was said
        note: String,
        /// How it went
        #[command(flatten)]
        how: VisitHow,
    },
    /// Raise a matter for a household
    Raise {
        /// The household: id, doorplate or the head's name
        household: String,
        /// The title, fit for the public board
        title: String,
        /// What the resident said
        text: String,
    },
    /// List households, diary entries or matters, each with where it is
    List {
        /// What to list
        #[arg(value_enum, default_value_t = Shelf::Households)]
        what: Shelf,
    },
    /// Show one document, visits and steps included
    Show {
        /// Its id
        id: String,
    },
    /// What you are reminded of today: shown once a day, and not in quiet hours
    Digest {
        /// Show it again, or in quiet hours
        #[arg(long)]
        again: bool,
    },
    /// How much is kept, recorded, held, refused
    Status,
    /// What was held or turned down, with its words and the reason
    Attention,
    /// Write a turned-down save again, on top of what is there now
    Again {
        /// The number `attention` shows
        number: usize,
    },
    /// Let a turned-down save go, words and all
    Discard {
        /// The number `attention` shows
        number: usize,
    },
    /// What came late: own work that went in after a household was handed on, and others' in what is mine now
    Late {
        /// I have looked at all of it: put it away
        #[arg(long)]
        seen: bool,
    },
    /// What people wrote differently without seeing each other, every value with its author and time
    Conflicts,
    /// Say which value of a disagreement holds, for everybody
    Settle {
        /// The number `conflicts` shows
        number: usize,
        /// The number of the value
        choice: usize,
    },
    /// Sync with the township
    Sync,
    /// Lock the workbook by a PIN from now on, or by another one
    ///
    /// What opens it now is named as always: the key beside it, or --pin-file. Without the PIN nobody reads it any more:
    /// what was not delivered is lost with it.
    Lock {
        /// The file with the new PIN, of six characters or more
        #[arg(long, value_name = "FILE")]
        new_pin_file: PathBuf,
    },
}

/// What a phone lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shelf {
    /// My households
    Households,
    /// My diary
    Diary,
    /// Matters
    Matters,
}
