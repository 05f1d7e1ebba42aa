//! What can be typed after `lianhu code`.

use std::path::PathBuf;

use clap::Args;

use super::TownshipArgs;

/// A one-time code.
#[derive(Debug, Args)]
pub struct CodeArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// The member: name, phone or worker id
    pub who: String,
    /// For how many hours the code is good
    #[arg(long, value_name = "HOURS", default_value_t = 72)]
    pub hours: u32,
    /// Where phones reach the township, such as https://lianhu.example.org: then an invitation with a QR code is made
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Write the QR code into a file too
    #[arg(long, value_name = "FILE", requires = "server")]
    pub svg: Option<PathBuf>,
}
