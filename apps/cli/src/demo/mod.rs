//! `lianhu demo`: one night of a whole township on this machine. Real stores, real HTTP, a server process of its own;
//! nothing is played, and at the end everything is checked.

mod days;
mod practice;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use crate::args::DemoArgs;
use crate::failure::{Failure, Kind};
use crate::phone::Line;
use crate::talk::Talk;

use crate::commands::import;
use crate::scene::server::Server;
use crate::scene::{Cast, Scene, check, night};

use report::Report;

/// Runs the demo.
pub fn run(talk: Talk, args: &DemoArgs) -> Result<(), Failure> {
    let (dir, _temporary) = folder(args)?;
    talk.say(format!("{} {}", talk.pick("文件在", "files in"), dir.display()));
    let began = Instant::now();

    let files = if args.roster.is_empty() { import::demo_town() } else { import::read_files(&args.roster)? };
    let cast = Cast { members: args.members, parallel: args.parallel, seed: args.seed, half_plain: false };
    let scene = Scene::set(talk, cast, &files, &dir, |_, _| Ok(()))?;
    let server = Server::start(&scene.township)?;
    let line = Line::to(&server.address);
    scene.enrol(talk, &line)?;
    night::everybody(talk, &scene, &line, talk.pick("第一次下载", "first download"))?;
    let practice = practice::play(talk, &scene, &line)?;

    let written = days::write(talk, &scene, &line)?;
    let office = days::office(talk, &scene, &line)?;

    let before = server.usage();
    let night = night::everybody(talk, &scene, &line, talk.pick("夜里同步", "the night"))?;
    let after = server.usage();
    night::everybody(talk, &scene, &line, talk.pick("早晨补取", "the morning"))?;
    let nothing_new = night::nothing_new(talk, &scene, &line, &server)?;
    let of_night = line.get_json("/office/v1/night").map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
    let usage = server.usage();
    server.stop()?;

    let differences = check::everything(talk, &scene)?;
    let report = Report {
        members: scene.members.len(),
        households: scene.households,
        villages: scene.villages,
        practice,
        written,
        office,
        night,
        night_cpu_ms: before.zip(after).map(|(before, after)| after.cpu_ms - before.cpu_ms),
        peak_rss_mib: usage.map(|usage| usage.peak_rss_mib),
        nothing_new,
        conflicts: night::number(&of_night, "conflicts_total"),
        new_matters: night::number(&of_night, "new_matters_total"),
        township: scene.name.clone(),
        findings: differences,
        seconds: began.elapsed().as_secs_f64(),
    };
    report.print(talk);

    if report.findings.is_sound() && !args.exit {
        let web = args.web.join("index.html").is_file().then_some(args.web.as_path());
        let server = Server::start_with(&scene.township, web)?;
        talk.say(format!("{} {}/office/", talk.pick("办公页面开着：", "the office page is open at"), server.address));
        if web.is_some() {
            let handbook = talk.pick("联户手册开着：", "the members' handbook is open at");
            talk.say(format!("{handbook} {}/handbook/", server.address));
        }
        talk.say(talk.pick("按 Ctrl-C 结束。", "Ctrl-C ends it."));
        report.object(talk, Some(&server.address));
        return server.wait();
    }
    report.object(talk, None);
    if report.findings.is_sound() {
        return Ok(());
    }
    Err(Failure::new(Kind::Differences, talk.pick("核对发现差异", "the check found differences"))
        .hint("run it again with --dir and keep that folder: it holds everything needed to find out why"))
}

/// Where the demo lives: the folder asked for, which must be empty, or a temporary one that goes with the demo.
fn folder(args: &DemoArgs) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    match &args.dir {
        Some(dir) => {
            std::fs::create_dir_all(dir)?;
            if std::fs::read_dir(dir)?.next().is_some() {
                return Err(Failure::new(Kind::Input, format!("{} is not empty", dir.display()))
                    .hint("the demo never writes over anything: name a new folder"));
            }
            Ok((dir.clone(), None))
        }
        None => {
            let temporary = tempfile::tempdir()?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}
