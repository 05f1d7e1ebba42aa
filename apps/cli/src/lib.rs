//! What the `lianhu` command is made of.

pub mod args;
mod bench;
pub mod commands;
pub mod demo;
pub mod desk;
pub mod failure;
mod keys;
pub mod phone;
pub mod roster;
mod scene;
pub mod talk;
pub mod trouble;

use args::{Cli, Command};
use failure::Failure;
use talk::Talk;

/// Does what was typed.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    let talk = Talk::new(cli);
    match &cli.command {
        Command::Demo(args) => demo::run(talk, args),
        Command::Township(args) => commands::township::run(talk, args),
        Command::Serve(args) => commands::serve::run(talk, args),
        Command::Account(args) => commands::account::run(talk, args),
        Command::Import(what) => commands::import::run(talk, what),
        Command::Audit(args) => commands::audit::run(talk, args),
        Command::Verify(args) => commands::verify::run(talk, args),
        Command::Backup(args) => commands::backup::backup(talk, args),
        Command::Restore(args) => commands::backup::restore(talk, args),
        Command::Key(args) => commands::key::run(talk, args),
        Command::Compact(args) => commands::generations::compact(talk, args),
        Command::Erase(args) => commands::generations::erase(talk, args),
        Command::Erasures(args) => commands::erasures::run(talk, args),
        Command::Retention(args) => commands::retention::run(talk, args),
        Command::Person(args) => commands::person::run(talk, args),
        Command::Code(args) => commands::code::run(talk, args),
        Command::Held(args) => commands::held::run(talk, args),
        Command::Conflicts(args) => commands::conflicts::run(talk, args),
        Command::Phone(args) => commands::phones::run(talk, args),
        Command::Reassign(args) => commands::reassign::run(talk, args),
        Command::Matter(args) => commands::matter::run(talk, args),
        Command::Group(args) => commands::group::run(talk, args),
        Command::Rules(args) => commands::rules::run(talk, args),
        Command::Calendar(args) => commands::calendar::run(talk, args),
        Command::Digest(args) => commands::digest::at_the_desk(talk, args),
        Command::Plan(args) => commands::plan::run(talk, args),
        Command::Fund(args) => commands::fund::run(talk, args),
        Command::Aid(args) => commands::aid::run(talk, args),
        Command::Pledge(args) => commands::pledge::run(talk, args),
        Command::Studio(args) => commands::studio::run(talk, args),
        Command::Base(args) => commands::base::run(talk, args),
        Command::Box(args) => commands::complaint::run(talk, args),
        Command::Board(args) => commands::board::run(talk, args),
        Command::Report(args) => commands::report::run(talk, args),
        Command::Device(args) => commands::device::run(talk, args),
        Command::Roster(args) => commands::roster::run(talk, args),
        Command::Visit(args) => commands::visit::run(talk, args),
        Command::Diary(args) => commands::diary::run(talk, args),
        Command::Print(what) => commands::print::run(talk, what),
        Command::Meeting(args) => commands::meeting::run(talk, args),
        Command::Bench(args) => bench::run(talk, args),
        Command::Sim(args) => commands::sim::run(talk, args),
    }
}
