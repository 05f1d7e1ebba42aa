//! `lianhu bench`: what the server and a phone cost, measured on real requests and real stores.
//!
//! The phones are real and write what a bench needs before it begins; the requests they make are kept and sent by plain
//! threads while the server's processor time is read, so that no phone's work is in the figure. Afterwards every phone
//! syncs for itself, as one whose reply was lost, and everything is checked. `docs/performance.md` says more.

mod disk;
mod district;
mod figures;
mod nights;
mod phone;
mod rebuild;
mod restore;
mod sealing;
mod volley;

use std::path::{Path, PathBuf};

use crate::args::{BenchArgs, BenchWork};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Runs a bench. Whatever it measured, a check that finds differences is a failure.
pub(crate) fn run(talk: Talk, args: &BenchArgs) -> Result<(), Failure> {
    let (dir, _temporary) = folder(args.dir.as_deref())?;
    talk.say(format!("{} {}", talk.pick("文件在", "files in"), dir.display()));
    let found = match args.work {
        BenchWork::Night | BenchWork::FirstSync | BenchWork::Noop => nights::measure(talk, args, &dir)?,
        BenchWork::Phone => phone::measure(talk, args, &dir)?,
        BenchWork::Restore => restore::measure(talk, args, &dir)?,
        BenchWork::Rebuild => rebuild::measure(talk, args, &dir)?,
    };
    found.tell(talk);
    if found.differences == 0 {
        return Ok(());
    }
    Err(Failure::new(Kind::Differences, talk.pick("核对发现差异", "the check found differences")))
}

fn folder(asked: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    match asked {
        Some(dir) => {
            std::fs::create_dir_all(dir)?;
            Ok((dir.to_owned(), None))
        }
        None => {
            let temporary = tempfile::tempdir()?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}
