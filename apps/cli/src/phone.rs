//! A member's phone on this machine: the SDK on a SQLite file, with a plain HTTP line to the township.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lianhu_core::DeviceMillis;
use lianhu_crypto::Suite;
use lianhu_device::{
    Answer, ENROL_PATH, EnrolReply, EnrolRequest, NotAnEnrolment, PublicKey, SIGNATURE_HEADER, SYNC_PATH, Signature,
    Surroundings, Transport, TransportError, Workbook, WorkbookError,
};
use lianhu_store::{Lock, OpenError, Phone, PhoneOptions, Pin};
use lianhu_sync::limits::MAX_BODY_BYTES;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::args::PinArgs;
use crate::commands::key_of;
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::trouble::{line_failure, lost_key, no_workbook, open_failure};

pub use crate::trouble::{sync_failure, workbook_failure};

/// How long a request may take. A village's line is slow: 50 kbit/s moves 256 KiB in 40 seconds.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Where systems keep the certificates of the authorities they believe.
const SYSTEM_CA: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The certificates in some PEM; what is none is passed over.
fn authorities(pem: &[u8]) -> Vec<Certificate<'static>> {
    let items = parse_pem(pem).filter_map(Result::ok);
    items.filter_map(|item| if let PemItem::Certificate(found) = item { Some(found) } else { None }).collect()
}

/// A workbook on this machine.
pub type FileWorkbook<X = System> = Workbook<Phone, X>;

/// This machine's clock and dice.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Surroundings for System {
    fn now(&self) -> DeviceMillis {
        DeviceMillis(chrono::Utc::now().timestamp_millis())
    }

    fn random(&mut self) -> [u8; 16] {
        // Version 4 leaves 122 bits to chance, from the operating system's source.
        uuid::Uuid::new_v4().into_bytes()
    }
}

/// A line to one township.
#[derive(Clone, Debug)]
pub struct Line {
    agent: Agent,
    server: String,
}

impl Line {
    /// A line to a server such as `http://127.0.0.1:8630`, or `https://…` whose certificate one of this machine's
    /// authorities has signed. Nothing is sent yet.
    pub fn to(server: &str) -> Self {
        Line::by(server, &[])
    }

    /// The same, believing the authorities in a PEM file: a township may have one of its own.
    pub fn to_with_ca(server: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        let unusable = |why: String| {
            Failure::new(Kind::Input, (format!("证书文件用不了（{why}）"), format!("the file of certificates: {why}")))
        };
        let Some(ca) = ca else { return Ok(Line::to(server)) };
        let authorities = authorities(&std::fs::read(ca).map_err(|why| unusable(why.to_string()))?);
        if authorities.is_empty() {
            return Err(unusable("PEM".to_owned()));
        }
        Ok(Line::by(server, &authorities))
    }

    fn by(server: &str, own: &[Certificate<'static>]) -> Self {
        let of_this_machine = if own.is_empty() && server.starts_with("https:") {
            SYSTEM_CA.iter().find_map(|path| std::fs::read(path).ok()).map(|pem| authorities(&pem)).unwrap_or_default()
        } else {
            own.to_vec()
        };
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::new_with_certs(&of_this_machine))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            // A redirection could lead from https to http, or to somebody else.
            .max_redirects(0)
            .tls_config(tls)
            .build();
        Line { agent: config.into(), server: server.trim_end_matches('/').to_owned() }
    }

    /// Posts bytes and gives the answer's; an error answer comes with its stable code.
    fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, TransportError> {
        let unreachable = |why: ureq::Error| TransportError::Unreachable(why.to_string());
        let mut request = self.agent.post(format!("{}{path}", self.server));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send(body).map_err(unreachable)?;
        let status = answer.status().as_u16();
        let signature = answer.headers().get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
        let signature = signature.and_then(Signature::from_header);
        let body =
            answer.body_mut().with_config().limit(MAX_BODY_BYTES as u64 * 8).read_to_vec().map_err(unreachable)?;
        if status == 200 {
            return Ok(Answer { body, signature });
        }
        let told: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = told.get("code").and_then(|code| code.as_str()).unwrap_or("unknown").to_owned();
        let signed = signature.is_some().then_some(Answer { body, signature });
        Err(TransportError::Answered { status, code, signed })
    }

    /// Asks the office's JSON.
    pub fn get_json(&self, path: &str) -> Result<serde_json::Value, TransportError> {
        let unreachable = |why: ureq::Error| TransportError::Unreachable(why.to_string());
        let mut answer = self.agent.get(format!("{}{path}", self.server)).call().map_err(unreachable)?;
        let body =
            answer.body_mut().with_config().limit(MAX_BODY_BYTES as u64 * 8).read_to_vec().map_err(unreachable)?;
        serde_json::from_slice(&body).map_err(|why| TransportError::Unreachable(why.to_string()))
    }

    /// The key the township answers with, before anything is told it.
    pub fn township_key(&self) -> Result<PublicKey, Failure> {
        let told = self.get_json("/v1/township").map_err(|why| line_failure(&why))?;
        key_of(&told).ok_or_else(|| {
            Failure::new(Kind::Network, ("对方不是镇服务器", "that is no township's server"))
                .hint(("请核对地址", "check the address"))
        })
    }

    /// Posts JSON to the office and gives its answer.
    pub fn post_json(&self, path: &str, body: &serde_json::Value) -> Result<serde_json::Value, TransportError> {
        let body = self.post(path, &[("content-type", "application/json")], body.to_string().as_bytes())?.body;
        serde_json::from_slice(&body).map_err(|why| TransportError::Unreachable(why.to_string()))
    }

    /// Enrols a device with a one-time code: a new one ([`NewDevice::enrolment`]) or one that has a workbook already.
    pub fn enrol(&self, request: Result<EnrolRequest, NotAnEnrolment>) -> Result<EnrolReply, Failure> {
        let request =
            request.map_err(|why| Failure::new(Kind::Input, (format!("代码不对（{why}）"), why.to_string())))?;
        let body = serde_json::to_vec(&request).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        let reply =
            self.post(ENROL_PATH, &[("content-type", "application/json")], &body).map_err(|why| line_failure(&why))?;
        serde_json::from_slice(&reply.body).map_err(|why| {
            let what = (format!("对方不是镇服务器（{why}）"), format!("that is no township's server: {why}"));
            Failure::new(Kind::Network, what).hint(("请核对地址", "check the address"))
        })
    }
}

impl Transport for Line {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        self.post(SYNC_PATH, &[(SIGNATURE_HEADER, &signature.to_header())], body)
    }
}

/// Opens the phone store at a path, or makes it, with the key in the file beside it.
pub fn open_store(path: &Path) -> Result<Phone, Failure> {
    open_store_with(path, None)
}

/// The same with a PIN, if there is one. For a store that is there: it has its suite already. An old plain one, from before
/// there was a suite to choose, is sealed here under the first.
pub fn open_store_with(path: &Path, pin: Option<Pin>) -> Result<Phone, Failure> {
    open_store_in(path, pin, Suite::default())
}

/// The same for a workbook that begins: it is never plain, and is sealed under its township's suite. A store that is sealed
/// keeps the suite it has; what is in it is opened on this phone alone, so it need not be the township's.
pub fn open_store_in(path: &Path, pin: Option<Pin>, suite: Suite) -> Result<Phone, Failure> {
    let Some(pin) = pin else { return open_by_key(path, suite) };
    Phone::open(path, sealed_in(suite, Lock::Pin(pin))).map_err(|why| open_failure(&why))
}

fn sealed_in(suite: Suite, lock: Lock) -> PhoneOptions {
    PhoneOptions { suite, ..PhoneOptions::new(lock) }
}

/// The PIN that was given, if one was: in a file, or in the environment, where other users of this machine do not see it.
pub fn pin(args: &PinArgs) -> Result<Option<Pin>, Failure> {
    match &args.pin_file {
        Some(file) => pin_in(file).map(Some),
        None => std::env::var("LIANHU_PIN").ok().map(|said| pin_of(&said)).transpose(),
    }
}

/// The PIN in a file.
pub fn pin_in(file: &Path) -> Result<Pin, Failure> {
    pin_of(&std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?)
}

fn pin_of(said: &str) -> Result<Pin, Failure> {
    Pin::new(said).map_err(|why| Failure::new(Kind::Input, ("PIN 至少六位", why.to_string())))
}

/// What opens a workbook now: the PIN that was given, or the key in the file beside it.
pub fn lock_of(path: &Path, pin: Option<Pin>) -> Result<Lock, Failure> {
    match pin {
        Some(pin) => Ok(Lock::Pin(pin)),
        None => keys::existing(&keys::beside(path)).map(Lock::Keystore),
    }
}

fn open_by_key(path: &Path, suite: Suite) -> Result<Phone, Failure> {
    let file = keys::beside(path);
    let (key, made) = match keys::read(&file)? {
        Some(key) => (key, false),
        None => (keys::make(&file)?, true),
    };
    Phone::open(path, sealed_in(suite, Lock::Keystore(key))).map_err(|why| {
        let sealed = matches!(why, OpenError::WrongKey { .. } | OpenError::OtherLock { .. });
        if made {
            // Nothing is sealed by it.
            let _ = std::fs::remove_file(&file);
        }
        if made && sealed { lost_key(&why, &file) } else { open_failure(&why) }
    })
}

/// Opens a workbook that was enrolled before. A store that was copied or restored takes a fresh name to write under.
/// Where there is no file, none is made.
pub fn open_workbook<X: Surroundings>(path: &Path, surroundings: X) -> Result<FileWorkbook<X>, Failure> {
    open_workbook_with(path, None, surroundings)
}

/// The same with a PIN, if there is one.
pub fn open_workbook_with<X: Surroundings>(
    path: &Path,
    pin: Option<Pin>,
    surroundings: X,
) -> Result<FileWorkbook<X>, Failure> {
    if !path.exists() {
        return Err(no_workbook());
    }
    workbook_on(open_store_with(path, pin)?, surroundings)
}

/// The workbook in a store that is open.
pub(crate) fn workbook_on<X: Surroundings>(store: Phone, surroundings: X) -> Result<FileWorkbook<X>, Failure> {
    let copied = store.looks_copied();
    let mut workbook = Workbook::open(store, surroundings).map_err(|why| workbook_failure(&why))?;
    if copied {
        workbook.fresh_incarnation().map_err(|why| workbook_failure(&why))?;
        workbook.store_mut().settle_copy().map_err(|why| workbook_failure(&WorkbookError::Store(why)))?;
    }
    Ok(workbook)
}
