//! A township that listens, and a caller who speaks HTTP by hand, so that nothing between them can be too clever.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use lianhu_device::{SIGNATURE_HEADER, SYNC_PATH, Signature, Transport, TransportError};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::{Options, Town, listen};

/// A server on a port of its own; it stops when it is dropped.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// The office's door open on this machine.
    pub(super) fn of(town: &Arc<Town>) -> Self {
        Served::with(town, Options::THIS_MACHINE)
    }

    pub(super) fn with(town: &Arc<Town>, options: Options) -> Self {
        let town = Arc::clone(town);
        let (told, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listening = listen(town, "127.0.0.1:0".parse().unwrap(), options).await.unwrap();
                told.send(listening.address().unwrap()).unwrap();
                listening.run(async { _ = stopped.await }).await.unwrap();
            });
        });
        Served { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }

    /// Asks it to stop; it finishes what is under way.
    pub(super) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap();
        }
    }

    /// Opens a connection.
    pub(super) fn connect(&self) -> TcpStream {
        let line = TcpStream::connect(self.address).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        line
    }

    /// One request with these header lines, and its answer.
    pub(super) fn ask(&self, first_line: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut line = self.connect();
        let mut head = format!("{first_line} HTTP/1.1\r\nconnection: close\r\n");
        let named = |name: &str| headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        if !named("host") {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        if !named("content-length") {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        line.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        line.write_all(body).unwrap();
        Answer::read(&mut line)
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[], b"")
    }

    pub(super) fn post_json(&self, path: &str, body: &str) -> Answer {
        self.ask(&format!("POST {path}"), &[("content-type", "application/json")], body.as_bytes())
    }

    pub(super) fn sync(&self, body: &[u8], signature: &Signature) -> Answer {
        self.ask(&format!("POST {SYNC_PATH}"), &[(SIGNATURE_HEADER, &signature.to_header())], body)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server died");
        }
    }
}

impl Transport for &Served {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<lianhu_device::Answer, TransportError> {
        let answer = self.sync(body, signature);
        let signature = answer.header(SIGNATURE_HEADER).as_deref().and_then(Signature::from_header);
        let told = lianhu_device::Answer { body: answer.body.clone(), signature };
        match answer.status {
            200 => Ok(told),
            status => {
                let signed = told.signature.is_some().then_some(told);
                Err(TransportError::Answered { status, code: answer.code(), signed })
            }
        }
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads a head, and as much after it as the head says.
    pub(super) fn read(line: &mut TcpStream) -> Self {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            line.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: Vec::new() };
        answer.body = vec![0; answer.header("content-length").map_or(0, |length| length.parse().unwrap())];
        line.read_exact(&mut answer.body).unwrap();
        answer
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|why| panic!("{why}: {:?}", self.head))
    }

    /// The stable code of an error.
    pub(super) fn code(&self) -> String {
        let told = self.json();
        assert!(!told["message"].as_str().unwrap().is_empty());
        told["code"].as_str().unwrap().to_owned()
    }

    pub(super) fn header(&self, wanted: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
    }
}
