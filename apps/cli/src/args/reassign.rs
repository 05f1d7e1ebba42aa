//! What can be typed after `lianhu reassign`.

use chrono::NaiveDate;
use clap::Args;

use super::TownshipArgs;

/// Households to hand on.
#[derive(Debug, Args)]
pub struct ReassignArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// The households: id, doorplate or the head's name
    #[arg(value_name = "HOUSEHOLD", required_unless_present = "all_of", conflicts_with = "all_of")]
    pub households: Vec<String>,
    /// All households of this worker instead: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub all_of: Option<String>,
    /// Whose link is handed on, where a household has more than one contact
    #[arg(long, value_name = "WORKER", conflicts_with = "all_of")]
    pub of: Option<String>,
    /// Who gets them: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub to: String,
    /// The first day they are the new worker's; today unless named
    #[arg(long, value_name = "DATE")]
    pub from: Option<NaiveDate>,
    /// The last day, if it is only a cover
    #[arg(long, value_name = "DATE")]
    pub until: Option<NaiveDate>,
}
