//! One sample for each step of each course.

use lianhu_core::{DocKind, Edit};

use super::people::Who;
use super::village::record;

macro_rules! step {
    ($act:literal $(, $rest:literal)?) => {
        ($act, concat!(r#"{"act":""#, $act, r#"","after":[{after}],"at":5,"by":"{me}""# $(, ",", $rest)?, "}"))
    };
}

type Steps = &'static [(&'static str, &'static str)];

const MATTER: Steps = &[
    step!("submit"),
    step!("solve", r#""text":"修好了""#),
    step!("refer_out", r#""to":"12345""#),
    step!("analyse"),
    step!("assign", r#""owner":"{spare}""#),
    step!("transfer", r#""owner":"{spare}""#),
    step!("assist", r#""worker":"{spare}""#),
    step!("refer", r#""owner":"{spare}","to":"服务队""#),
    step!("accept"),
    step!("start"),
    step!("return", r#""text":"不归我管""#),
    step!("ask_extension", r#""on":"2026-12-01","text":"缺材料""#),
    step!("answer_extension", r#""granted":true"#),
    step!("escalate", r#""text":"村里办不了""#),
    step!("park", r#""on":"2026-12-01","text":"等资金""#),
    step!("merge", r#""into":"{matter}""#),
    step!("split", r#""parts":["{matter}"]"#),
    step!("similar", r#""similar":"{matter}""#),
    step!("decline", r#""text":"不属实""#),
    step!("done", r#""text":"清理了""#),
    step!("feedback", r#""on":"2026-11-03","way":"visit""#),
    step!("evaluate", r#""satisfaction":"satisfied","solved":"yes""#),
    step!("close", r#""closing":"substantive""#),
    step!("reopen", r#""text":"又堵了""#),
    step!("withdraw"),
    step!("supervise", r#""text":"请抓紧""#),
    step!("post", r#""on":"2026-11-03""#),
    step!("note", r#""text":"已联系""#),
    step!("settle", r#""stands":"{old}""#),
];

const MEETING: Steps = &[
    step!("hold", r#""on":"2026-11-03""#),
    step!("close"),
    step!("publish", r#""on":"2026-11-03""#),
    step!("cancel", r#""text":"下雨""#),
];

const PLAN: Steps = &[
    step!("begin", r#""on":"2026-11-03""#),
    step!("report_done", r#""on":"2026-11-03""#),
    step!("confirm", r#""on":"2026-11-03","yes":true"#),
    step!("stabilise", r#""on":"2026-11-03""#),
    step!("end", r#""on":"2026-11-03""#),
    step!("end_early", r#""on":"2026-11-03","text":"迁走""#),
    step!("resume", r#""on":"2026-11-03","text":"返贫""#),
    step!("review", r#""on":"2026-11-03","text":"看过""#),
];

const PLEDGE: Steps = &[
    // The first is there already and has no effect on a draft: its items stay open.
    step!("start"),
    step!("approve"),
    step!("send_back", r#""reason":"太空""#),
    step!("publish", r#""on":"2026-11-03""#),
    step!("result", r#""item":"{old}","outcome":"kept""#),
    step!("close", r#""outcome":"kept""#),
];

const POSTING: Steps = &[step!("post", r#""on":"2026-11-03""#), step!("unpost", r#""on":"2026-11-04""#)];

const AID: Steps = &[
    step!("opinion", r#""supports":true,"text":"情况属实""#),
    step!("review", r#""amount":100"#),
    step!("publish", r#""from":"2026-11-03","to":"2026-11-09""#),
    step!("object", r#""text":"有异议""#),
    step!("grant", r#""amount":100,"on":"2026-11-10""#),
    step!("decline", r#""on":"2026-11-10","text":"不符""#),
    step!("pay", r#""amount":100,"entry":"{old}","fund":"{fund}","on":"2026-11-10""#),
    step!("finish"),
    step!("withdraw"),
    step!("note", r#""text":"已电话告知""#),
];

pub(super) fn of(kind: DocKind) -> Steps {
    match kind {
        DocKind::Matter => MATTER,
        DocKind::Meeting => MEETING,
        DocKind::HelpPlan => PLAN,
        DocKind::Pledge => PLEDGE,
        DocKind::Studio | DocKind::Base => POSTING,
        DocKind::Application => AID,
        _ => &[],
    }
}

/// Whether a step changes who may take the others, or what else may be written.
pub(super) fn decides(kind: DocKind, step: &str) -> bool {
    match kind {
        DocKind::Matter => true,
        DocKind::Pledge => step == "approve",
        _ => false,
    }
}

/// What happened to the matter: it went to somebody, and from them to its owner, with two who assist.
pub(super) fn story(filled: impl Fn(Who, &str) -> String) -> Vec<(Who, Edit)> {
    let steps = [
        (Who::Linked, 1, "", r#""act":"submit""#),
        (Who::Board, 2, "1", r#""act":"assign","owner":"{former}""#),
        (Who::Board, 3, "2", r#""act":"transfer","co_owners":["{assisting}","{cadre}"],"owner":"{own}""#),
    ];
    let told = steps.into_iter().map(|(who, number, after, rest)| {
        let after = after.parse().map(|before: u8| format!("\"{}\"", record(before))).unwrap_or_default();
        let json = filled(who, &format!(r#"{{"after":[{after}],"at":5,"by":"{{me}}",{rest}}}"#));
        let mut edit = Edit::new();
        edit.put(format!("step/{}", record(number)), json);
        (who, edit)
    });
    told.collect()
}
