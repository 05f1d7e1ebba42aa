//! `cargo xtask slow-line`: a phone's night over 50 kbit/s, 600 ms there and back, and 2 % loss each way.
//!
//! The phone is the real program in a network namespace of its own; packets are held back and lost on the way, by the kernel
//! (netem) or, where it cannot, by a relay here, so that TCP does what it does on a hill. It needs Linux, root, `ip`, and
//! either `tc` and a kernel with netem, or `socat`; where that is missing, nothing is measured, and that is said loudly. A
//! measurement and no test: packets are lost by chance.

mod relay;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::run::{metadata, root};

use relay::Relay;

/// Nights that are measured, unless `--nights` says otherwise.
const NIGHTS: usize = 15;
/// The longest the night in the middle may take, in seconds.
const TARGET_S: f64 = 3.0;
/// There and back.
const ROUND_TRIP_MS: u64 = 600;
/// The township's end of the line, and the phone's. Nobody's addresses but this measurement's.
const ENDS: [&str; 2] = ["10.77.61.1", "10.77.61.2"];
/// The namespace, and the two ends of the cable into it.
const NAMES: [&str; 3] = ["lianhu-phone", "lianhu-t", "lianhu-p"];

/// A member of the demo town with a household, who writes and syncs.
const MEMBER_ROW: usize = 1;

/// Measures.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut nights, mut program) = (NIGHTS, None);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--nights", Some(said)) => nights = said.parse().map_err(|_| format!("{said}: no number of nights"))?,
            ("--program", Some(said)) => program = Some(PathBuf::from(said)),
            _ => return Err("`cargo xtask slow-line` takes --nights N and --program FILE, or nothing".to_owned()),
        }
    }
    let line = match Line::lay() {
        Ok(line) => line,
        Err(why) => return skip(&why),
    };
    let program = program.map_or_else(built, Ok)?;
    let folder = std::env::temp_dir().join(format!("lianhu-slow-line-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    let measured = Stage::set(&program, &folder).and_then(|stage| stage.play(&line, nights));
    _ = std::fs::remove_dir_all(&folder);
    measured
}

/// Says loudly that nothing was measured. Where everything has to be checked, that is a failure.
fn skip(why: &str) -> Result<(), String> {
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err(format!("the slow line was not measured: {why}"));
    }
    let bar = "*".repeat(100);
    eprintln!(
        "{bar}\n* THE SLOW LINE WAS NOT MEASURED: {why}\n* It needs Linux, root, ip, and either a kernel with netem or socat.\n{bar}"
    );
    Ok(())
}

fn built() -> Result<PathBuf, String> {
    let status = crate::run::cargo_command().args(["build", "--quiet", "--release", "--package", "lianhu"]).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err("lianhu could not be built".to_owned());
    }
    let said = metadata(&["--no-deps"])?;
    let target = said.get("target_directory").and_then(Value::as_str).unwrap_or("target").to_owned();
    Ok(Path::new(&target).join("release/lianhu"))
}

/// A cable into a namespace. It goes when this goes.
struct Line {
    /// Who makes it slow, where the kernel cannot.
    relay: Option<Relay>,
}

impl Line {
    fn lay() -> Result<Self, String> {
        let [namespace, here, there] = NAMES;
        let [township, phone] = ENDS;
        // What an earlier run left behind when it was killed.
        drop(Line { relay: None });
        tool(&["ip", "netns", "add", namespace])?;
        let mut line = Line { relay: None };
        tool(&["ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", namespace])?;
        tool(&["ip", "address", "add", &format!("{township}/30"), "dev", here])?;
        tool(&["ip", "link", "set", here, "up"])?;
        tool(&["ip", "-n", namespace, "address", "add", &format!("{phone}/30"), "dev", there])?;
        tool(&["ip", "-n", namespace, "link", "set", there, "up"])?;
        if let Err(why) = line.slow(0.0).and_then(|()| line.quick()) {
            eprintln!("the kernel makes no line slow ({why}); socat and a relay do instead");
            tool(&["ip", "link", "delete", here])?;
            line.relay = Some(Relay::lay()?);
        }
        Ok(line)
    }

    /// Makes it slow, each way.
    fn slow(&self, loss_percent: f64) -> Result<(), String> {
        if let Some(relay) = &self.relay {
            relay.set(Some(loss_percent));
            return Ok(());
        }
        let delay = format!("{}ms", ROUND_TRIP_MS / 2);
        let loss = format!("{loss_percent}%");
        let slow = ["netem", "delay", &delay, "loss", &loss, "rate", "50kbit"];
        self.each_end(&[&["replace"][..], &["root"], &slow].concat())
    }

    /// Makes it as quick as the machine.
    fn quick(&self) -> Result<(), String> {
        if let Some(relay) = &self.relay {
            relay.set(None);
            return Ok(());
        }
        self.each_end(&["delete", "root"])
    }

    /// `tc qdisc` at both ends; the first word is what to do.
    fn each_end(&self, words: &[&str]) -> Result<(), String> {
        let [namespace, here, there] = NAMES;
        let (what, how) = words.split_first().ok_or("nothing to do")?;
        tool(&[&["tc", "qdisc", what, "dev", here][..], how].concat())?;
        tool(&[&["tc", "-n", namespace, "qdisc", what, "dev", there][..], how].concat())
    }

    /// What TCP has sent and received in the namespace, and sent again.
    fn segments(&self) -> Result<[u64; 3], String> {
        let output = Command::new("ip").args(["netns", "exec", NAMES[0], "cat", "/proc/net/snmp"]).output();
        let said = output.map_err(|why| format!("ip: {why}"))?;
        segments_in(&String::from_utf8_lossy(&said.stdout))
            .ok_or_else(|| "/proc/net/snmp says nothing of TCP".to_owned())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.relay.take());
        // The cable goes with the namespace; where it never came that far, there is nothing to take away.
        _ = Command::new("ip").args(["netns", "delete", NAMES[0]]).stderr(Stdio::null()).status();
        _ = Command::new("ip").args(["link", "delete", NAMES[1]]).stderr(Stdio::null()).status();
    }
}

fn tool(words: &[&str]) -> Result<(), String> {
    let (program, args) = words.split_first().ok_or("nothing to run")?;
    let output = Command::new(program).args(args).output().map_err(|why| format!("{program}: {why}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{}`: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

/// Segments sent, received and sent again, in the kernel's table of counters.
fn segments_in(table: &str) -> Option<[u64; 3]> {
    let mut rows = table.lines().filter_map(|line| line.strip_prefix("Tcp: "));
    let (names, counts) = (rows.next()?, rows.next()?);
    let named: Vec<(&str, &str)> = names.split_whitespace().zip(counts.split_whitespace()).collect();
    let count = |name| named.iter().find(|(known, _)| *known == name)?.1.parse().ok();
    Some([count("OutSegs")?, count("InSegs")?, count("RetransSegs")?])
}

/// The demo town with its server, and one member's phone.
struct Stage {
    program: PathBuf,
    workbook: PathBuf,
    household: String,
    server: Child,
}

/// One night.
struct Night {
    seconds: f64,
    bytes: u64,
    requests: u64,
    segments: [u64; 3],
}

impl Stage {
    fn set(program: &Path, folder: &Path) -> Result<Self, String> {
        let town = folder.join("township");
        let town = town.to_str().ok_or("the temporary folder's name is no text")?;
        let seeds = root().join("seeds/town");
        let list = |name: &str| seeds.join(name).display().to_string();
        let lists = ["members.csv", "households.csv", "links.csv"].map(list);
        lianhu(program, &[&["import", "roster", "--dir", town][..], &lists.each_ref().map(String::as_str)].concat())?;
        let (member, household) = linked(&lists[2])?;
        let told = lianhu(program, &["code", &member, "--dir", town])?;
        let code = told.get("code").and_then(Value::as_str).ok_or("no code")?.to_owned();
        let mut server = Command::new(program)
            .args(["--json", "serve", "--until-stdin-closes", "--office", "this-machine", "--dir", town, "--listen"])
            .arg(format!("{}:0", ENDS[0]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("the server could not be started: {why}"))?;
        let mut said = String::new();
        if let Some(out) = server.stdout.as_mut() {
            _ = BufReader::new(out).read_line(&mut said);
        }
        let told: Value = serde_json::from_str(&said).unwrap_or_default();
        let address = told.get("address").and_then(Value::as_str).ok_or("the server did not start")?.to_owned();
        let workbook = folder.join("phone.db");
        let stage = Stage { program: program.to_owned(), workbook, household, server };
        stage.phone(&["enrol", &address, &code])?;
        stage.phone(&["sync"])?;
        Ok(stage)
    }

    /// `lianhu device` on the phone, in its namespace.
    fn phone(&self, args: &[&str]) -> Result<Value, String> {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", NAMES[0]]).arg(&self.program);
        command.args(["--json", "device", "--workbook"]).arg(&self.workbook).args(args);
        object_of(command)
    }

    /// The line without loss first: what remains is distance. Then as it is on a hill.
    fn play(&self, line: &Line, nights: usize) -> Result<(), String> {
        let distance = self.night(line, 0.0)?;
        let round_trips = distance.seconds * 1_000.0 / ROUND_TRIP_MS as f64;
        println!(
            "without loss: {:.2} s, {round_trips:.1} times there and back in all; {} requests, {} bytes, {:?} segments",
            distance.seconds, distance.requests, distance.bytes, distance.segments
        );
        let mut all = (0..nights.max(1)).map(|_| self.night(line, 2.0)).collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let (Some(middle), Some(worst)) = (all.get(all.len() / 2), all.last()) else { return Ok(()) };
        let again: u64 = all.iter().map(|night| night.segments[2]).sum();
        println!(
            "50 kbit/s, {ROUND_TRIP_MS} ms, 2 % loss, {} nights: {:.2} s in the middle, {:.2} s at worst; {again} segments \
             were sent again by the phone",
            all.len(),
            middle.seconds,
            worst.seconds
        );
        if middle.seconds > TARGET_S {
            return Err(format!("a night on a slow line takes {:.2} s, and {TARGET_S} s are the most", middle.seconds));
        }
        Ok(())
    }

    /// A day written without signal, and its sync.
    fn night(&self, line: &Line, loss_percent: f64) -> Result<Night, String> {
        for entry in 0..3 {
            self.phone(&["diary", &format!("{}{entry}", "桥边路灯不亮，已报电工，明天再去看。".repeat(4))])?;
        }
        for _ in 0..2 {
            self.phone(&["visit", &self.household, &"老人身体还好，自来水又小了，请村里来看看。".repeat(3)])?;
        }
        line.slow(loss_percent)?;
        let before = line.segments()?;
        let began = Instant::now();
        let told = self.phone(&["sync"])?;
        let seconds = began.elapsed().as_secs_f64();
        let after = line.segments()?;
        line.quick()?;
        let count = |name: &str| told.get(name).and_then(Value::as_u64).unwrap_or_default();
        if told.get("proven") != Some(&Value::Bool(true)) || count("recorded") != 5 {
            return Err(format!("the night did not come through: {told}"));
        }
        let segments =
            std::array::from_fn(|at| after.get(at).zip(before.get(at)).map_or(0, |(after, before)| after - before));
        Ok(Night {
            seconds,
            bytes: count("bytes_sent") + count("bytes_received"),
            requests: count("round_trips"),
            segments,
        })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // It stops when its stdin closes.
        drop(self.server.stdin.take());
        _ = self.server.wait();
    }
}

/// A member of the demo town and the doorplate of a household they look after.
fn linked(list: &str) -> Result<(String, String), String> {
    let links = std::fs::read_to_string(list).map_err(|why| format!("{list}: {why}"))?;
    let (names, row) = (links.lines().next(), links.lines().nth(MEMBER_ROW));
    let (Some(names), Some(row)) = (names, row) else { return Err(format!("{list} is empty")) };
    let cell = |name: &str| {
        let place = names.split(',').position(|known| known.contains(name));
        place.and_then(|place| row.split(',').nth(place)).map(str::to_owned)
    };
    match (cell("党员姓名"), cell("门牌号")) {
        (Some(member), Some(household)) => Ok((member, household)),
        _ => Err(format!("{list} names no member and doorplate")),
    }
}

fn lianhu(program: &Path, args: &[&str]) -> Result<Value, String> {
    let mut command = Command::new(program);
    command.arg("--json").args(args);
    object_of(command)
}

/// The object a command prints as its last line.
fn object_of(mut command: Command) -> Result<Value, String> {
    let output = command.output().map_err(|why| format!("{command:?}: {why}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_str(said.lines().last().unwrap_or_default()).map_err(|why| format!("{command:?}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read_by_their_names_and_not_by_their_places() {
        let table = "Ip: Forwarding\nIp: 1\nTcp: MaxConn InSegs OutSegs RetransSegs\nTcp: -1 7 8 9\n";
        assert_eq!(segments_in(table), Some([8, 7, 9]));
        assert_eq!(segments_in("Udp: 1\n"), None);
    }

    #[test]
    fn the_demo_town_has_a_member_with_a_household() {
        let (member, household) = linked(&root().join("seeds/town/links.csv").display().to_string()).unwrap();
        assert!(!member.is_empty() && !household.is_empty());
    }
}
