//! What can be said about a village's roster.

use clap::{Args, Subcommand, ValueEnum};
use lianhu_core::roster::{Chosen, Exempt, GridKind, Role};

use super::choices::one_of;
use super::desk::DeskArgs;

/// A village's roster, at a desk: on a phone the owner's own village, where the board keeps it.
#[derive(Debug, Args)]
pub struct VillageRosterArgs {
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
    /// The village, at the township: name or id; needed where there are several
    #[arg(long, global = true)]
    pub village: Option<String>,
    /// What to do
    #[command(subcommand)]
    pub action: RosterAction,
}

/// What can be done with a roster.
#[derive(Debug, Subcommand)]
pub enum RosterAction {
    /// Show the village: grids, people, cadres
    Show,
    /// Which households somebody keeps in touch with, by village and grid, and every gap
    Coverage {
        /// The day; today unless named
        #[arg(long, value_name = "DATE")]
        on: Option<chrono::NaiveDate>,
    },
    /// Who has how many households, and what a person should look at
    Load {
        /// How many households one worker should have; the village's rule unless named. It warns and never blocks
        #[arg(long, value_enum)]
        preset: Option<PresetName>,
        /// The day; today unless named
        #[arg(long, value_name = "DATE")]
        on: Option<chrono::NaiveDate>,
    },
    /// Name a new village, or say more of one
    Village {
        /// Its name
        name: String,
        /// Its town
        #[arg(long)]
        town: String,
        /// The 12-digit code
        #[arg(long, default_value = "", hide_default_value = true)]
        area: String,
        /// The district or county
        #[arg(long, default_value = "", hide_default_value = true)]
        district: String,
    },
    /// Add a worker, or change what is named of one
    Worker(WorkerArgs),
    /// Exempt a worker from links: age, health, away, other; none ends it
    Exempt {
        /// Who: name, phone or id
        worker: String,
        /// Why
        #[arg(value_parser = one_of::<Exempt>())]
        reason: Exempt,
    },
    /// Say that a worker has left, or works here again with --back
    Left {
        /// Who: name, phone or id
        worker: String,
        /// They work here again
        #[arg(long)]
        back: bool,
    },
    /// Move a worker to another village, at the township: listed there, and not at work here any more
    Move {
        /// Who: name, phone or id
        worker: String,
        /// The other village
        #[arg(long, value_name = "VILLAGE")]
        to: String,
    },
    /// Grids: add, change, end
    #[command(subcommand)]
    Grid(GridAction),
    /// Link a worker and a household
    Link(LinkArgs),
    /// End a link after a day
    Unlink {
        /// The link's id, as `load` shows it, or the household
        #[arg(allow_hyphen_values = true)]
        link: String,
        /// The last day; today unless named
        #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
        last_day: String,
    },
    /// Say who stands in on a link; nobody with --none
    Backup {
        /// The link's id, or the household
        #[arg(allow_hyphen_values = true)]
        link: String,
        /// Who
        #[arg(required_unless_present = "none")]
        worker: Option<String>,
        /// Nobody
        #[arg(long, conflicts_with = "worker")]
        none: bool,
    },
    /// Pair a cadre with a node household (六六群众工作制)
    Pair {
        /// The household
        household: String,
        /// The cadre
        #[command(flatten)]
        post: PostArgs,
    },
    /// Say who serves a grid together (服务团)
    Group {
        /// The grid: name or id
        #[arg(allow_hyphen_values = true)]
        grid: String,
        /// Who leads it
        #[arg(long)]
        leader: Option<String>,
        /// Who belongs to it; may be given several times
        #[arg(long = "member", value_name = "WORKER")]
        members: Vec<String>,
    },
    /// Station a cadre in the village (驻村)
    Station {
        /// The cadre
        #[command(flatten)]
        post: PostArgs,
    },
    /// End a pair or a stationing after a day
    EndPost {
        /// Its id, as `show` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The last day
        #[arg(long, value_name = "DATE")]
        last_day: String,
    },
}

/// How many households one worker should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PresetName {
    /// 5–10 (Jiaxing)
    Jiaxing,
    /// 5–20 (Ninghai)
    Ninghai,
    /// 10–20 (micro-grids)
    MicroGrid,
}

/// A worker.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// Name; of somebody who is listed already, also phone or id
    pub name: String,
    /// Change somebody who is listed, instead of adding somebody
    #[arg(long)]
    pub change: bool,
    /// Phone
    #[arg(long, default_value = "", hide_default_value = true)]
    pub phone: String,
    /// A role: member, node, branch_lead, village_board, supervisor, resident_cadre; may be given several times
    #[arg(long = "role", value_parser = one_of::<Role>())]
    pub roles: Vec<Role>,
    /// Branch
    #[arg(long, default_value = "", hide_default_value = true)]
    pub branch: String,
    /// A grid: name or id; may be given several times
    #[arg(long = "grid", value_name = "GRID", allow_hyphen_values = true)]
    pub grids: Vec<String>,
}

/// What can be done with grids.
#[derive(Debug, Subcommand)]
pub enum GridAction {
    /// Add a grid
    Add {
        /// Its name
        name: String,
        /// The rest
        #[command(flatten)]
        more: GridMore,
    },
    /// Change what is named of a grid
    Change {
        /// Which: name or id
        #[arg(allow_hyphen_values = true)]
        grid: String,
        /// The rest
        #[command(flatten)]
        more: GridMore,
    },
    /// End a grid after a day
    End {
        /// Which: name or id
        #[arg(allow_hyphen_values = true)]
        grid: String,
        /// Its last day
        #[arg(long, value_name = "DATE")]
        last_day: String,
        /// The grid that comes after it
        #[arg(long, value_name = "GRID", allow_hyphen_values = true)]
        replaced_by: Option<String>,
    },
}

/// What a grid may say of itself.
#[derive(Clone, Debug, Default, Args)]
pub struct GridMore {
    /// Kind: grid, micro_grid, area, group
    #[arg(long, value_parser = one_of::<GridKind>())]
    pub kind: Option<GridKind>,
    /// The branch it belongs to
    #[arg(long, default_value = "", hide_default_value = true)]
    pub branch: String,
    /// Its leader
    #[arg(long)]
    pub leader: Option<String>,
    /// Its node household (中心户)
    #[arg(long, value_name = "HOUSEHOLD")]
    pub node: Option<String>,
    /// The grid it is a part of
    #[arg(long, value_name = "GRID", allow_hyphen_values = true)]
    pub parent: Option<String>,
    /// Its first day
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub from: String,
}

/// A link.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// Who: name, phone or id
    pub worker: String,
    /// The household: id, doorplate or the head's name
    pub household: String,
    /// The first day; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub from: String,
    /// The last day
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub to: String,
    /// How it came about: self_reported, by_residents, assigned
    #[arg(long, value_parser = one_of::<Chosen>())]
    pub chosen: Option<Chosen>,
    /// Who stands in
    #[arg(long, value_name = "WORKER")]
    pub backup: Option<String>,
    /// The meeting that confirmed it
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub confirmed_on: String,
    /// The day it was published
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub published_on: String,
}

/// A cadre and their days.
#[derive(Clone, Debug, Default, Args)]
pub struct PostArgs {
    /// The cadre, if the roster lists them: name, phone or id
    #[arg(long, required_unless_present = "name", conflicts_with = "name")]
    pub worker: Option<String>,
    /// The cadre's name, if it does not
    #[arg(long)]
    pub name: Option<String>,
    /// The department they come from
    #[arg(long, default_value = "", hide_default_value = true)]
    pub unit: String,
    /// The first day; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub from: String,
    /// The last day
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub to: String,
}
