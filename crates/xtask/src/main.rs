//! The project's chores: `cargo xtask demo | test | ci | tidy | counts | deny | sbom | web | seeds | slow-line | fuzz`.

// Chores talk to a person at a terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod counts;
mod deny;
mod handbook;
mod run;
mod sbom;
mod seeds;
#[cfg(unix)]
mod slow_line;
mod tidy;
mod web;

use std::process::ExitCode;

const HELP: &str = "\
The project's chores.

  cargo xtask demo [ARGS]   build lianhu and run one night of a demo township (ARGS go to `lianhu demo`)
  cargo xtask test          run every test: unit, contract, end-to-end, documentation, and the handbook in a browser
  cargo xtask ci            what the gatekeeper runs: fmt, tidy, clippy, deny, test
  cargo xtask tidy          check the rules of the house (dependency direction, homes, paths named in docs)
  cargo xtask counts        count the instructions of the hot paths and compare them with those kept (--write keeps them)
  cargo xtask slow-line     one phone's night over 50 kbit/s, 600 ms and 2 % loss, in a network namespace (needs root)
  cargo xtask deny          check licences, banned crates, sources and advisories of dependencies (deny.toml)
  cargo xtask sbom          write what the program is made of (CycloneDX) below target/sbom (--target TRIPLE)
  cargo xtask web           build the handbook for browsers into apps/web/dist (--wasm: only what is compiled from Rust)
  cargo xtask seeds         write the demo township's roster again (--check only compares)
  cargo xtask fuzz [ARGS]   judge a million mutants of everything that comes from the network (--inputs N for more)
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match chore.as_str() {
        "demo" => run::demo(&rest),
        "test" => run::test(),
        "ci" => run::ci(),
        "tidy" => tidy::run(),
        "counts" => counts::run(&rest),
        #[cfg(unix)]
        "slow-line" => slow_line::run(&rest),
        "deny" => deny::run(),
        "sbom" => sbom::run(&rest),
        "seeds" => seeds::run(&rest),
        "web" => web::run(&rest),
        "fuzz" => run::fuzz(&rest),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no chore called {other:?}; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
