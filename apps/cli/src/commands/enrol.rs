//! `lianhu device enrol`, `hand-over` and `renew-key`: whose a phone is, and by which keys it and its township know each other.

use std::path::Path;

use lianhu_crypto::Suite;
use lianhu_device::{Invitation, KnownTownship, NewDevice, PublicKey, Workbook, WorkbookError};
use lianhu_store::Pin;
use serde_json::json;

use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, System, open_store_in, open_store_with, open_workbook, workbook_failure};
use crate::talk::Talk;

/// What was typed after `enrol`.
pub(crate) struct Asked<'a> {
    pub(crate) server: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) fingerprint: Option<&'a str>,
    /// The authorities to believe about an https server, if not this machine's own.
    pub(crate) ca: Option<&'a Path>,
    /// What locks the workbook, if it is not to be a key in a file.
    pub(crate) pin: Option<Pin>,
}

/// Where to enrol, and which key the township there must have, if that is known.
struct Door {
    server: String,
    code: String,
    key: Option<PublicKey>,
}

impl Door {
    fn of(asked: &Asked<'_>) -> Result<Self, Failure> {
        if let Some(code) = asked.code {
            return Ok(Door { server: asked.server.to_owned(), code: code.to_owned(), key: None });
        }
        let invitation = invitation(asked.server)?;
        let key = invitation.key().map_err(|_| not_an_invitation())?;
        Ok(Door { server: invitation.server, code: invitation.code, key: Some(PublicKey(key)) })
    }

    /// Asks the township for its key before a code is given away, and compares it with what is known of it.
    fn meet(&self, line: &Line, fingerprint: Option<&str>) -> Result<PublicKey, Failure> {
        let key = line.township_key()?;
        let wanted = fingerprint.map(|said| said.split_whitespace().collect::<String>().to_lowercase());
        let is_wanted = wanted.is_none_or(|wanted| wanted == key.fingerprint().replace(' ', ""));
        if self.key.as_ref().is_some_and(|known| *known != key) || !is_wanted {
            let what = ("这不是那个镇的服务器：密钥对不上", "this is not that township's server: its key is another");
            return Err(Failure::new(Kind::Network, what).hint((
                "什么也没有发出。请向镇里核对：lianhu township key",
                "nothing was sent. Compare with the office: lianhu township key",
            )));
        }
        Ok(key)
    }
}

fn invitation(text: &str) -> Result<Invitation, Failure> {
    Invitation::from_text(text).map_err(|_| not_an_invitation())
}

fn not_an_invitation() -> Failure {
    Failure::new(Kind::Input, ("这不是完整的邀请", "this is no whole invitation")).hint((
        "请重新扫码；没有邀请的，写服务器地址和代码：lianhu device enrol 地址 代码",
        "scan it again; without an invitation give the server and the code: lianhu device enrol SERVER CODE",
    ))
}

/// Enrols a phone. The place before the code: a code is good once, and a workbook that cannot be made must not cost one. The
/// township's key before the place: a new workbook is sealed under the suite of its township.
pub(crate) fn run(talk: Talk, path: &Path, asked: &Asked<'_>) -> Result<(), Failure> {
    let door = Door::of(asked)?;
    if let Some(workbook) = enrolled_before(path, asked)? {
        return again(talk, workbook, &door, asked);
    }
    let line = Line::to_with_ca(&door.server, asked.ca)?;
    let key = door.meet(&line, asked.fingerprint)?;
    let store = open_store_in(path, asked.pin.clone(), key.0.suite())?;
    let device = NewDevice::generate_in(key.0.suite(), &mut System);
    let reply = line.enrol(device.enrolment(&door.code, "terminal"))?;
    if reply.township_key.as_ref() != Some(&key) {
        return Err(workbook_failure(&WorkbookError::NotThisTownship));
    }
    let told = json!({
        "workbook": path, "worker": reply.worker, "township": reply.township, "fingerprint": key.fingerprint(),
    });
    let made = Workbook::create_enrolled(store, System, device, reply, &door.server);
    made.map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick(
        "已登记。先同步一次取回自己的联户：lianhu device sync",
        "Enrolled. Sync once to fetch your households: lianhu device sync",
    ));
    if door.key.is_none() && asked.fingerprint.is_none() {
        let hint = talk.pick(
            "镇的密钥指纹，请与镇里核对（lianhu township key）：",
            "The township's key; compare it with the office's (lianhu township key): ",
        );
        talk.say(format!("{hint}{}", key.fingerprint()));
    }
    talk.object(&told);
    Ok(())
}

/// The workbook that is there already. A store that a failed enrolment left behind holds none.
fn enrolled_before(path: &Path, asked: &Asked<'_>) -> Result<Option<FileWorkbook>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    match Workbook::open(open_store_with(path, asked.pin.clone())?, System) {
        Ok(workbook) => Ok(Some(workbook)),
        Err(WorkbookError::NoWorkbook) => Ok(None),
        Err(why) => Err(workbook_failure(&why)),
    }
}

/// A township put back from an older backup does not know this phone, or not its key: with a new code it does again, and
/// all that is written here goes on as before.
fn again(talk: Talk, mut workbook: FileWorkbook, door: &Door, asked: &Asked<'_>) -> Result<(), Failure> {
    let line = Line::to_with_ca(&door.server, asked.ca)?;
    door.meet(&line, asked.fingerprint)?;
    let reply = line.enrol(workbook.enrolment(&door.code, "terminal"))?;
    let told = json!({ "worker": reply.worker, "township": reply.township });
    workbook.enrolled(reply).map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick(
        "镇里又认得这部手机了；手机上的内容都在。现在同步：lianhu device sync",
        "The township knows this phone again; everything on it is as it was. Now sync: lianhu device sync",
    ));
    talk.object(&told);
    Ok(())
}

/// Begins a workbook without a line, from an invitation of the township that the former owner's workbook belongs to.
pub(crate) fn offline(talk: Talk, path: &Path, asked: &Asked<'_>, beside: Option<&Path>) -> Result<(), Failure> {
    let invitation = invitation(asked.server)?;
    let known = match beside {
        Some(former) => open_workbook(former, System)?.township().cloned(),
        None => None,
    };
    let known: KnownTownship = known.ok_or_else(|| {
        Failure::new(
            Kind::Input,
            ("不知道这是不是本镇的邀请", "whether this is our township's invitation is not known"),
        )
        .hint((
            "请写明原机主的手册：--beside 文件；没有的，连上网络再登记",
            "name the former owner's workbook: --beside FILE; without one, enrol with a line",
        ))
    })?;
    let store = open_store_in(path, asked.pin.clone(), known.key.0.suite())?;
    let made = Workbook::create_offline(store, System, &invitation, &known);
    let workbook = made.map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick(
        "手册已备好，现在就可以写；第一次同步时登记。",
        "The workbook is ready and can be written in at once; its first sync enrols it.",
    ));
    talk.object(&json!({ "workbook": path, "worker": workbook.owner().worker }));
    Ok(())
}

/// Enrols a workbook that was made without a line, if it is one.
pub(crate) fn before_first_sync(workbook: &mut FileWorkbook, line: &Line) -> Result<(), Failure> {
    let Some(request) = workbook.awaited_enrolment("terminal") else { return Ok(()) };
    let key = line.township_key()?;
    if workbook.township().is_some_and(|known| known.key != key) {
        return Err(workbook_failure(&WorkbookError::NotThisTownship));
    }
    let reply = line.enrol(request)?;
    workbook.enrolled(reply).map_err(|why| workbook_failure(&why))
}

/// Seals the workbook for good.
pub(crate) fn hand_over(talk: Talk, workbook: &mut FileWorkbook) -> Result<(), Failure> {
    let waiting = workbook.status().map_err(|why| workbook_failure(&why))?.not_delivered();
    workbook.hand_over().map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick(
        "手册已封存，不能再看、再写。下次同步送出还没有送到的，然后自行销毁：lianhu device sync",
        "The workbook is sealed: nothing can be read or written any more. Its next sync brings what waits and then destroys \
         it: lianhu device sync",
    ));
    talk.object(&json!({ "not_delivered": waiting }));
    Ok(())
}

/// Makes the phone's key anew.
pub(crate) fn renew_key(talk: Talk, workbook: &mut FileWorkbook) -> Result<(), Failure> {
    workbook.renew_key().map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick(
        "新密钥已备好，下次同步时生效：lianhu device sync",
        "The new key is ready and counts from the next sync on: lianhu device sync",
    ));
    talk.object(&json!({ "renewed": true }));
    Ok(())
}

/// A key from the words of a township's answer.
pub(crate) fn key_of(told: &serde_json::Value) -> Option<PublicKey> {
    let key: PublicKey = serde_json::from_value(told.get("township_key")?.clone()).ok()?;
    let suite = told.get("suite")?.as_str()?;
    Suite::ALL.iter().any(|known| known.code() == suite && *known == key.0.suite()).then_some(key)
}
