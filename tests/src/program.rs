//! The program as a person starts it: commands that end, and a server that stays until it is stopped.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use serde_json::Value;

/// How long the server may take to answer before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Settings of whoever runs the tests must not reach the program.
const SETTINGS: [&str; 8] = [
    "LIANHU_CA",
    "LIANHU_DIR",
    "LIANHU_KEY_FILE",
    "LIANHU_LANG",
    "LIANHU_LISTEN",
    "LIANHU_LOG",
    "LIANHU_PIN",
    "LIANHU_WORKBOOK",
];

/// Where the program lies: in the target folder, above this test program.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let beside = here.parent().unwrap();
    let folder = if beside.ends_with("deps") { beside.parent().unwrap() } else { beside };
    let program = folder.join(format!("lianhu{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "the program to test is not there yet ({}): build it with `cargo build --package lianhu`, or run `cargo xtask test`",
        program.display()
    );
    program
}

fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for setting in SETTINGS {
        command.env_remove(setting);
    }
    command
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs `lianhu` with `--json`, in English, and waits until it ends.
pub(crate) fn lianhu(args: &[&str]) -> Told {
    told(clean(program()).args(["--json", "--lang", "en"]).args(args))
}

/// Runs `lianhu` as above, and whatever of it keeps a journal says as much as this level asks for.
pub(crate) fn lianhu_that_logs(level: &str, args: &[&str]) -> Told {
    told(clean(program()).env("LIANHU_LOG", level).args(["--json", "--lang", "en"]).args(args))
}

fn told(command: &mut Command) -> Told {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what the program prints is UTF-8");
    Told { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `lianhu` as above and ends it at a moment as a power cut would, unless it has ended by itself before.
pub(crate) fn lianhu_killed_at(moment: Duration, args: &[&str]) -> Told {
    let mut command = clean(program());
    command.args(["--json", "--lang", "en"]).args(args).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let everything = |pipe: &mut dyn Read| {
        let mut said = Vec::new();
        pipe.read_to_end(&mut said).unwrap();
        String::from_utf8_lossy(&said).into_owned()
    };
    std::thread::scope(|scope| {
        let (running, ended) = mpsc::channel::<()>();
        let out = scope.spawn(move || {
            let said = everything(&mut out);
            drop(running);
            said
        });
        let err = scope.spawn(move || everything(&mut err));
        if ended.recv_timeout(moment) == Err(RecvTimeoutError::Timeout) {
            child.kill().unwrap();
        }
        Told { code: child.wait().unwrap().code(), out: out.join().unwrap(), err: err.join().unwrap() }
    })
}

/// Runs `lianhu` as above where no file may grow beyond so many bytes.
#[cfg(unix)]
pub(crate) fn lianhu_in_little_room(bytes: u64, args: &[&str]) -> Told {
    told(in_little_room(bytes).args(["--json", "--lang", "en"]).args(args))
}

/// The program where no file may grow beyond so many bytes: to it, this is a disk with no room left. The system would
/// end a program that writes too much; the shell has it fail instead.
#[cfg(unix)]
fn in_little_room(bytes: u64) -> Command {
    let mut shell = clean("sh");
    let blocks = (bytes / 512).to_string();
    shell.args(["-c", "trap '' XFSZ; ulimit -f \"$0\" && exec \"$@\"", &blocks]).arg(program());
    shell
}

impl Told {
    /// How it ended: with this code, or killed.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// The object it printed, if it came so far.
    pub(crate) fn said(&self) -> Option<Value> {
        let whole = self.out.ends_with('\n').then(|| self.out.lines().last())?;
        serde_json::from_str(whole?).ok()
    }

    /// Whether it broke instead of answering.
    pub(crate) fn broke(&self) -> bool {
        self.err.contains("panicked")
    }

    /// Everything it said, to people and to scripts.
    pub(crate) fn talk(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// It did what it was asked; the object a script reads.
    #[track_caller]
    pub(crate) fn done(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.object()
    }

    /// The last line of stdout, which is one JSON object.
    #[track_caller]
    pub(crate) fn object(&self) -> Value {
        let last = self.out.lines().last().unwrap_or_default();
        let object: Value = serde_json::from_str(last).unwrap_or_else(|why| panic!("{why}: {self:?}"));
        assert!(object.is_object(), "{self:?}");
        object
    }

    /// It failed with this code, said what to do next, and printed no data; what it said.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains("\n  → "), "no hint: {self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        assert_eq!(self.out, "", "data although it failed");
        &self.err
    }
}

/// A running `lianhu serve`; what it says goes to a file beside its folder.
pub(crate) struct Server {
    child: Child,
    talk: PathBuf,
    /// Where it listens, such as `http://127.0.0.1:45678`.
    pub(crate) address: String,
}

impl Server {
    /// Serves a folder on a free port.
    pub(crate) fn start(dir: &Path) -> Self {
        Server::start_with(dir, &["--listen", "127.0.0.1:0"])
    }

    /// Serves a folder where it was served before, for phones that remember the address.
    pub(crate) fn start_at(dir: &Path, address: &str) -> Self {
        Server::start_with(dir, &["--listen", address.trim_start_matches("http://")])
    }

    /// Serves a folder with more arguments.
    pub(crate) fn start_with(dir: &Path, more: &[&str]) -> Self {
        Server::of(clean(program()), dir, more)
    }

    /// Serves a folder on a free port, with a journal of this level.
    pub(crate) fn start_that_logs(dir: &Path, level: &str) -> Self {
        let mut command = clean(program());
        command.env("LIANHU_LOG", level);
        Server::of(command, dir, &["--listen", "127.0.0.1:0"])
    }

    /// Serves a folder where it was served before, in which no file may grow beyond so many bytes.
    #[cfg(unix)]
    pub(crate) fn start_in_little_room(dir: &Path, address: &str, bytes: u64) -> Self {
        Server::of(in_little_room(bytes), dir, &["--listen", address.trim_start_matches("http://")])
    }

    fn of(mut command: Command, dir: &Path, more: &[&str]) -> Self {
        let talk = dir.with_extension("talk");
        let mut child = command
            .args(["--json", "--lang", "en", "serve", "--office", "this-machine", "--until-stdin-closes", "--dir"])
            .arg(dir)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&talk).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|why| {
            _ = child.kill();
            panic!("the server did not start ({why}): {}", std::fs::read_to_string(&talk).unwrap_or_default())
        });
        let address = told["address"].as_str().unwrap().to_owned();
        assert_eq!(told["office"], format!("{address}/office/"));
        Server { child, talk, address }
    }

    /// The most memory it ever held, in MiB; `None` where the system does not tell.
    pub(crate) fn peak_mib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib / 1024)
    }

    /// What it has said so far.
    pub(crate) fn talk(&self) -> String {
        std::fs::read_to_string(&self.talk).unwrap()
    }

    /// Where it listens, for a line of one's own.
    pub(crate) fn socket_address(&self) -> SocketAddr {
        self.address.trim_start_matches("http://").parse().unwrap()
    }

    /// A bare line to it.
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.socket_address()).unwrap()
    }

    /// The whole answer to a head and a body that are sent as they are.
    pub(crate) fn raw(&self, head: &str, body: &[u8]) -> Vec<u8> {
        let mut line = self.connect();
        // Nobody waits for ever, not even a test that goes wrong.
        line.set_read_timeout(Some(PATIENCE)).unwrap();
        line.write_all(head.replace('\n', "\r\n").as_bytes()).unwrap();
        line.write_all(body).unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        answer
    }

    /// The office's JSON.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let mut answer = agent().get(format!("{}{path}", self.address)).call().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Posts and gives the status and the JSON of the answer.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Value) {
        let mut request = agent().post(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send(body).unwrap();
        let mut told = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut told).unwrap();
        (answer.status().as_u16(), serde_json::from_slice(&told).unwrap_or_default())
    }

    /// All rows of a list, each by the names of its columns.
    pub(crate) fn list(&self, view: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let page = self.get(&format!("/office/v1/lists/{view}?offset={}", rows.len()));
            let columns = page["columns"].as_array().unwrap();
            let named = |row: &Value| {
                let cells = columns.iter().zip(row.as_array().unwrap());
                cells.map(|(column, cell)| (column.as_str().unwrap().to_owned(), cell.clone())).collect::<Value>()
            };
            rows.extend(page["rows"].as_array().unwrap().iter().map(named));
            let total = page["total"].as_u64().unwrap();
            if rows.len() as u64 >= total {
                assert_eq!(rows.len() as u64, total, "{view}");
                return rows;
            }
            assert_ne!(page["rows"], serde_json::json!([]), "{view} ends before its total");
        }
    }

    /// Asks it to stop, politely, and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.child.wait().unwrap()
    }

    /// Ends it as a power cut would: it gets no chance to finish anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    /// A test that fails leaves no server behind.
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
