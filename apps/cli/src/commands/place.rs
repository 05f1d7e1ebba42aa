//! Where a record is, as the terminal says it.

use lianhu_device::Place;
use lianhu_sync::message::RefusedCode;

use crate::talk::Talk;

/// For people, in the words of the README.
pub(super) fn place_word(talk: Talk, place: &Place) -> String {
    match place {
        Place::Kept => talk.pick("在本机", "kept on this phone").to_owned(),
        Place::Carried => talk.pick("已交转递", "carried").to_owned(),
        Place::Recorded => talk.pick("镇里已收", "recorded").to_owned(),
        Place::Held(_) => talk.pick("待定", "held for a person").to_owned(),
        Place::Refused(code, reason) => {
            let why = if reason.is_empty() { unsaid(talk, *code) } else { reason };
            format!("{}{why}", talk.pick("未收：", "refused: "))
        }
    }
}

/// A refusal that came without a sentence of its own.
fn unsaid(talk: Talk, code: RefusedCode) -> &'static str {
    match code {
        RefusedCode::FollowsRefused => talk.pick("跟在未收的一条之后", "it builds on a save that was not taken"),
        _ => code.as_str(),
    }
}
