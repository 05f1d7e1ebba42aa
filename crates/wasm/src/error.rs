//! Why a call did nothing, in the words of the page: a code to act on, a sentence in both languages, what to do about it.

use lianhu_core::deed::NotADeed;
use lianhu_core::{Lang, Refusal};
use lianhu_device::{Locked, NotAnEnrolment, SyncError, TransportError, WorkbookError};
use lianhu_store::{OpenError, StoreError};
use serde::Serialize;

/// An error as the page gets it (`apps/web/src/api.ts`, `ApiError`). It repeats nothing of what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiError {
    /// What a program acts on.
    pub code: String,
    /// What happened, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// What to do about it, in Chinese.
    pub hint_zh: Option<&'static str>,
    /// The same in English.
    pub hint_en: Option<&'static str>,
    /// The field of the form it is about.
    pub field: Option<&'static str>,
    /// The township's own code, when it said no.
    pub detail: Option<String>,
}

impl ApiError {
    /// An error with a code and a sentence in both languages.
    pub fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        ApiError {
            code: code.to_owned(),
            zh: zh.into(),
            en: en.into(),
            hint_zh: None,
            hint_en: None,
            field: None,
            detail: None,
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(self, zh: &'static str, en: &'static str) -> Self {
        ApiError { hint_zh: Some(zh), hint_en: Some(en), ..self }
    }

    /// The page asked for something that is no call, or in another shape.
    pub fn bad_call(why: impl std::fmt::Display) -> Self {
        ApiError::new("bad_call", "页面的请求不对", format!("the page asked for what is no call: {why}"))
            .hint("请更新应用", "update the app")
    }

    /// The workbook is not open.
    pub fn not_ready() -> Self {
        ApiError::new("not_ready", "手册还没有打开", "the workbook is not open")
    }

    /// A text that names nothing.
    pub fn not_here() -> Self {
        WorkbookError::<StoreError>::NoSuchRecord.into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (zh, en) = (refusal.message(Lang::Zh), refusal.message(Lang::En));
        ApiError { field: Some(refusal.field.code()), ..ApiError::new(refusal.code(), zh, en) }
    }
}

impl From<NotADeed> for ApiError {
    fn from(why: NotADeed) -> Self {
        ApiError::bad_call(why)
    }
}

impl From<StoreError> for ApiError {
    fn from(why: StoreError) -> Self {
        match &why {
            StoreError::DiskFull => {
                ApiError::new("disk_full", "空间不够，这一次什么也没有写入", "no room: nothing of this was written").hint(
                    "请腾出手机空间后再试；此前记下的都在",
                    "free some space and try again; everything written before is safe",
                )
            }
            _ => ApiError::new("store", "存储没有照办", format!("the store did not do as asked: {why}")).hint(
                "请重新打开应用再试；此前记下的都在。还不行，请导出存储文件交给镇里",
                "open the app again; everything written before is safe. If it stays so, give the store's file to the office",
            ),
        }
    }
}

impl From<OpenError> for ApiError {
    fn from(why: OpenError) -> Self {
        let error = |code: &str, zh: &str| ApiError::new(code, zh, said(&why));
        match &why {
            OpenError::Newer { .. } => error("newer", "手册由更新版本的应用写成").hint(
                "请联网更新应用再打开；什么也没有改动，没有送到的内容都在",
                "go online and update the app; nothing was changed, and what was not delivered is safe",
            ),
            OpenError::Damaged { .. } | OpenError::Foreign { .. } => error("damaged", "手册的存储已损坏").hint(
                "请导出存储文件交给镇里，再用新代码登记",
                "give the store's file to the office, and enrol again with a new code",
            ),
            OpenError::WrongPin { .. } => error("wrong_pin", "PIN 不对").hint(
                "请再输一次。忘了 PIN，没有送到镇里的内容就找不回来了",
                "try again. Whoever has forgotten the PIN loses what was not delivered yet",
            ),
            OpenError::OtherLock { by: "a PIN", .. } => error("pin_needed", "要用 PIN 打开"),
            OpenError::WrongKey { .. } | OpenError::OtherLock { .. } | OpenError::Locked { .. } => error(
                "no_key",
                "打开手册的密钥不在了",
            )
            .hint(
                "浏览器丢了密钥，手册打不开；已送到镇里的都在镇里。请导出存储文件留好，再用新代码登记",
                "the browser has lost the key; what was delivered is at the township. Keep the store's file, and enrol \
                     again with a new code",
            ),
            OpenError::Store(store) => store.clone().into(),
            _ => error("store", "手册打不开")
                .hint("请重新打开应用再试；什么也没有改动", "open the app again; nothing was changed"),
        }
    }
}

/// What went wrong, without the path: it says nothing to whoever holds a phone.
fn said(why: &OpenError) -> String {
    let path = match why {
        OpenError::InUse { path, .. }
        | OpenError::Newer { path, .. }
        | OpenError::Foreign { path, .. }
        | OpenError::Damaged { path, .. }
        | OpenError::Io { path, .. }
        | OpenError::TooManySetAside { path }
        | OpenError::Locked { path }
        | OpenError::OtherLock { path, .. }
        | OpenError::WrongKey { path }
        | OpenError::WrongPin { path }
        | OpenError::NotSealed { path } => path.display().to_string(),
        OpenError::BadView(_) | OpenError::Store(_) => return why.to_string(),
    };
    why.to_string().replace(&path, "the workbook")
}

impl From<WorkbookError<StoreError>> for ApiError {
    fn from(why: WorkbookError<StoreError>) -> Self {
        let error = |code: &str, zh: &str| ApiError::new(code, zh, why.to_string());
        match &why {
            WorkbookError::Store(store) => store.clone().into(),
            WorkbookError::Draft(refusal) => (*refusal).into(),
            WorkbookError::WouldBeRefused(reason) => {
                let (zh, en) = (reason.message(Lang::Zh), reason.message(Lang::En));
                ApiError::new(
                    "would_be_refused",
                    format!("镇里不会收：{zh}"),
                    format!("the township would refuse it: {en}"),
                )
            }
            WorkbookError::NoWorkbook | WorkbookError::AlreadyAWorkbook => ApiError::not_ready(),
            WorkbookError::UnreadableWorkbook => error("newer", "手册读不出来")
                .hint("请联网更新应用再打开；什么也没有改动", "go online and update the app; nothing was changed"),
            WorkbookError::Locked(locked) => locked_error(*locked),
            WorkbookError::NotThisTownship => not_this_township(),
            WorkbookError::UnreadableDocument(_) => error("unreadable", "有一份资料打不开")
                .hint("请同步一次，镇里已收的部分会补回来", "sync once: the recorded part comes anew"),
            WorkbookError::NotHere(_) | WorkbookError::NothingBegun => error("not_here", "这部手机上没有这份资料"),
            WorkbookError::NoSuchRecord => {
                error("no_such_record", "这一条已经不在了").hint("请重新打开这一页", "open the page again")
            }
            WorkbookError::TooMuch(_) => {
                error("too_much", "一次写得太多").hint("请分几次写", "write it in several parts")
            }
            WorkbookError::WouldRemoveUnseen => error("would_remove_unseen", "会删掉别人后来写的内容")
                .hint("请先看看现在的内容", "look at what it says now first"),
            WorkbookError::Misfit(_) | WorkbookError::Write(_) => error("misfit", "这份资料写不进去"),
        }
    }
}

/// What a locked workbook says.
pub(crate) fn locked_words(why: Locked) -> (&'static str, &'static str, &'static str) {
    match why {
        Locked::LeaseOver => (
            "lease_over",
            "太久没有联系镇里，手册已锁。同步一次就解锁，内容都在。",
            "The phone has not reached its township for too long. One sync unlocks it; all is there.",
        ),
        Locked::Revoked => (
            "revoked",
            "镇里停用了这部手机。还没有送到的会等镇里决定，请向镇里询问。",
            "The office has stopped this phone for good. What was not delivered waits for the office's decision: ask there.",
        ),
        Locked::HandedOver => (
            "handed_over",
            "手机已移交，手册已封存。同步一次，把还没有送到的送到镇里。",
            "The phone was handed over and the workbook is sealed. Sync once to bring what waits to the township.",
        ),
        Locked::Destroyed => (
            "destroyed",
            "手册里的一切都已销毁。要继续使用，请用新代码登记。",
            "Everything this workbook held was destroyed. To go on, enrol with a new code.",
        ),
    }
}

fn locked_error(why: Locked) -> ApiError {
    let (code, zh, en) = locked_words(why);
    ApiError { detail: Some(code.to_owned()), ..ApiError::new("locked", zh, en) }
}

/// An answer, an invitation or a certificate that is somebody else's.
pub(crate) fn not_this_township() -> ApiError {
    ApiError::new(
        "not_this_township",
        "对方不是本镇的服务器：签名或密钥对不上",
        "this is not the word of this workbook's township: the signature or the key is another's",
    )
    .hint(
        "什么也没有改动。请核对地址；镇里换过密钥的，向镇里要一个新的邀请",
        "nothing was changed. Check the address; if the office changed its key, ask it for a new invitation",
    )
}

impl From<NotAnEnrolment> for ApiError {
    fn from(why: NotAnEnrolment) -> Self {
        let (code, field, zh) = match why {
            NotAnEnrolment::Code => ("bad_code", "code", "代码是空的，或太长"),
            NotAnEnrolment::Name => ("bad_name", "device_name", "设备名称太长"),
        };
        ApiError { field: Some(field), ..ApiError::new(code, zh, why.to_string()) }
    }
}

impl From<SyncError<StoreError>> for ApiError {
    fn from(why: SyncError<StoreError>) -> Self {
        let en = why.to_string();
        match why {
            SyncError::Transport(why) => why.into(),
            SyncError::Workbook(why) => why.into(),
            SyncError::NotThisTownship => not_this_township(),
            SyncError::EnrolFirst => ApiError::new("enrol_first", "这部手机还没有登记", en),
            SyncError::Wire(_) | SyncError::NotThisRequest | SyncError::NothingAsked => {
                ApiError::new("no_whole_reply", "看不懂镇服务器的回答", en).hint(
                    "写下的都在这部手机上；请更新应用，或请镇里更新程序",
                    "everything written is kept on this phone; update the app, or have the office update its program",
                )
            }
        }
    }
}

impl From<TransportError> for ApiError {
    fn from(why: TransportError) -> Self {
        match why {
            TransportError::Unreachable(_) => {
                ApiError::new("unreachable", "连不上镇服务器", "the township was not reached").hint(
                    "写下的都在这部手机上；请稍后再试，或核对地址",
                    "everything written is kept on this phone; try again later, or check the address",
                )
            }
            TransportError::Answered { status, code, .. } => answered(status, code),
        }
    }
}

/// The township said no.
fn answered(status: u16, code: String) -> ApiError {
    let said = |zh: &str, en: &str| ApiError::new("answered", zh, en);
    let new_code = |zh: &str, en: &str| {
        said(zh, en).hint("请核对代码，或向镇里要一个新的", "check the code, or ask the office for a new one")
    };
    let error = match code.as_str() {
        "unknown_code" => new_code("没有这个代码", "there is no such code"),
        "used_code" => new_code("这个代码已经用过", "this code was used already"),
        "expired_code" => new_code("这个代码已经过期", "this code has expired"),
        "device_exists" => {
            said("这部手机已经登记过", "this phone is enrolled already").hint("直接同步就行", "it can sync")
        }
        "other_worker" => said("这个代码是给别人的，没有用掉", "the code is for somebody else, and was not used up")
            .hint("请要一个给手机主人的代码", "ask for one for this phone's owner"),
        "revoked_device" | "suspended_device" | "lost_device" | "wiped_device" => {
            said("镇里停用了这部手机", "the office has stopped this phone").hint(
                "请向镇里询问；手机上的都在，没有送到的会等镇里决定",
                "ask there. What it holds is safe; what was not delivered waits for the office's decision",
            )
        }
        "unknown_device" => said("镇里不认得这部手机", "the township does not know this phone").hint(
            "手机上的都在。请向镇里要一个新代码，再登记一次",
            "what it holds is safe. Ask for a new code, and enrol again",
        ),
        "unsupported_version" => said(
            "这个应用与镇服务器的版本不合",
            "this app and the township's server are of different versions",
        )
        .hint(
            "写下的都在这部手机上。请连上网络，等有新版本时点“更新”；没有新版本的，请告诉镇里",
            "everything written is kept on this phone. Stay online and update the app when it says so; if there is no \
                 new version, tell the office",
        ),
        _ => said(
            &format!("镇服务器没有照办（{code}，{status}）"),
            &format!("the township answered with an error: {code} ({status})"),
        )
        .hint(
            "写下的都在这部手机上；请稍后再试，或问镇里",
            "everything written is kept on this phone; try again later, or ask the office",
        ),
    };
    ApiError { detail: Some(code), ..error }
}
