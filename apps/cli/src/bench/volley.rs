//! Requests that were written beforehand, sent as fast as a number of connections take them: what a server costs apart from
//! the phones. Every request has a connection of its own, as a phone that comes from nowhere.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lianhu_device::{Outgoing, SIGNATURE_HEADER, SYNC_PATH};
use lianhu_sync::message::Verdict;
use lianhu_sync::wire;

use crate::failure::{Failure, Kind};

/// What came back, summed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Volley {
    pub(super) requests: u64,
    pub(super) seconds: f64,
    pub(super) bytes_up: u64,
    pub(super) bytes_down: u64,
    /// Bytes of heads, both ways: what HTTP adds.
    pub(super) head_bytes: u64,
    pub(super) recorded: u64,
    /// Changes that were not recorded, and requests that were not answered with a reply.
    pub(super) failed: u64,
    /// Replies that were not the last word: the phone would have to ask again.
    pub(super) asked_again: u64,
}

impl Volley {
    fn add(&mut self, other: &Volley) {
        self.requests += other.requests;
        self.bytes_up += other.bytes_up;
        self.bytes_down += other.bytes_down;
        self.head_bytes += other.head_bytes;
        self.recorded += other.recorded;
        self.failed += other.failed;
        self.asked_again += other.asked_again;
    }
}

/// Sends them all to a server (`http://host:port`), `parallel` at a time.
pub(super) fn fire(server: &str, requests: &[Outgoing], parallel: usize) -> Result<Volley, Failure> {
    let host = server.trim_start_matches("http://");
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let mut sum = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..parallel)
            .map(|_| {
                scope.spawn(|| {
                    let mut sum = Volley::default();
                    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                        sum.add(&one(host, request)?);
                    }
                    Ok(sum)
                })
            })
            .collect();
        let mut sum = Volley::default();
        for hand in hands {
            let of_hand: std::io::Result<Volley> =
                hand.join().unwrap_or_else(|_| Err(std::io::Error::other("a thread of the bench died; this is a bug")));
            sum.add(&of_hand?);
        }
        Ok::<_, std::io::Error>(sum)
    })
    .map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
    sum.seconds = began.elapsed().as_secs_f64();
    Ok(sum)
}

fn one(host: &str, request: &Outgoing) -> std::io::Result<Volley> {
    let Outgoing { body, signature } = request;
    let mut message = format!(
        "POST {SYNC_PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/vnd.lianhu.sync\r\n{SIGNATURE_HEADER}: {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        signature.to_header(),
        body.len()
    )
    .into_bytes();
    let head = message.len();
    message.extend_from_slice(body);
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.write_all(&message)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let mut sum = Volley { requests: 1, bytes_up: body.len() as u64, ..Volley::default() };
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let (answer_head, reply) = answer.split_at(end);
    sum.head_bytes = (head + answer_head.len()) as u64;
    sum.bytes_down = reply.len() as u64;
    match (answer_head.get(9..12), wire::decode_reply(reply)) {
        (Some(b"200"), Ok(reply)) => {
            let recorded = reply.verdicts.iter().filter(|verdict| **verdict == Verdict::Recorded).count() as u64;
            sum.recorded = recorded;
            sum.failed = reply.verdicts.len() as u64 - recorded;
            sum.asked_again = u64::from(reply.more || reply.list_heads);
        }
        _ => sum.failed = 1,
    }
    Ok(sum)
}
