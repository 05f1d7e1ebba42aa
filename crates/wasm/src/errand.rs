//! What takes a line to the township: enrolling and syncing, step by step. Whoever holds the line posts what a step says and
//! hands in what came back; it knows no path, no header and no order of things.

use lianhu_crypto::{Suite, SymmetricKey};
use lianhu_device::{
    Answer, ENROL_PATH, EnrolReply, EnrolRequest, KnownTownship, NewDevice, NotAnEnrolment, Outgoing, PublicKey,
    SIGNATURE_HEADER, SYNC_PATH, Signature, Step as SyncStep, Surroundings, TransportError, Workbook,
};
use lianhu_store::{Lock, Phone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{ApiError, not_this_township};
use crate::handbook::{Handbook, parse_pin};
use crate::{call, invitation, view};

const JSON: &str = "application/json";
/// Where a township says by which key it is known.
const TOWNSHIP_PATH: &str = "/v1/township";
/// What a phone is called if nobody says.
const DEVICE_NAME: &str = "手机";

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// Post this and hand in what comes back.
    Send(Sending),
    /// It is over; the answer for the page.
    Done(Value),
    /// It is over, and nothing came of it.
    Failed(ApiError),
}

/// What is to be sent.
#[derive(Debug, Serialize)]
pub struct Sending {
    /// GET or POST.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for a GET.
    #[serde(skip)]
    pub body: Vec<u8>,
    /// The header of the answer to hand in with it.
    pub signature_header: &'static str,
    /// The most bytes of an answer that are worth taking.
    pub at_most: usize,
}

/// Where an errand stands.
pub(crate) enum Errand {
    /// The township is asked for its key, before a code is given away.
    Meeting(Enrolling),
    /// The code is given.
    Enrolling(Enrolling),
    /// A workbook begun without a line meets its township.
    MeetingFirst,
    /// And enrols.
    EnrollingFirst,
    /// A sync is under way.
    Syncing,
}

/// An enrolment under way.
pub(crate) struct Enrolling {
    door: Door,
    lock: Lock,
    by_pin: bool,
    name: String,
    /// A device of nobody's yet, with its store; none where a workbook is here already.
    new: Option<(NewDevice, Phone)>,
    key: Option<PublicKey>,
}

/// Where to enrol, and which key the township there must have, if that is known.
struct Door {
    server: String,
    code: String,
    key: Option<PublicKey>,
    fingerprint: Option<String>,
}

/// What the page says to enrol.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EnrolArgs {
    invitation: Option<String>,
    server: Option<String>,
    code: Option<String>,
    fingerprint: Option<String>,
    offline: bool,
    pin: Option<String>,
    device_name: Option<String>,
}

impl Errand {
    pub(crate) fn begin<X: Surroundings + Clone>(
        handbook: &mut Handbook<X>,
        name: &str,
        args: &str,
        key: Option<[u8; 32]>,
    ) -> Result<Step, ApiError> {
        handbook.errand = None;
        match name {
            "enrol" => begin_enrol(handbook, &call::parse(args)?, key),
            "sync" => begin_sync(handbook),
            _ => Err(ApiError::bad_call("there is no such errand")),
        }
    }

    pub(crate) fn go_on<X: Surroundings + Clone>(
        handbook: &mut Handbook<X>,
        status: u16,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Step, ApiError> {
        let errand = handbook.errand.take().ok_or_else(|| ApiError::bad_call("nothing was asked"))?;
        if let Errand::Syncing = errand {
            return absorb(handbook, status, signature, body);
        }
        if status != 200 {
            return Err(TransportError::Answered { status, code: code_in(body), signed: None }.into());
        }
        match errand {
            Errand::Meeting(enrolling) => meet(handbook, enrolling, body),
            Errand::Enrolling(enrolling) => enrolled(handbook, enrolling, body),
            Errand::MeetingFirst => meet_first(handbook, body),
            Errand::EnrollingFirst | Errand::Syncing => {
                let reply = reply(body)?;
                handbook.open_book()?.enrolled(reply)?;
                send_sync(handbook)
            }
        }
    }

    pub(crate) fn give_up<X: Surroundings + Clone>(handbook: &mut Handbook<X>, why: &str) -> Result<Step, ApiError> {
        let unreachable = TransportError::Unreachable(why.to_owned());
        match handbook.errand.take() {
            Some(Errand::Syncing) => {
                let step = handbook.open_book()?.absorb_failure(unreachable)?;
                next(handbook, step)
            }
            _ => Err(unreachable.into()),
        }
    }
}

fn begin_enrol<X: Surroundings + Clone>(
    handbook: &mut Handbook<X>,
    args: &EnrolArgs,
    key: Option<[u8; 32]>,
) -> Result<Step, ApiError> {
    let by_pin = args.pin.is_some();
    let lock = match &args.pin {
        Some(pin) => Lock::Pin(parse_pin(pin)?),
        None => Lock::Keystore(SymmetricKey(key.ok_or_else(|| ApiError::bad_call("neither a PIN nor a key"))?)),
    };
    let name = args.device_name.clone().unwrap_or_else(|| DEVICE_NAME.to_owned());
    if args.offline {
        return begin_offline(handbook, args, lock, by_pin);
    }
    let door = Door::of(args)?;
    let url = address(&door.server, TOWNSHIP_PATH)?;
    handbook.errand = Some(Errand::Meeting(Enrolling { door, lock, by_pin, name, new: None, key: None }));
    Ok(get(url))
}

/// Begins without a line, by an invitation that was shown at the office.
fn begin_offline<X: Surroundings + Clone>(
    handbook: &mut Handbook<X>,
    args: &EnrolArgs,
    lock: Lock,
    by_pin: bool,
) -> Result<Step, ApiError> {
    let invitation = invitation::of(args.invitation.as_deref().unwrap_or_default())?;
    if invitation.holder.is_none() {
        return Err(ApiError::new(
            "names_nobody",
            "这个邀请没有写明是谁的手机，要联网登记",
            "the invitation does not say whose phone it will be: enrol with a line",
        ));
    }
    let key = PublicKey(invitation.key().map_err(|_| invitation::not_an_invitation())?);
    let known = KnownTownship { key, number: invitation.key_number };
    if handbook.book.is_some() {
        return Err(ApiError::not_ready());
    }
    let store = handbook.store(lock, known.key.0.suite())?;
    let book = Workbook::create_offline(store, handbook.surroundings(), &invitation, &known)?;
    handbook.take_book(book, by_pin);
    Ok(Step::Done(json!({
        "name": "", "township": "", "fingerprint": known.key.fingerprint(), "compare": false,
    })))
}

impl Door {
    fn of(args: &EnrolArgs) -> Result<Self, ApiError> {
        if let Some(text) = &args.invitation {
            let invitation = invitation::of(text)?;
            let key = invitation.key().map_err(|_| invitation::not_an_invitation())?;
            return Ok(Door {
                server: invitation.server,
                code: invitation.code,
                key: Some(PublicKey(key)),
                fingerprint: None,
            });
        }
        let server = args.server.clone().filter(|server| !server.trim().is_empty());
        let code = args.code.clone().ok_or(NotAnEnrolment::Code)?;
        Ok(Door {
            server: server.ok_or_else(bad_server)?,
            code,
            key: None,
            fingerprint: args.fingerprint.clone().filter(|said| !said.trim().is_empty()),
        })
    }

    /// Whether a township's key is the one that is meant.
    fn is_meant(&self, key: &PublicKey) -> bool {
        let plain = |said: &str| said.split_whitespace().collect::<String>().to_lowercase();
        let said = self.fingerprint.as_ref().is_none_or(|said| plain(said) == plain(&key.fingerprint()));
        said && self.key.as_ref().is_none_or(|known| known == key)
    }
}

/// The township has told its key: the place comes before the code, which is good once.
fn meet<X: Surroundings + Clone>(
    handbook: &mut Handbook<X>,
    mut enrolling: Enrolling,
    body: &[u8],
) -> Result<Step, ApiError> {
    let key = key_in(body)?;
    if !enrolling.door.is_meant(&key) {
        return Err(not_this_township());
    }
    let request = match &handbook.book {
        Some(book) => book.enrolment(&enrolling.door.code, &enrolling.name)?,
        None => {
            let device = NewDevice::generate_in(key.0.suite(), &mut handbook.surroundings());
            let request = device.enrolment(&enrolling.door.code, &enrolling.name)?;
            enrolling.new = Some((device, handbook.store(enrolling.lock.clone(), key.0.suite())?));
            request
        }
    };
    let step = post_json(&enrolling.door.server, &request)?;
    enrolling.key = Some(key);
    handbook.errand = Some(Errand::Enrolling(enrolling));
    Ok(step)
}

fn enrolled<X: Surroundings + Clone>(
    handbook: &mut Handbook<X>,
    enrolling: Enrolling,
    body: &[u8],
) -> Result<Step, ApiError> {
    let reply = reply(body)?;
    if reply.township_key.is_none() || reply.township_key != enrolling.key {
        return Err(not_this_township());
    }
    let fingerprint = enrolling.key.as_ref().map(PublicKey::fingerprint).unwrap_or_default();
    let compare = enrolling.door.key.is_none() && enrolling.door.fingerprint.is_none();
    let told = json!({
        "name": reply.name, "township": reply.township, "fingerprint": fingerprint, "compare": compare,
    });
    match enrolling.new {
        Some((device, store)) => {
            let surroundings = handbook.surroundings();
            let book = Workbook::create_enrolled(store, surroundings, device, reply, &enrolling.door.server)?;
            handbook.take_book(book, enrolling.by_pin);
        }
        None => handbook.open_book()?.enrolled(reply)?,
    }
    Ok(Step::Done(told))
}

fn begin_sync<X: Surroundings + Clone>(handbook: &mut Handbook<X>) -> Result<Step, ApiError> {
    let book = handbook.open_book()?;
    if book.awaited_enrolment(DEVICE_NAME).is_none() {
        return send_sync(handbook);
    }
    let url = address(&book.owner().server, TOWNSHIP_PATH)?;
    handbook.errand = Some(Errand::MeetingFirst);
    Ok(get(url))
}

fn meet_first<X: Surroundings + Clone>(handbook: &mut Handbook<X>, body: &[u8]) -> Result<Step, ApiError> {
    let key = key_in(body)?;
    let book = handbook.open_book()?;
    if book.township().is_some_and(|known| known.key != key) {
        return Err(not_this_township());
    }
    let request = book.awaited_enrolment(DEVICE_NAME).ok_or_else(ApiError::not_ready)??;
    let step = post_json(&book.owner().server.clone(), &request)?;
    handbook.errand = Some(Errand::EnrollingFirst);
    Ok(step)
}

fn send_sync<X: Surroundings + Clone>(handbook: &mut Handbook<X>) -> Result<Step, ApiError> {
    let outgoing = handbook.open_book()?.begin_sync()?;
    send(handbook, outgoing)
}

fn absorb<X: Surroundings + Clone>(
    handbook: &mut Handbook<X>,
    status: u16,
    signature: Option<&str>,
    body: &[u8],
) -> Result<Step, ApiError> {
    let signature = signature.and_then(Signature::from_header);
    let answer = Answer { body: body.to_vec(), signature };
    let book = handbook.open_book()?;
    let step = if status == 200 {
        book.absorb_reply(&answer)?
    } else {
        let signed = answer.signature.is_some().then_some(answer);
        book.absorb_failure(TransportError::Answered { status, code: code_in(body), signed })?
    };
    next(handbook, step)
}

fn next<X: Surroundings + Clone>(handbook: &mut Handbook<X>, step: SyncStep) -> Result<Step, ApiError> {
    match step {
        SyncStep::Send(outgoing) => send(handbook, outgoing),
        SyncStep::Done(report) => Ok(Step::Done(view::report(&report))),
    }
}

fn send<X: Surroundings + Clone>(handbook: &mut Handbook<X>, outgoing: Outgoing) -> Result<Step, ApiError> {
    let url = address(&handbook.open_book()?.owner().server, SYNC_PATH)?;
    handbook.errand = Some(Errand::Syncing);
    let headers = vec![
        ("content-type", "application/octet-stream".to_owned()),
        (SIGNATURE_HEADER, outgoing.signature.to_header()),
    ];
    Ok(sending("POST", url, headers, outgoing.body))
}

fn get(url: String) -> Step {
    sending("GET", url, Vec::new(), Vec::new())
}

fn post_json(server: &str, request: &EnrolRequest) -> Result<Step, ApiError> {
    let body = serde_json::to_vec(request).map_err(|why| ApiError::bad_call(why.to_string()))?;
    Ok(sending("POST", address(server, ENROL_PATH)?, vec![("content-type", JSON.to_owned())], body))
}

fn sending(method: &'static str, url: String, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Step {
    let at_most = lianhu_sync::limits::MAX_BODY_BYTES * 8;
    Step::Send(Sending { method, url, headers, body, signature_header: SIGNATURE_HEADER, at_most })
}

/// An address at a township's server. Nothing but the web is spoken to.
fn address(server: &str, path: &str) -> Result<String, ApiError> {
    let server = server.trim().trim_end_matches('/');
    if !(server.starts_with("https://") || server.starts_with("http://")) {
        return Err(bad_server());
    }
    Ok(format!("{server}{path}"))
}

fn bad_server() -> ApiError {
    let error = ApiError::new("bad_server", "服务器地址不对", "that is no address of a server");
    ApiError { field: Some("server"), ..error }.hint("地址以 https:// 开头", "an address begins with https://")
}

/// The stable code in an error's JSON.
fn code_in(body: &[u8]) -> String {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    told.get("code").and_then(Value::as_str).unwrap_or("unknown").to_owned()
}

/// The key in what a township tells of itself.
fn key_in(body: &[u8]) -> Result<PublicKey, ApiError> {
    let told: Value = serde_json::from_slice(body).map_err(|_| no_township())?;
    let key = told.get("township_key").cloned().and_then(|key| serde_json::from_value::<PublicKey>(key).ok());
    let suite = told.get("suite").and_then(Value::as_str);
    let suite = Suite::ALL.iter().find(|known| Some(known.code()) == suite);
    key.filter(|key| suite == Some(&key.0.suite())).ok_or_else(no_township)
}

fn reply(body: &[u8]) -> Result<EnrolReply, ApiError> {
    serde_json::from_slice(body).map_err(|_| no_township())
}

fn no_township() -> ApiError {
    ApiError::new("no_township", "对方不是镇服务器", "that is no township's server")
        .hint("请核对地址", "check the address")
}
