//! Nobody is scored, ranked, counted in, clocked or followed (`docs/architecture.md`): no name anywhere in the product says
//! so. Names are the keys of documents, columns, fields of JSON, routes, commands and flags, codes, and what a person reads
//! on labels; all of them stand in the sources, as text in quotes or as fields of types that are read or written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lianhu_core::draft::FieldId;
use lianhu_core::views;

/// Words of which a name is made, as `_`, `-`, `/`, a space and capitals part them. Several in a row are written with spaces.
const ENGLISH: &[&str] = &[
    "score",
    "scores",
    "scored",
    "scoring",
    "rank",
    "ranks",
    "ranked",
    "ranking",
    "leaderboard",
    "points",
    "bonus points",
    "credit points",
    "quota",
    "quotas",
    "target count",
    "kpi",
    "kpis",
    "performance",
    "appraisal",
    "league",
    "badge",
    "badges",
    "medal",
    "stars",
    "streak",
    "streaks",
    "check in",
    "check ins",
    "checkin",
    "checkins",
    "clock in",
    "clock out",
    "punch",
    "attendance rate",
    "online time",
    "online minutes",
    "mileage",
    "kilometres",
    "steps walked",
    "track",
    "tracks",
    "tracking",
    "trajectory",
    "route taken",
    "gps",
    "latitude",
    "longitude",
    "lat",
    "lng",
    "lon",
    "geo",
    "geofence",
    "location",
    "locations",
    "duration",
    "durations",
    "stay minutes",
    "dwell",
    "photo required",
    "required photo",
    "needs photo",
    "must photo",
    "location required",
    "visits required",
    "required visits",
];

/// The same in Chinese; any text that holds one.
const CHINESE: &[&str] = &[
    "打卡",
    "签到",
    "签退",
    "积分",
    "得分",
    "评分",
    "打分",
    "计分",
    "扣分",
    "加分",
    "分值",
    "排名",
    "排行",
    "名次",
    "考核",
    "绩效",
    "指标",
    "任务数",
    "轨迹",
    "定位",
    "里程",
    "在线时长",
    "停留",
    "连续天数",
    "必须拍照",
    "必拍",
    "勋章",
    "达人",
];

// To sign in is to enter an account of the office, which level protection asks of clerks; members sign in nowhere, and a
// visit is no reason to (签到 stays on the list).

/// Names that hold such a word and mean something else, each with what it means.
const MEANT_OTHERWISE: &[(&str, &str)] = &[
    ("basis_points", "hundredths of a percent, in which a report's shares are written as JSON"),
    ("指标", "what a row of a report is about, as the head of its column"),
    ("签到", "the column of a printed sheet in which those who come to a meeting sign by hand"),
    ("签到表", "the sheet that those who come to a meeting sign by hand"),
    // What a complaint in the box is about (`About`): there such a thing is named by whoever is made to do it.
    ("made_to_check_in", COMPLAINED_OF),
    ("要求打卡", COMPLAINED_OF),
    ("made to check in", COMPLAINED_OF),
    ("ranked_by_points", COMPLAINED_OF),
    ("按积分排名", COMPLAINED_OF),
    ("ranked by points", COMPLAINED_OF),
    ("online_time_counted", COMPLAINED_OF),
    ("计算在线时长", COMPLAINED_OF),
    ("online time is counted", COMPLAINED_OF),
    ("forced_location", COMPLAINED_OF),
    ("强制定位", COMPLAINED_OF),
    ("forced location", COMPLAINED_OF),
    ("quotas_handed_down", COMPLAINED_OF),
    ("指标摊派", COMPLAINED_OF),
    ("quotas handed down", COMPLAINED_OF),
];

const COMPLAINED_OF: &str = "what somebody complains of in the complaint box, so that it stops";

/// Where the product's names stand.
const SOURCES: &[&str] =
    &["crates/core/src", "crates/device/src", "crates/store/src", "crates/store/migrations", "crates/sync/src", "apps"];

/// A name, and the file it stands in.
type Names = BTreeMap<String, PathBuf>;

fn house() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The parts of a name: `check_in`, `check-in`, `CheckIn` and `check in` are the same two.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && small;
        small = letter.is_ascii_lowercase();
        if !letter.is_alphanumeric() || begins {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (letter.is_alphanumeric(), parts.last_mut()) {
            part.push(letter.to_ascii_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The word a name must not hold, if it holds one.
fn what_it_says(name: &str) -> Option<&'static str> {
    let parts = parts(name);
    let english = ENGLISH.iter().find(|word| {
        let word: Vec<&str> = word.split(' ').collect();
        parts.windows(word.len()).any(|parts| parts.iter().eq(&word))
    });
    english.or_else(|| CHINESE.iter().find(|word| name.contains(**word))).copied()
}

/// The names a source gives: what stands in quotes, and the fields and choices of types that are read, written or typed.
fn names_of(source: &str) -> Vec<String> {
    // A module of tests that stands here ends the product; one that is only named here stands in a file of its own.
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut names = Vec::new();
    let mut of_data = false;
    let mut depth = 0_usize;
    for line in product.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("--")) {
        names.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        let bare = line.split("//").next().unwrap_or_default();
        let derives = bare.starts_with("#[derive(");
        of_data |= derives
            && ["Deserialize", "Serialize", "Args", "Subcommand", "Parser", "ValueEnum"]
                .iter()
                .any(|it| bare.contains(it));
        if of_data && depth > 0 {
            let field = bare.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            let name: String = field.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            names.push(name);
        }
        let opens = bare.matches('{').count();
        depth = (depth + opens).saturating_sub(bare.matches('}').count());
        if !derives && !bare.starts_with("#[") && depth == 0 {
            of_data = false;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn collect(folder: &Path, names: &mut Names) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    for path in entries.map(|entry| entry.unwrap().path()) {
        let called = path.file_name().unwrap().to_string_lossy().into_owned();
        let tests =
            called.starts_with("test") || called == "golden.rs" || called == "replicas.rs" || called == "refusals.rs";
        if tests {
            continue;
        }
        if path.is_dir() {
            collect(&path, names);
        } else if [".rs", ".sql"].iter().any(|end| called.ends_with(end)) {
            let source = std::fs::read_to_string(&path).unwrap();
            names.extend(names_of(&source).into_iter().map(|name| (name, path.clone())));
        }
    }
}

fn all_names() -> Names {
    let mut names = Names::new();
    SOURCES.iter().for_each(|folder| collect(&house().join(folder), &mut names));
    names
}

#[test]
fn nothing_is_called_a_score_a_rank_a_quota_a_check_in_or_a_track() {
    let names = all_names();
    let bad = names.iter().filter_map(|(name, path)| Some((name, what_it_says(name)?, path)));
    let bad = bad.filter(|(name, ..)| !MEANT_OTHERWISE.iter().any(|(meant, _)| meant == name));
    let bad: Vec<_> = bad.map(|(name, word, path)| format!("{}: `{name}` says {word}", path.display())).collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn every_exception_is_needed_and_says_why() {
    let names = all_names();
    for (name, why) in MEANT_OTHERWISE {
        assert!(names.contains_key(*name), "{name} is not there any more");
        assert!(what_it_says(name).is_some() && why.len() > 10, "{name}");
    }
}

#[test]
fn the_scan_sees_keys_columns_fields_routes_commands_and_codes() {
    let names = all_names();
    let sees = |name: &str| assert!(names.contains_key(name), "{name}");
    for view in views::all() {
        sees(view.name);
        view.columns.iter().for_each(|(column, _)| sees(column));
    }
    FieldId::ALL.iter().for_each(|field| sees(field.code()));
    // A deed's field, a body's, a command, a flag, a route, a column of SQL and a label.
    for name in ["on", "household", "Reassign", "members", "/office/v1/held", "/office/v1/codes", "户主"] {
        sees(name);
    }
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    for bad in ["visit_score", "WorkerRank", "/office/v1/leaderboard", "check-in", "checkIn", "target_count", "Punch"] {
        assert!(what_it_says(bad).is_some(), "{bad}");
    }
    for bad in ["本月积分", "走访打卡", "考核得分", "行走轨迹"] {
        assert!(what_it_says(bad).is_some(), "{bad}");
    }
    for good in ["checked_in_words", "frank", "pointed", "stage", "走访记录"] {
        assert_eq!(what_it_says(good), None, "{good}");
    }
    let source = "#[derive(Deserialize)]\nstruct Form {\n    /// A score.\n    pub streak: u8,\n    kept: u8, // rank\n}\nstruct Own { quota: u8 }\nconst KEY: &str = \"kpi\";";
    let found: Vec<_> = names_of(source).into_iter().filter(|name| what_it_says(name).is_some()).collect();
    assert_eq!(found, ["streak", "kpi"]);
    let below = "#[cfg(test)]\nmod tests;\n\nconst KEY: &str = \"kpi\";\n\n#[cfg(test)]\nmod tests {\n\"gps\"\n}";
    assert_eq!(names_of(below), ["kpi"], "what stands below the name of a module of tests is the product's");
}
