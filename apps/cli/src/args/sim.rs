//! What can be typed after `lianhu sim`.

use clap::Args;

/// Simulated townships.
#[derive(Debug, Args)]
pub struct SimArgs {
    /// How many townships, with the seeds from --from on
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub from: u64,
    /// Phones in each
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=2000))]
    pub phones: u64,
    /// Events in each before healing; the default is two for each phone
    #[arg(long, value_name = "N")]
    pub events: Option<u64>,
    /// Run this one seed only
    #[arg(long, value_name = "S", conflicts_with_all = ["seeds", "from"])]
    pub seed: Option<u64>,
    /// Print what happens, line by line; with --seed
    #[arg(long, requires = "seed")]
    pub trace: bool,
    /// Break a rule on purpose and see which judge notices; `all` breaks one after another
    #[arg(long = "break", value_name = "RULE")]
    pub broken: Option<String>,
    /// How many townships at a time; the default is one for each core
    #[arg(long, value_name = "N")]
    pub parallel: Option<usize>,
}
