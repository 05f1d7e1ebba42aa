//! What the table of permissions (`docs/permissions.md`) has for rows and doors, taken from the schemas and the steps
//! themselves: whoever adds a field, a step or a door finds the table's test red until it has a row.
//!
//! The cells are not here. They are what [`super::judge`] and [`crate::access::readers`] say of a village the tests make up.

use crate::ids::DocKind;
use crate::kind;
use crate::lang::codes;

codes! {
    /// A way in or out, at which the table holds.
    Door {
        Phone = "phone", "手机：写入之前", "the phone, before it writes";
        Exchange = "exchange", "镇里：收下手机送来的改动之前", "the township, before it records what a phone sends";
        Grants = "grants", "镇里：发给手机的资料、名单与修复", "the township: what phones are given, listed and mended";
        Held = "held", "镇里：待处理的改动", "the township: work that waits for a person";
        Deeds = "deeds", "办公接口：办理", "the office's deeds";
        Office = "office", "办公接口：查看", "what the office shows";
        Exports = "exports", "导出：报表、个人信息副本", "exports: the reports' workbook, a person's file";
        Board = "board", "公开栏", "the public board";
        Machine = "machine", "服务器上的命令", "commands on the township's own machine";
    }
}

impl Door {
    /// Who answers for it, in one sentence: the function every answer passes through.
    pub const fn keeper(self) -> &'static str {
        match self {
            Door::Phone => {
                "`Workbook::prepare` asks `judge` before anything is kept (`WorkbookError::WouldBeRefused`); what it cannot know, it leaves to the township"
            }
            Door::Exchange => "`Gate` asks `judge` after the signature, the actor and the trial application",
            Door::Grants => "`Gate` writes the list of readers with every change; a reply is made from that list alone",
            Door::Held => "`Gate::accept` lets in what waited, as the desk; form and content are looked at again",
            Door::Deeds => "`Town::write` makes the desk the author and goes through the same `Gate`",
            Door::Office | Door::Exports => "`http::guard` asks the table of routes; a county's account says why",
            Door::Board => {
                "`board::rules` is the one list of what is shown; a property test holds every kind against it"
            }
            Door::Machine => "whoever may read the township's folder; `docs/security.md` says what that means",
        }
    }
}

/// The kinds the table has rows for, in its order.
pub fn kinds() -> &'static [DocKind] {
    kind::KNOWN
}

/// The keys of a kind as its schema names them: `title`, `worker/name`, `visit`. None for a kind of a newer version.
pub fn keys(of: DocKind) -> Vec<String> {
    kind::of(of).map(|kind| kind.schema().iter().map(crate::value::KeySpec::name).collect()).unwrap_or_default()
}

/// Whether a kind keeps a key as a collection of records, each written as one value.
pub fn is_record(of: DocKind, name: &str) -> bool {
    let schema = kind::of(of).map(|kind| kind.schema()).unwrap_or_default();
    schema.iter().any(|spec| spec.is_record() && spec.name() == name)
}

/// The codes of the steps of a kind's course; none for a kind without one.
pub fn steps(of: DocKind) -> Vec<&'static str> {
    kind::of(of).map(|kind| kind.steps()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_keeps_steps_names_them() {
        for of in kinds() {
            let keeps = keys(*of).iter().any(|name| name == "step");
            assert_eq!(keeps, !steps(*of).is_empty(), "{}", of.name());
        }
    }
}
