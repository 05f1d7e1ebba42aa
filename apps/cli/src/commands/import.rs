//! `lianhu import roster`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lianhu_core::{DocId, DocKind, Document};
use lianhu_server::{ActError, Town};
use lianhu_sync::message::{Chunk, DocChanges, Verdict};
use serde::Serialize;

use crate::args::{Import, RosterArgs};
use crate::commands::{open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::roster::{self, Plan, PlanError, PlanOptions, ReadError, RosterReading};
use crate::talk::Talk;

/// Documents written by one commit: one fsync for all of them, and a village fits.
const DOCUMENTS_PER_COMMIT: usize = 500;
/// What a township is called while neither its list nor its clerk says.
const NAMELESS: &str = "本镇";

/// A roster file: its name and its bytes.
pub type RosterFile = (String, Vec<u8>);

/// What an import did.
#[derive(Debug, Default, Serialize)]
pub struct Imported {
    /// Rows that went in, by sheet.
    pub imported: BTreeMap<String, usize>,
    /// Rows the township held already, by sheet.
    pub unchanged: BTreeMap<String, usize>,
    /// Rows that did not go in, by sheet.
    pub refused: BTreeMap<String, usize>,
    /// How often each reason occurs.
    pub reasons: BTreeMap<&'static str, usize>,
    /// Rows that went in and deserve a look.
    pub warnings: usize,
    /// Fields where the township holds something newer than the list; they stay as they are.
    pub kept: usize,
    /// Documents written.
    pub documents: usize,
    /// The report files.
    pub reports: Vec<PathBuf>,
}

/// Imports what the arguments name.
pub fn run(talk: Talk, what: &Import) -> Result<(), Failure> {
    let Import::Roster(args) = what;
    let files = read_files(&args.files)?;
    let town = open_town(&args.township.dir)?;
    let (reading, plan) = prepare(&town, &files, args.name.as_deref())?;
    let mut imported = count(&reading, &plan);
    if !args.dry_run {
        write(talk, &town, &plan)?;
    }
    imported.reports = write_reports(args, &reading)?;
    say(talk, &imported, args.dry_run);
    talk.object(&imported);
    Ok(())
}

/// Reads files whole; each is bounded again by what the roster reader takes.
pub fn read_files(paths: &[PathBuf]) -> Result<Vec<RosterFile>, Failure> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|why| {
            Failure::new(Kind::Input, format!("{}: {why}", path.display())).hint("check the file's name")
        })?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((name, bytes))
    };
    paths.iter().map(read).collect()
}

/// The roster of the project's own demo town, carried in the binary.
pub fn demo_town() -> Vec<RosterFile> {
    let files: [(&str, &[u8]); 3] = [
        ("members.csv", include_bytes!("../../../../seeds/town/members.csv")),
        ("households.csv", include_bytes!("../../../../seeds/town/households.csv")),
        ("links.csv", include_bytes!("../../../../seeds/town/links.csv")),
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

/// Imports files into an open township; what the demo does with its own roster.
pub fn into_town(talk: Talk, town: &Town, files: &[RosterFile], name: Option<&str>) -> Result<Imported, Failure> {
    let (reading, plan) = prepare(town, files, name)?;
    write(talk, town, &plan)?;
    Ok(count(&reading, &plan))
}

fn prepare(town: &Town, files: &[RosterFile], name: Option<&str>) -> Result<(RosterReading, Plan), Failure> {
    let rosters = documents(town, DocKind::Roster)?;
    let households = documents(town, DocKind::Household)?;
    let held_name = rosters.iter().find_map(|document| {
        lianhu_core::roster::Roster::read(document).town.map(|town| town.value.as_str().to_owned())
    });
    let known = roster::known(held_name.as_deref(), &rosters, &households, town.today());
    let sources: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let reading = roster::read(&sources, &known).map_err(|why| unreadable(&why))?;
    let mut held: BTreeMap<DocId, Document> =
        rosters.into_iter().chain(households).map(|document| (document.id(), document)).collect();
    let stamp = town.office_stamp().map_err(|why| crate::commands::store_failure(&why))?;
    let name = held_name.as_deref().or(name).or(reading.town.as_deref()).unwrap_or(NAMELESS);
    let plan = roster::plan(&reading, Some(name), PlanOptions::default(), stamp, |id| held.remove(&id))
        .map_err(|why: PlanError| Failure::new(Kind::Input, why.to_string()))?;
    Ok((reading, plan))
}

fn documents(town: &Town, kind: DocKind) -> Result<Vec<Document>, Failure> {
    let ids = town.documents_of(kind).map_err(|why| town_failure(&why))?;
    ids.into_iter().map(|id| town.document(id).map_err(|why| town_failure(&why))).collect()
}

fn write(talk: Talk, town: &Town, plan: &Plan) -> Result<(), Failure> {
    let bar = talk.bar(talk.pick("写入正本库", "write the township"), plan.documents.len() as u64);
    // The plan lists rosters first, and a household is judged by its village's roster as recorded.
    let rosters = plan.documents.iter().filter(|planned| planned.document.id().kind() == DocKind::Roster).count();
    let (rosters, households) = plan.documents.split_at(rosters);
    for group in rosters.chunks(1).chain(households.chunks(DOCUMENTS_PER_COMMIT)) {
        let changes: Vec<DocChanges> = group
            .iter()
            .map(|planned| DocChanges {
                doc: lianhu_sync::ids::DocId(planned.document.id().to_bytes()),
                changes: planned.changes.iter().map(|change| Chunk(change.bytes.clone())).collect(),
            })
            .collect();
        let verdicts = town.record(&changes).map_err(|why| act_failure(&why))?;
        if let Some(other) = verdicts.iter().find(|verdict| !matches!(verdict, Verdict::Recorded | Verdict::Known)) {
            return Err(act_failure(&ActError::NotRecorded(other.clone())));
        }
        bar.inc(group.len() as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

fn count(reading: &RosterReading, plan: &Plan) -> Imported {
    let mut imported = Imported {
        reasons: reading.reasons(),
        warnings: reading.warnings.len(),
        kept: plan.differs.len(),
        documents: plan.documents.len(),
        ..Imported::default()
    };
    for sheet in reading.sheets.iter().filter(|sheet| sheet.kind.is_some()) {
        *imported.imported.entry(sheet.name.clone()).or_default() += sheet.new;
        *imported.unchanged.entry(sheet.name.clone()).or_default() += sheet.known;
        *imported.refused.entry(sheet.name.clone()).or_default() += sheet.refused;
    }
    imported
}

/// A report beside each file that has something to say about it, or all in the file asked for.
fn write_reports(args: &RosterArgs, reading: &RosterReading) -> Result<Vec<PathBuf>, Failure> {
    let mut written = Vec::new();
    for (index, file) in args.files.iter().enumerate() {
        let path = match &args.report {
            Some(path) if args.files.len() == 1 => path.clone(),
            Some(path) => beside(path, &format!("{}.csv", index + 1)),
            None => beside(file, "report.csv"),
        };
        match roster::report(reading, index) {
            Some(bytes) => {
                std::fs::write(&path, bytes)?;
                written.push(path);
            }
            // What an earlier import had to say is settled now.
            None if path.exists() => std::fs::remove_file(&path)?,
            None => {}
        }
    }
    Ok(written)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn say(talk: Talk, imported: &Imported, dry_run: bool) {
    let zh = talk.pick("zh", "en") == "zh";
    if dry_run {
        talk.print(talk.pick("试运行，没有写入任何内容。", "A dry run: nothing was written."));
    }
    for (sheet, rows) in &imported.imported {
        let unchanged = imported.unchanged.get(sheet).copied().unwrap_or_default();
        let refused = imported.refused.get(sheet).copied().unwrap_or_default();
        talk.print(if zh {
            format!("{sheet}：导入 {rows} 行，原已有 {unchanged} 行，未收 {refused} 行")
        } else {
            format!("{sheet}: {rows} rows in, {unchanged} already there, {refused} refused")
        });
    }
    for (reason, rows) in &imported.reasons {
        talk.print(format!("  {reason}: {rows}"));
    }
    for report in &imported.reports {
        talk.print(format!("{}{}", talk.pick("逐行说明在：", "row by row: "), report.display()));
    }
}

fn unreadable(why: &ReadError) -> Failure {
    Failure::new(Kind::Input, why.to_string()).hint("nothing was imported; mend the file and import it again")
}

fn act_failure(why: &ActError) -> Failure {
    match why {
        ActError::Town(why) => town_failure(why),
        other => Failure::new(Kind::Failed, other.to_string())
            .hint("import again: what is in already is left alone, and the rest goes in"),
    }
}
