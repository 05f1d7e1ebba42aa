//! What can be typed after `lianhu serve`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TownshipArgs;

/// A township's server.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The township's folder; made when it is not there
    #[command(flatten)]
    pub township: TownshipArgs,
    /// The address to listen on. Without TLS the office's pages answer this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8630", env = "LIANHU_LISTEN")]
    pub listen: SocketAddr,
    /// Who gets into the office
    #[arg(long, value_enum, default_value_t = Office::Accounts)]
    pub office: Office,
    /// Speak TLS with this certificate (PEM, the server's own first); read again at SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Believe what a proxy at this address says about callers (X-Forwarded-For, X-Forwarded-Proto)
    #[arg(long, value_name = "IP")]
    pub behind_proxy: Option<IpAddr>,
    /// Serve the members' handbook from this folder, as `cargo xtask web` built it (apps/web/dist), at /handbook/
    #[arg(long, value_name = "DIR", env = "LIANHU_WEB")]
    pub web: Option<PathBuf>,
    /// Stop when stdin closes: for a program that starts the server and must not leave it behind
    #[arg(long, hide = true)]
    pub until_stdin_closes: bool,
    /// Set a damaged database aside (renamed, never deleted) and start an empty one
    #[arg(long)]
    pub set_aside_damaged: bool,
}

/// Who gets into the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Office {
    /// Whoever has an account (lianhu account add)
    Accounts,
    /// Whoever sits at this machine, without accounts: for made-up data
    ThisMachine,
}
