//! `lianhu verify`

use lianhu_server::verify;

use crate::args::{Tongue, TownshipArgs};
use crate::commands::{existing_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Problems printed for people; `--json` has them all.
const SHOWN: usize = 20;

/// Checks a township from its log up.
pub fn run(talk: Talk, args: &TownshipArgs) -> Result<(), Failure> {
    let town = existing_town(args)?;
    let bar = talk.bar(talk.pick("核对", "verify"), 0);
    let findings = verify(&town, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let findings = findings.map_err(|why| town_failure(&why))?;
    talk.print(match talk.tongue {
        Tongue::Zh => format!(
            "核对完毕：文档 {} 份，改动 {} 条，差异 {} 处。",
            findings.documents, findings.changes, findings.differences
        ),
        Tongue::En => format!(
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
    Err(Failure::new(Kind::Differences, (
        format!("核对发现 {} 处差异", findings.differences),
        format!("{} differences", findings.differences),
    ))
    .hint((
        "请原样保留这个文件夹，把最近一份好的备份恢复到别处（lianhu restore），并上报以上所列",
        "keep this folder as it is, restore the last good backup elsewhere (lianhu restore), and report what is listed above",
    )))
}
