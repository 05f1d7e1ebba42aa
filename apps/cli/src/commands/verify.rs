//! `lianhu verify`

use lianhu_server::verify;

use crate::args::TownshipArgs;
use crate::commands::{open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Problems printed for people; `--json` has them all.
const SHOWN: usize = 20;

/// Checks a township from its log up.
pub fn run(talk: Talk, args: &TownshipArgs) -> Result<(), Failure> {
    let file = lianhu_server::store_file(&args.dir);
    if !file.exists() {
        return Err(Failure::new(Kind::Input, format!("there is no township in {}", args.dir.display()))
            .hint("name its folder with --dir"));
    }
    let town = open_town(&args.dir)?;
    let bar = talk.bar(talk.pick("核对", "verify"), 0);
    let findings = verify(&town, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let findings = findings.map_err(|why| town_failure(&why))?;
    talk.print(match talk.pick("zh", "en") {
        "zh" => format!(
            "核对完毕：文档 {} 份，改动 {} 条，差异 {} 处。",
            findings.documents, findings.changes, findings.differences
        ),
        _ => format!(
            "verified: {} documents, {} changes, {} differences",
            findings.documents, findings.changes, findings.differences
        ),
    });
    for problem in findings.problems.iter().take(SHOWN) {
        talk.print(format!("  {problem}"));
    }
    talk.object(&findings);
    if findings.differences == 0 {
        return Ok(());
    }
    Err(Failure::new(Kind::Differences, format!("{} differences", findings.differences))
        .hint("keep this folder as it is, restore the last good backup elsewhere, and report what is listed above"))
}
