//! What can be typed. Every sentence here is read by somebody who has never seen the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod account;
mod aid;
mod audit;
mod backup;
mod bench;
pub mod choices;
mod code;
mod community;
mod conflicts;
mod demo;
mod desk;
mod device;
mod diary;
mod erasures;
mod fund;
mod generations;
mod held;
mod import;
mod matter;
mod meeting;
mod person;
mod personal;
mod phone;
mod plan;
mod print;
mod reassign;
mod report;
mod retention;
mod rights;
mod roster;
mod rules;
mod serve;
mod sim;
mod township;
mod visit;

pub use account::{AccountAction, AccountArgs, OfficeRole};
pub use aid::{AidAction, AidArgs, LoanArgs};
pub use audit::{AuditAction, AuditArgs, AuditListArgs};
pub use backup::{BackupArgs, KeyFileAction, KeyFileArgs, RestoreArgs, SecretArgs};
pub use bench::{BenchArgs, BenchWork};
pub use code::CodeArgs;
pub use community::{
    BaseAction, BaseArgs, BaseCard, BoardAction, BoardArgs, BoxAction, BoxArgs, PledgeAction, PledgeArgs, StudioAction,
    StudioArgs, StudioCard,
};
pub use conflicts::{ConflictsAction, ConflictsArgs};
pub use demo::DemoArgs;
pub use desk::{DeskArgs, PinArgs};
pub use device::{DeviceAction, DeviceArgs, Shelf};
pub use diary::{DiaryAction, DiaryArgs, EntryMore};
pub use erasures::{ErasuresAction, ErasuresArgs};
pub use fund::{FundAction, FundArgs};
pub use generations::{CompactArgs, EraseArgs};
pub use held::{HeldAction, HeldArgs};
pub use import::{Import, RosterArgs};
pub use matter::{Handed, MatterAction, MatterArgs, Raised, Said};
pub use meeting::{AgendaAction, BallotArgs, DecideArgs, MeetingAction, MeetingArgs, MeetingCard};
pub use person::{PersonAction, PersonArgs, PersonFileArgs};
pub use personal::{GroupAction, GroupArgs};
pub use phone::{OnePhone, PhoneAction, PhoneArgs};
pub use plan::{PlanAction, PlanArgs};
pub use print::{Print, PrintWorkbookArgs};
pub use reassign::ReassignArgs;
pub use report::ReportArgs;
pub use retention::{RetentionAction, RetentionArgs};
pub use rights::{AnswerArgs, AskArgs, MinorArgs, NoticeArgs, RightsAction};
pub use roster::{GridAction, GridMore, LinkArgs, PostArgs, PresetName, RosterAction, VillageRosterArgs, WorkerArgs};
pub use rules::{CalendarAction, CalendarArgs, DigestArgs, RulesAction, RulesArgs};
pub use serve::{Office, ServeArgs};
pub use sim::SimArgs;
pub use township::{KeyAction, SuiteName, TownshipAction, TownshipCommandArgs};
pub use visit::{VisitAction, VisitArgs, VisitHow};

/// 联户 · a household-contact workbook that works without signal, and the township that gathers it at night.
#[derive(Debug, Parser)]
#[command(name = "lianhu", version, about, long_about = None, arg_required_else_help = true, after_help = "\
Data goes to stdout, talk to stderr. With --json the last line of stdout is one JSON object; a command that
fails prints none, only what happened on stderr (exit code 4 has its object: it says what differs).

Exit codes: 0 done · 1 failed · 2 wrong arguments · 3 bad input · 4 a check found differences ·
5 another program uses the database · 6 database damaged or newer · 7 disk full, or no right to write ·
8 township not reached, or it said no

Start here:  lianhu demo                   one night of a whole township, on this machine
             lianhu import roster FILE     a township of your own, from its lists
             lianhu serve                  its server: phones sync with it, the office reads it in a browser

docs/operations.md says how a township is run.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print one JSON object as the last line of stdout.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of reports and messages.
    #[arg(long, global = true, value_enum, default_value_t = Tongue::Zh, env = "LIANHU_LANG")]
    pub lang: Tongue,
}

/// The language a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// 中文
    Zh,
    /// English
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one night of a demo township and leave its office page open
    Demo(DemoArgs),
    /// Serve a township: phones sync with it, the office reads it in a browser
    Serve(ServeArgs),
    /// Make, list, reset and disable the office's accounts
    ///
    /// These commands work on the township's own machine and take its folder for themselves: stop the server first. While it
    /// runs, a security administrator does the same on the page /office/accounts.
    Account(AccountArgs),
    /// Take data in
    #[command(subcommand)]
    Import(Import),
    /// Read, check and trim the log of who did what
    Audit(AuditArgs),
    /// Check a township from its log up: documents, digests, views
    Verify(TownshipArgs),
    /// Copy a township into one file, whole and consistent
    ///
    /// The file holds everything. It is sealed with a key (--key, made by `lianhu key new`) or a passphrase, under the
    /// township's suite; --plain leaves it open. One of the three has to be said. A township that is being served is in use
    /// (exit code 5): stop the server first, it takes a moment. An existing file is never written over.
    Backup(BackupArgs),
    /// Put a backup back into an empty folder
    ///
    /// The file itself says whether it is sealed; then give the same key or passphrase.
    ///
    /// For a township whose folder cannot be used any more. Keep that folder, and serve it never again: put the backup
    /// into a new one. The restored township begins a new life of its log, and phones notice by themselves. At their next
    /// sync they list what they hold and lose nothing of it; what the township had recorded after the backup was made, it
    /// asks back from the phones that hold it; what they had not delivered yet arrives as usual. Phones that enrolled after
    /// the backup are not known: they enrol again with a new code, and keep their workbook. Phones that were suspended,
    /// revoked or lost after it have to be so again.
    ///
    /// A backup holds what was erased after it was made, and cannot know of it. So say where the list of erasures is
    /// (--erasures), or that there is none (--no-erasures). What it lists is erased again before the command ends.
    Restore(RestoreArgs),
    /// Keys that backups (--key) and townships (--key-file) are sealed with
    Key(KeyFileArgs),
    /// Trim the history of documents that were rewritten often
    ///
    /// A document keeps what its fields hold now, with authors, and every value people disagree about; what was there
    /// before goes. Phones notice at their next sync, and what they wrote meanwhile lands on the trimmed document. The
    /// database file is written anew, so that it shrinks and nothing of what was deleted is left in it. A township that is
    /// being served is in use (exit code 5): stop the server first.
    Compact(CompactArgs),
    /// Erase words of a document for good, out of its history too
    ///
    /// Name the keys (`visit/<id>`, `phone`, `resident/<id>` with all its fields), or everything with --all: then only who
    /// may read it stays. The bytes are gone from the township's folder when the command ends, and from each phone after
    /// its next sync. Backups and files set aside still hold them: see docs/operations.md.
    Erase(EraseArgs),
    /// The list of erasures: show it, or copy it to where the backups are kept
    Erasures(ErasuresArgs),
    /// How long what is kept, and what is past that: set it, look, purge
    Retention(RetentionArgs),
    /// Make a one-time code with which a member's phone enrols
    Code(CodeArgs),
    /// Decide about work that waits for a person
    ///
    /// Work is held when its author may no longer write there, or the phone was suspended. A township that is being
    /// served decides on its office page; these commands take the folder for themselves.
    Held(HeldArgs),
    /// Show what people wrote differently without seeing each other, and settle it
    ///
    /// Every value is shown with its author and time. Settling is a change like any other: it reaches every phone. Members
    /// settle on their phones what is theirs to write (lianhu device conflicts). A township that is being served: GET
    /// /office/v1/conflicts.
    Conflicts(ConflictsArgs),
    /// List members' phones; suspend one, lift that, revoke it, or call it lost
    ///
    /// A suspended or revoked phone is given nothing any more; a lost one destroys what it holds at its next contact. What
    /// was written on any of them and has not arrived yet is not lost: it waits for the office to accept or decline (lianhu
    /// held).
    Phone(PhoneArgs),
    /// A township's own settings: its suite, its key, and for how long phones go on without it
    Township(TownshipCommandArgs),
    /// Hand households on to another worker, for good or covered for some days
    ///
    /// The former worker has them until the day before, the new one from the day on. With --until it is a cover: the
    /// worker keeps them, the other has them too until that day, and loses them again by the calendar. What the former
    /// phone has written and not delivered yet is not lost: it goes in, marked as late, and both people are told. Asking
    /// twice for the same changes nothing. While the server runs, ask it: POST /office/v1/reassignments.
    Reassign(ReassignArgs),
    /// Matters: raise them, take their steps, see where they stand
    ///
    /// On a phone with --workbook FILE, without any line; at the township otherwise. A step that does not fit is refused with
    /// the reason. docs/matters.md has the whole life of a matter.
    Matter(MatterArgs),
    /// The township's rules: how long things may take, categories, quiet hours
    Rules(RulesArgs),
    /// Which groups of personal data are kept beyond the minimal form, what for, and until when
    ///
    /// docs/personal-data.md has the groups and what belongs to each.
    Group(GroupArgs),
    /// What is held about a person: what they were told, what they ask, what is kept back of children
    ///
    /// On a phone with --workbook FILE, without any line; at the township otherwise, where everything that is held about
    /// somebody is written to one file. docs/personal-data.md says what the law asks.
    Person(PersonArgs),
    /// The working-day calendar
    Calendar(CalendarArgs),
    /// What the town desk is reminded of today: one list, asked for, never pushed
    Digest(DigestArgs),
    /// Keep help plans: what is done for a hardship household, by whom, and whether it says the help arrived
    ///
    /// Like everything that has a --workbook: with one it works on that phone, without a township; otherwise at the
    /// township's folder.
    Plan(PlanArgs),
    /// Keep a care fund's ledger, and print statements that balance to the fen
    ///
    /// A ledger for publication, not accounting software. Nothing in it is written over: a wrong entry is taken back by
    /// another one.
    Fund(FundArgs),
    /// Take applications for aid through opinion, review, publication, decision and payment
    Aid(AidArgs),
    /// Members' public pledges: write, agree, publish, review, and say what became of them
    Pledge(PledgeArgs),
    /// Studios and service teams: who serves, when the door is open, what was served
    Studio(StudioArgs),
    /// Practice bases: batches of training and what came of them
    Base(BaseArgs),
    /// The complaint box: who is asked for too much says so to the town desk, past their own lead and village
    ///
    /// Its author and the town desk read a complaint, and nobody else.
    Box(BoxArgs),
    /// The public board of a village, as everybody may see it
    Board(BoardArgs),
    /// Count the reports R1 to R18, for a village or the town, and write them down
    ///
    /// At the township (--dir) they are counted from its tables, of one moment. On a phone (--workbook) they are counted
    /// from the documents on it, without signal: the same numbers wherever the phone holds the same documents, and only of
    /// what it holds. Every report ends with its definition. A check that does not hold (the month does not carry over, a
    /// fund does not balance) is shown, and the exit code is 4. docs/reports.md says how each is counted, and what is hidden.
    Report(ReportArgs),
    /// Be a member's phone in a terminal
    Device(DeviceArgs),
    /// A village's roster: grids, workers, links, coverage and gaps, cadres
    ///
    /// At the township, or with --workbook on a phone of the village's board, without signal.
    Roster(VillageRosterArgs),
    /// Visits: any hour, any way, also when nobody was met
    Visit(VisitArgs),
    /// The diary: write, comment, make a matter of a sentence, choose who may read it
    Diary(DiaryArgs),
    /// Lay something out on paper, as a page that a browser prints
    #[command(subcommand)]
    Print(Print),
    /// Call a meeting, keep its agenda, write down decisions and ballots, and carry out what was decided
    ///
    /// The three meetings (民情分析会, 民事交办会, 民主评议会), village talks, grid talks and branch meetings. With --workbook it
    /// works on a phone without a line, otherwise at the township. `lianhu meeting carry-out` turns decisions into steps of
    /// the matters.
    Meeting(MeetingArgs),
    /// Let everything go wrong in simulated townships, and see whether anything is lost
    ///
    /// Each seed is a township of its own: the real server and real phones over simulated disks, lines and clocks. Power
    /// goes between writes, messages are lost, repeated and cut, phones are cloned and put back from backups; then
    /// everything heals, and judges look whether all of it comes together. The same seed gives the same run.
    Sim(SimArgs),
    /// Measure what the server costs, on real requests of real phones
    Bench(BenchArgs),
}

/// Where a township lives.
#[derive(Clone, Debug, Args)]
pub struct TownshipArgs {
    /// The township's folder
    #[arg(long, value_name = "PATH", default_value = "township", env = "LIANHU_DIR", global = true)]
    pub dir: PathBuf,
    /// The file with the key of a sealed township (`lianhu township encrypt`, `lianhu key new`)
    #[arg(long, value_name = "FILE", env = "LIANHU_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,
}

impl TownshipArgs {
    /// A folder nobody typed: the key of what lies there is the one the environment names.
    pub fn in_folder(dir: PathBuf) -> Self {
        let key_file = std::env::var_os("LIANHU_KEY_FILE").filter(|file| !file.is_empty()).map(PathBuf::from);
        TownshipArgs { dir, key_file }
    }
}
