//! `lianhu audit`

use std::io::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use lianhu_server::audit::{Actor, Asked, AuditPick, Line, TrimError};
use lianhu_server::{Town, audit};
use serde_json::{Value, json};

use crate::args::{AuditAction, AuditArgs, AuditListArgs, Tongue};
use crate::commands::{existing_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Reads, checks or trims the audit log.
pub fn run(talk: Talk, args: &AuditArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    match &args.action {
        AuditAction::List(asked) => list(talk, &town, asked),
        AuditAction::Verify { head, key } => verify(talk, &town, head.as_deref(), key.as_deref()),
        AuditAction::Head => head(talk, &town),
        AuditAction::Export { file } => export(talk, &town, file),
        AuditAction::Summaries => summaries(talk, &town),
        AuditAction::Trim { keep_months, although_broken } => trim(talk, &town, *keep_months, *although_broken),
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
        let about = [line.doc.as_deref(), line.subject.as_deref(), line.reason.as_ref().map(|why| why.as_str())];
        let about = about.into_iter().flatten().collect::<Vec<_>>().join("  ");
        talk.print(format!("{}  {}  {}  {}/{}  {about}", line.number, line.at, line.actor, line.action, line.detail));
    }
    if lines.is_empty() {
        talk.say(talk.pick("没有这样的记录。", "No such lines."));
    }
    talk.object(&json!({ "lines": lines }));
    Ok(())
}

/// So many bytes as somebody typed them, in hexadecimal digits with or without spaces.
fn typed<const N: usize>(text: &str) -> Result<[u8; N], Failure> {
    let digits: String = text.split_whitespace().collect::<String>().to_ascii_lowercase();
    let bytes = HEXLOWER.decode(digits.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| {
        Failure::new(
            Kind::Input,
            ("这不是链尾的值或密钥指纹", "that is no head of a chain, or no fingerprint of a key"),
        )
        .hint((
            "请照 lianhu audit head 或 lianhu township key 印出的数字填写",
            "type the digits as lianhu audit head, or lianhu township key, printed them",
        ))
    })
}

fn verify(talk: Talk, town: &Town, noted: Option<&str>, known: Option<&str>) -> Result<(), Failure> {
    let (noted, known) = (noted.map(typed).transpose()?, known.map(typed).transpose()?);
    let findings = town.verify_audit(noted, known).map_err(|why| town_failure(&why))?;
    for (number, what) in &findings.problems {
        talk.print(format!("  {number}: {}", talk.pick(problem_zh(what), problem_en(what))));
    }
    let problems: Vec<Value> =
        findings.problems.iter().map(|(number, what)| json!({ "line": number, "what": what })).collect();
    talk.object(&json!({ "lines": findings.lines, "problems": problems, "unsigned": findings.unsigned }));
    for (first, last) in &findings.unsigned {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("  {first}–{last}: 由旧版本修剪，摘要没有签名，只有本机能核对"),
            Tongue::En => format!(
                "  {first}–{last}: trimmed by an earlier version; the summary is not signed, and only this machine can check it"
            ),
        });
    }
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
        "unreadable" => "这一行有一栏读不出来",
        "end_is_missing" => "末尾缺了",
        "trim_is_not_ours" => "修剪的摘要缺失、被改动或不是本镇签名",
        "not_the_noted_key" => "本镇的密钥都不是另处记下的那一个",
        _ => "链上没有经过另处记下的值",
    }
}

fn problem_en(what: &str) -> &'static str {
    match what {
        "altered" => "this line says something else than when it was written",
        "not_after_the_previous" => "lines before this one are missing, were put in, or moved",
        "unreadable" => "a column of this line cannot be read",
        "end_is_missing" => "the end is missing",
        "trim_is_not_ours" => "the summary of what was trimmed is missing, altered, or not signed by the township",
        "not_the_noted_key" => "none of the township's keys is the one that was noted elsewhere",
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

fn summaries(talk: Talk, town: &Town) -> Result<(), Failure> {
    let summaries = town.audit_summaries().map_err(|why| town_failure(&why))?;
    for one in &summaries {
        let counts = one.lines.counts.iter().map(|(action, count)| format!("{action} {count}"));
        let counts = counts.collect::<Vec<_>>().join("  ");
        talk.print(format!("{} – {}  {}  {counts}", one.lines.first, one.lines.last, one.at));
    }
    talk.object(&json!({ "summaries": summaries }));
    Ok(())
}

fn trim(talk: Talk, town: &Town, keep_months: u32, although_broken: bool) -> Result<(), Failure> {
    let trimmed = town.trim_audit(Actor::Machine, keep_months, although_broken).map_err(|why| match why {
        TrimError::Town(why) => town_failure(&why),
        TrimError::TooShort => {
            Failure::new(Kind::Input, ("审计记录至少保存六个月", "the audit log is kept for six months at least"))
        }
        TrimError::Broken(_) => Failure::new(
            Kind::Differences,
            ("审计记录被动过，没有修剪", "the audit log has been tampered with; nothing was trimmed"),
        )
        .hint((
            "请先用 lianhu audit verify 查看并上报；仍要修剪的，加上 --although-broken，摘要会写明",
            "look at it with lianhu audit verify and report it; to trim it all the same say --although-broken, and the summary says so",
        )),
    })?;
    match &trimmed {
        Some(trim) => talk.print(format!("{} – {}", trim.first, trim.last)),
        None => talk.say(talk.pick("没有可以修剪的。", "Nothing is that old.")),
    }
    talk.object(&json!({ "trimmed": trimmed }));
    Ok(())
}
