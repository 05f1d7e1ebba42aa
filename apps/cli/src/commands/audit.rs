//! `lianhu audit`

use std::io::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use lianhu_server::audit::{Actor, Asked, AuditPick, Line, TrimError};
use lianhu_server::{Town, audit};
use serde_json::{Value, json};

use crate::args::{AuditAction, AuditArgs, AuditListArgs};
use crate::commands::{existing_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Reads, checks or trims the audit log.
pub fn run(talk: Talk, args: &AuditArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    match &args.action {
        AuditAction::List(asked) => list(talk, &town, asked),
        AuditAction::Verify { head } => verify(talk, &town, head.as_deref()),
        AuditAction::Head => head(talk, &town),
        AuditAction::Export { file } => export(talk, &town, file),
        AuditAction::Trim { keep_months } => trim(talk, &town, *keep_months),
    }
}

fn list(talk: Talk, town: &Town, asked: &AuditListArgs) -> Result<(), Failure> {
    let asked = Asked {
        from: asked.from,
        to: asked.to,
        action: asked.action.clone(),
        actor: asked.actor.clone(),
        pick: AuditPick::Last(asked.limit),
        ..Asked::default()
    };
    let lines = town.audit_lines(&asked).map_err(|why| town_failure(&why))?;
    for line in &lines {
        let about = [line.doc.as_deref(), line.subject.as_deref(), line.reason.as_deref()];
        let about = about.into_iter().flatten().collect::<Vec<_>>().join("  ");
        talk.print(format!("{}  {}  {}  {}/{}  {about}", line.number, line.at, line.actor, line.action, line.detail));
    }
    if lines.is_empty() {
        talk.say(talk.pick("没有这样的记录。", "No such lines."));
    }
    talk.object(&json!({ "lines": lines }));
    Ok(())
}

fn verify(talk: Talk, town: &Town, noted: Option<&str>) -> Result<(), Failure> {
    let noted = noted.map(|text| {
        let bytes = HEXLOWER.decode(text.trim().to_ascii_lowercase().as_bytes()).ok();
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            Failure::new(Kind::Input, ("这不是链尾的值", "that is no head of a chain")).hint((
                "请照 lianhu audit head 印出的64位十六进制数填写",
                "type the 64 digits as lianhu audit head printed them",
            ))
        })
    });
    let findings = town.verify_audit(noted.transpose()?).map_err(|why| town_failure(&why))?;
    for (number, what) in &findings.problems {
        talk.print(format!("  {number}: {}", talk.pick(problem_zh(what), problem_en(what))));
    }
    let problems: Vec<Value> =
        findings.problems.iter().map(|(number, what)| json!({ "line": number, "what": what })).collect();
    talk.object(&json!({ "lines": findings.lines, "problems": problems }));
    if findings.problems.is_empty() {
        talk.print(talk.pick("审计记录完整，没有改动。", "The audit log is whole: nothing was altered."));
        return Ok(());
    }
    Err(Failure::new(Kind::Differences, ("审计记录被动过", "the audit log has been tampered with")).hint((
        "请原样保留这个文件夹并上报；备份里有较早的记录可以对照",
        "keep this folder as it is and report it; backups hold earlier lines to compare with",
    )))
}

fn problem_zh(what: &str) -> &'static str {
    match what {
        "altered" => "这一行的内容与写下时不同",
        "not_after_the_previous" => "这一行之前有缺失、插入或调换",
        "end_is_missing" => "末尾缺了",
        "trim_is_not_ours" => "修剪的摘要缺失或不是本镇所写",
        _ => "链上没有经过另处记下的值",
    }
}

fn problem_en(what: &str) -> &'static str {
    match what {
        "altered" => "this line says something else than when it was written",
        "not_after_the_previous" => "lines before this one are missing, were put in, or moved",
        "end_is_missing" => "the end is missing",
        "trim_is_not_ours" => "the summary of what was trimmed is missing or not the township's",
        _ => "the chain does not pass through the head that was noted elsewhere",
    }
}

fn head(talk: Talk, town: &Town) -> Result<(), Failure> {
    let (number, hash) = town.audit_head().map_err(|why| town_failure(&why))?;
    let hash = HEXLOWER.encode(&hash);
    talk.print(format!("{number}  {hash}"));
    talk.object(&json!({ "line": number, "head": hash }));
    Ok(())
}

fn export(talk: Talk, town: &Town, file: &Path) -> Result<(), Failure> {
    let mut out = std::fs::File::create_new(file).map_err(|why| Failure::file(file, &why))?;
    let line = audit::AuditLine::new(Actor::Machine, audit::Action::Exported, "audit");
    town.audit(&line).map_err(|why| town_failure(&why))?;
    let lines: Vec<Line> = town.audit_lines(&Asked::default()).map_err(|why| town_failure(&why))?;
    for line in &lines {
        let text = serde_json::to_string(line)
            .map_err(|why| Failure::new(Kind::Failed, (format!("写不成 JSON（{why}）"), why.to_string())))?;
        writeln!(out, "{text}").map_err(|why| Failure::file(file, &why))?;
    }
    talk.object(&json!({ "file": file, "lines": lines.len() }));
    Ok(())
}

fn trim(talk: Talk, town: &Town, keep_months: u32) -> Result<(), Failure> {
    let trimmed = town.trim_audit(Actor::Machine, keep_months).map_err(|why| match why {
        TrimError::Town(why) => town_failure(&why),
        TrimError::TooShort => {
            Failure::new(Kind::Input, ("审计记录至少保存六个月", "the audit log is kept for six months at least"))
        }
    })?;
    match &trimmed {
        Some(trim) => talk.print(format!("{} – {}", trim.first, trim.last)),
        None => talk.say(talk.pick("没有可以修剪的。", "Nothing is that old.")),
    }
    talk.object(&json!({ "trimmed": trimmed }));
    Ok(())
}
