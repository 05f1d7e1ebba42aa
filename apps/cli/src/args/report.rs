//! Which reports, of which days, and where they go.

use std::path::PathBuf;

use clap::Args;

use super::DeskArgs;

/// Reports.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// The reports, R1 to R18; all of them if none is named
    #[arg(value_name = "REPORT")]
    pub reports: Vec<String>,
    /// The days: a year (2026), a month (2026-11), months (2026-09..2026-10); this month unless said
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["from", "to"])]
    pub period: Option<String>,
    /// The first day
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<chrono::NaiveDate>,
    /// The last day
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<chrono::NaiveDate>,
    /// One village, by name or roster id; otherwise the whole town, or all that the phone holds
    #[arg(long, value_name = "NAME")]
    pub village: Option<String>,
    /// Write them into a CSV file that Excel and WPS open; an existing file is never written over
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write them into a workbook, one sheet for each
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Write them as a page to print on A4, one sheet for each
    #[arg(long, value_name = "FILE")]
    pub print: Option<PathBuf>,
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
}
