//! The township's server as a process of its own, so that what it costs can be measured apart from the phones.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::{Failure, Kind};

/// A running `lianhu serve`.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl Server {
    /// Starts this same program as a server on a free port of this machine, and waits until it listens.
    pub(crate) fn start(dir: &Path) -> Result<Self, Failure> {
        Server::start_with(dir, None)
    }

    /// The same, with the members' handbook from a folder.
    pub(crate) fn start_with(dir: &Path, web: Option<&Path>) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        let mut child = Command::new(program)
            .args([
                "--json",
                "serve",
                "--until-stdin-closes",
                "--listen",
                "127.0.0.1:0",
                "--office",
                "this-machine",
                "--dir",
            ])
            .arg(dir)
            .args(web.iter().flat_map(|web| ["--web".as_ref(), web.as_os_str()]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.as_mut() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let address = serde_json::from_str::<serde_json::Value>(&line)
            .ok()
            .and_then(|told| told.get("address").and_then(|address| address.as_str().map(str::to_owned)));
        match address {
            Some(address) => Ok(Server { child, address }),
            None => {
                _ = child.kill();
                _ = child.wait();
                Err(Failure::new(Kind::Failed, "the township's server did not start")
                    .hint("its own message is above; `lianhu serve` alone shows it again"))
            }
        }
    }

    /// What it has used so far; `None` where the system does not tell.
    pub(crate) fn usage(&self) -> Option<Usage> {
        Usage::of(self.child.id())
    }

    /// Waits until it ends by itself or Ctrl-C is pressed, and stops it then; the caller goes on and tidies up.
    pub(crate) fn wait(mut self) -> Result<(), Failure> {
        // Held open meanwhile: waiting for a child closes its stdin, and that would stop it.
        let open = self.child.stdin.take();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let mut ended = tokio::task::spawn_blocking(move || self.child.wait());
            tokio::select! {
                _ = &mut ended => {}
                _ = tokio::signal::ctrl_c() => {
                    drop(open);
                    _ = ended.await;
                }
            }
        });
        Ok(())
    }

    /// Asks it to stop and waits until every request under way is finished. The same happens when this process ends,
    /// however it ends: the server's stdin closes.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        self.child.wait()?;
        Ok(())
    }
}

/// What a process has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor time, user and system, in milliseconds.
    pub(crate) cpu_ms: f64,
    /// The most memory it ever held, in MiB.
    pub(crate) peak_rss_mib: f64,
}

impl Usage {
    /// What this program itself has used so far.
    pub(crate) fn of_this_program() -> Option<Self> {
        Usage::of(std::process::id())
    }

    fn of(pid: u32) -> Option<Self> {
        // The kernel counts in ticks of 10 ms on every Linux; fields 14 and 15 follow the command's name in brackets.
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let user: f64 = fields.next()?.parse().ok()?;
        let system: f64 = fields.next()?.parse().ok()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let peak: f64 = peak.trim().trim_end_matches(" kB").parse().ok()?;
        Some(Usage { cpu_ms: (user + system) * 10.0, peak_rss_mib: peak / 1024.0 })
    }
}
