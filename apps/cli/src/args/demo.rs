//! What can be typed after `lianhu demo`.

use std::path::PathBuf;

use clap::Args;

/// One night, end to end.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Stop when the report is printed; otherwise the office page stays up until Ctrl-C
    #[arg(long)]
    pub exit: bool,
    /// How many members (and phones) take part; the default is everybody in the roster
    #[arg(long, value_name = "N")]
    pub members: Option<usize>,
    /// The dice: the same seed gives the same township the same days
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Where to put the township and the phones; a fresh temporary folder unless named
    #[arg(long, value_name = "PATH")]
    pub dir: Option<PathBuf>,
    /// Roster files (CSV or XLSX) instead of the built-in demo town
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub roster: Vec<PathBuf>,
    /// Where the members' handbook was built (`cargo xtask web`); it is served when it is there
    #[arg(long, value_name = "DIR", default_value = "apps/web/dist")]
    pub web: PathBuf,
    /// How many phones sync at a time
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub parallel: usize,
}
