//! A slow line where the kernel cannot make one: socat brings every packet to this program, which holds it back as long as
//! the line would, and loses some.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::{ENDS, NAMES, ROUND_TRIP_MS};

/// Bits in a second, each way.
const RATE: f64 = 50_000.0;
/// The largest packet of a TUN device, and its header.
const PACKET: usize = 2_048;
/// How long the two ends may take to appear, in steps of a tenth of a second.
const STEPS: u32 = 100;

/// One packet in so many thousand is lost; this many means that the line is quick and loses none.
const QUICK: u32 = u32::MAX;

/// Two ends, and the threads between them. It goes when this goes.
pub(super) struct Relay {
    ends: Vec<Child>,
    folder: PathBuf,
    loss_per_mille: Arc<AtomicU32>,
}

impl Relay {
    /// Lays the line into the namespace, which is there; it is quick at first.
    pub(super) fn lay() -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("lianhu-relay-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let loss_per_mille = Arc::new(AtomicU32::new(QUICK));
        let mut relay = Relay { ends: Vec::new(), folder, loss_per_mille };
        let socket = |end: usize| UnixDatagram::bind(relay.folder.join(format!("relay{end}")));
        let sockets = [socket(0), socket(1)].map(|made| made.map(Arc::new));
        let [Ok(township), Ok(phone)] = sockets else { return Err("no socket could be made".to_owned()) };
        for end in [0, 1] {
            let child = relay.end(end)?;
            relay.ends.push(child);
        }
        for (from, to, name) in [(&township, &phone, "tun1"), (&phone, &township, "tun0")] {
            relay.carry(Arc::clone(from), Arc::clone(to), relay.folder.join(name));
        }
        relay.wait_until_up()?;
        Ok(relay)
    }

    /// socat, with a TUN device on one side and our socket on the other.
    fn end(&self, end: usize) -> Result<Child, String> {
        let [namespace, here, there] = NAMES;
        let [township, phone] = ENDS;
        let (address, device) = if end == 0 { (township, here) } else { (phone, there) };
        let file = |name: &str| self.folder.join(format!("{name}{end}")).display().to_string();
        let mut command = Command::new(if end == 0 { "socat" } else { "ip" });
        if end == 1 {
            command.args(["netns", "exec", namespace, "socat"]);
        }
        command
            .arg(format!("TUN:{address}/30,tun-name={device},iff-no-pi,iff-up"))
            .arg(format!("UNIX-SENDTO:{},bind={}", file("relay"), file("tun")))
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().map_err(|why| format!("socat: {why}"))
    }

    /// Takes packets at one end, and gives them out at the other when the line would.
    fn carry(&self, from: Arc<UnixDatagram>, to: Arc<UnixDatagram>, name: PathBuf) {
        let (on_the_way, arriving) = channel::<(Instant, Vec<u8>)>();
        let loss = Arc::clone(&self.loss_per_mille);
        thread::spawn(move || {
            let mut dice: u64 = 0x9e37_79b9_7f4a_7c15;
            let (mut packet, mut free) = ([0; PACKET], Instant::now());
            while let Ok(length) = from.recv(&mut packet) {
                let now = Instant::now();
                let loss = loss.load(Ordering::Relaxed);
                let mut arrives = now;
                if loss != QUICK {
                    dice ^= dice << 13;
                    dice ^= dice >> 7;
                    dice ^= dice << 17;
                    free = free.max(now) + Duration::from_secs_f64(length as f64 * 8.0 / RATE);
                    arrives = free + Duration::from_millis(ROUND_TRIP_MS / 2);
                    if (dice >> 11) % 1_000 < u64::from(loss) {
                        continue;
                    }
                }
                let bytes = packet.iter().take(length).copied().collect();
                if on_the_way.send((arrives, bytes)).is_err() {
                    return;
                }
            }
        });
        thread::spawn(move || {
            while let Ok((arrives, bytes)) = arriving.recv() {
                while let Some(left) = arrives.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
                    thread::park_timeout(left);
                }
                // An end that has gone takes nothing any more.
                _ = to.send_to(&bytes, &name);
            }
        });
    }

    /// Makes it slow, with so much loss each way, or quick.
    pub(super) fn set(&self, loss_percent: Option<f64>) {
        let per_mille = loss_percent.map_or(QUICK, |percent| (percent * 10.0) as u32);
        self.loss_per_mille.store(per_mille, Ordering::Relaxed);
    }

    fn wait_until_up(&self) -> Result<(), String> {
        let [namespace, here, there] = NAMES;
        let is_up = |words: &[&str]| {
            let said = Command::new("ip").args(words).output();
            said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("10.77.61."))
        };
        for _ in 0..STEPS {
            let names = ["tun0", "tun1"].map(|name| Path::new(&self.folder).join(name).exists());
            if names == [true, true]
                && is_up(&["address", "show", "dev", here])
                && is_up(&["-n", namespace, "address", "show", "dev", there])
            {
                return Ok(());
            }
            thread::park_timeout(Duration::from_millis(100));
        }
        Err("socat did not lay the line".to_owned())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        for end in &mut self.ends {
            _ = end.kill();
            _ = end.wait();
        }
        _ = std::fs::remove_dir_all(&self.folder);
    }
}
