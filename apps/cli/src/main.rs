//! The `lianhu` command.

use std::process::ExitCode;

use clap::Parser as _;
use lianhu::args::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match lianhu::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            lianhu::talk::Talk::new(&cli).say(format!("lianhu: {}", failure.told(cli.lang)));
            failure.code()
        }
    }
}
