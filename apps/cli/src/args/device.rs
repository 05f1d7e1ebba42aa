//! What a phone in a terminal can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{EntryMore, VisitHow};

/// A phone in a terminal.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// The phone's store
    #[arg(long, value_name = "FILE", default_value = "workbook.db", env = "LIANHU_WORKBOOK", global = true)]
    pub workbook: PathBuf,
    /// Believe the authorities in this PEM file about an https server, instead of this machine's own
    #[arg(long, value_name = "FILE", env = "LIANHU_CA", global = true)]
    pub ca: Option<PathBuf>,
    /// What to do with it
    #[command(subcommand)]
    pub action: DeviceAction,
}

/// What a phone can do.
#[derive(Debug, Subcommand)]
pub enum DeviceAction {
    /// Join a township with a one-time code; with a workbook already, be known to it again
    Enrol {
        /// The township's address, such as http://127.0.0.1:8630
        server: String,
        /// The code the office gave
        code: String,
    },
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
