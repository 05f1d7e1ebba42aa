//! Arguments of `lianhu bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchWork {
    /// Every phone brings six changes of three documents and takes one of the office's
    Night,
    /// Every phone is empty
    FirstSync,
    /// Nothing is new
    Noop,
    /// A phone's own work, with a store of many documents; and what it costs that stores are sealed
    Phone,
    /// A backup is put back that lacks a night, and every phone brings back what it holds
    Restore,
    /// Every view is made again, and everything checked from the log up
    Rebuild,
}

/// A measured piece of work.
#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    /// The work
    #[arg(value_enum)]
    pub work: BenchWork,
    /// How many members, with a phone and seven households each
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    pub devices: u64,
    /// Visits each household has before the first night
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=2_000))]
    pub visits: u64,
    /// Documents on the phone that `phone` measures
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=100_000))]
    pub documents: u64,
    /// Nights one after another; the figures are the last one's, and memory is given for each
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub nights: u64,
    /// How many phones sync at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub parallel: u64,
    /// The dice: the same seed gives the same district the same nights
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Where to put the township and the phones; a fresh temporary folder unless named
    #[arg(long, value_name = "PATH")]
    pub dir: Option<PathBuf>,
}
