//! The rules' words as the exchange says them.

use lianhu_core::Lang;
use lianhu_core::policy::{HoldReason, RefuseCode, Why};
use lianhu_sync::message::{HeldReason, RefusedCode};

/// Why a change waits.
pub(super) fn held(reason: HoldReason) -> HeldReason {
    match reason {
        HoldReason::NoLongerEntitled => HeldReason::NoLongerEntitled,
    }
}

/// Why a change is not taken: the code programs act on, and the sentence the member reads on the phone.
pub(super) fn refused(code: RefuseCode, why: Why) -> (RefusedCode, String) {
    let code = match code {
        RefuseCode::NotPermitted => RefusedCode::NotPermitted,
        RefuseCode::InvalidContent => RefusedCode::InvalidContent,
    };
    (code, why.message(Lang::Zh).to_owned())
}
