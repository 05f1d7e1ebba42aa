//! The page `docs/permissions.md`: the table, printed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lianhu_core::Lang;
use lianhu_core::policy::table::Door;
use lianhu_core::policy::{Ruling, Why};

use super::{Reads, SUBJECTS, Subject, Table, Who, rows};

const HEAD: &str = "\
# Who may do what

One function says what may be written, `judge` in `crates/core/src/policy.rs`; one says who reads, `readers` in
`crates/core/src/access.rs`. A phone asks the first before it keeps what is typed, the township before it records what a phone
sends, whatever bytes came; the office's deeds ask it too. What phones are given is what the second says, and nothing else.

This page is written by a test (`BLESS_GOLDEN=1 cargo test -p lianhu-server permission`): it makes up a village in which
everybody of the columns works, lets each do everything there is, and prints what both functions say. Nothing here is a second
copy of the rules. The rows are the keys of every kind's schema and the steps of every course; a field or a step without a row
turns a test red. Another test sends every cell to a township as bytes signed by that person's own device, and asks a phone
before it writes; what comes back must be what stands here.

How to read a cell:

* `✓` it is recorded;
* `迟` it is recorded and marked as late: whoever wrote it was entitled and is no longer (`crates/core/src/late.rs`);
* `候` it waits for a person: whoever wrote it does not work here any more;
* `·` it is refused. The last column says why, in the words below the tables.
* In the row *read*: `✓` it is on their phone, `办` they see it in the office, `·` they do not see it.

`−` behind a row: a record that is there is taken out. Cells are about the change as written by its true author; naming
somebody else as its author is refused for everybody in every row, the town desk included. Personal data of a group that the
village has not switched on is refused to everybody (`docs/personal-data.md`); here all groups are on. Whoever several columns
fit may do what any of them may; what they are forbidden as owners of the work stays forbidden.

What the rules hold to, from the office's own regulations: the owner of a matter never records how it is judged (报办分离);
nobody writes for another without saying so; the county sees figures, and named data only with a reason that is written down;
the administrators read no household; what somebody wrote offline while they were entitled is not refused.
";

/// The page, up to what a host adds about its own doors.
pub fn page() -> String {
    let table = Table::new();
    let mut page = HEAD.to_owned();
    doors(&mut page);
    people(&mut page);
    let mut said = BTreeSet::new();
    for subject in SUBJECTS {
        rows_of(&mut page, &table, *subject, &mut said);
    }
    reasons(&mut page, &said);
    page
}

fn doors(page: &mut String) {
    page.push_str("\n## The doors\n\n| door | 中文 | who answers for it |\n|---|---|---|\n");
    for door in Door::ALL {
        writeln!(page, "| {} | {} | {} |", door.label(Lang::En), door.label(Lang::Zh), door.keeper()).unwrap();
    }
    page.push_str(
        "\nEvents that are pushed, files beside documents, and carriers that bring changes on a stick do not exist yet. Whoever \
         adds one adds it to\n`Door` in `crates/core/src/policy/table.rs`, and to the test that walks the table.\n",
    );
}

fn people(page: &mut String) {
    page.push_str("\n## The people\n\n| | 中文 | who |\n|---|---|---|\n");
    for who in Who::ALL {
        writeln!(page, "| {} | {} | {} |", who.letter(), who.zh(), who.en()).unwrap();
    }
}

fn title(subject: Subject) -> String {
    let kind = subject.kind.name();
    if subject.en.is_empty() { kind.to_owned() } else { format!("{kind}: {} ({})", subject.en, subject.zh) }
}

/// Rows that say the same stand together, in the order in which the first of them comes.
fn rows_of(page: &mut String, table: &Table, subject: Subject, said: &mut BTreeSet<String>) {
    let letters: String = Who::ALL.iter().map(|who| format!(" {} |", who.letter())).collect();
    let line = "---|".repeat(Who::ALL.len() + 2);
    write!(page, "\n## {}\n\n| |{letters} refused because |\n|{line}\n", title(subject)).unwrap();
    let mut printed: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows(subject) {
        let cells: Vec<Ruling> = Who::ALL.iter().map(|who| table.cell(&row, *who)).collect();
        let glyphs: String = cells.iter().map(|cell| format!(" {} |", glyph(cell))).collect();
        let whys: BTreeSet<Why> = cells.iter().filter_map(why).collect();
        said.extend(whys.iter().map(|why| reason(*why)));
        let names: Vec<_> = whys.iter().map(|why| format!("{why:?}")).collect();
        let rest = format!("{glyphs} {} |", names.join(", "));
        match printed.iter_mut().find(|(same, _)| *same == rest) {
            Some((_, named)) => named.push(row.name),
            None => printed.push((rest, vec![row.name])),
        }
    }
    let read: String = Who::ALL.iter().map(|who| format!(" {} |", read(table.reads(subject, *who)))).collect();
    writeln!(page, "| **read** |{read} |").unwrap();
    for (rest, names) in printed {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        writeln!(page, "| {} |{rest}", names.join(", ")).unwrap();
    }
}

fn glyph(ruling: &Ruling) -> &'static str {
    match ruling {
        Ruling::Allow => "✓",
        Ruling::AllowLate => "迟",
        Ruling::Hold(_) => "候",
        Ruling::Refuse { .. } => "·",
    }
}

fn read(reads: Reads) -> &'static str {
    match reads {
        Reads::OnThePhone => "✓",
        Reads::InTheOffice => "办",
        Reads::Not => "·",
    }
}

fn why(ruling: &Ruling) -> Option<Why> {
    match ruling {
        Ruling::Refuse { why, .. } => Some(*why),
        _ => None,
    }
}

fn reason(why: Why) -> String {
    format!("| {why:?} | {} | {} |\n", why.message(Lang::Zh), why.message(Lang::En))
}

fn reasons(page: &mut String, said: &BTreeSet<String>) {
    page.push_str("\n## Why something is refused\n\n| | 中文 | English |\n|---|---|---|\n");
    page.extend(said.iter().map(String::as_str));
}
