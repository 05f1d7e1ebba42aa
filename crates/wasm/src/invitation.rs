//! What a QR code at the office says, before anything is sent; and finding one in a picture.

use lianhu_device::{Invitation, PublicKey};
use serde_json::json;

use crate::error::ApiError;
use crate::view::Outcome;

/// The most pixels of a picture that is looked at: more than any phone's camera gives for this.
const MAX_PIXELS: usize = 16 << 20;

/// The invitation in a text.
pub(crate) fn of(text: &str) -> Result<Invitation, ApiError> {
    Invitation::from_text(text).map_err(|_| not_an_invitation())
}

/// What it says, for the page.
pub(crate) fn read(text: &str) -> Outcome {
    let invitation = of(text)?;
    let key = PublicKey(invitation.key().map_err(|_| not_an_invitation())?);
    Ok(json!({
        "server": invitation.server, "fingerprint": key.fingerprint(), "device_name": invitation.device_name,
        "until": invitation.until.0, "names_holder": invitation.holder.is_some(),
    }))
}

pub(crate) fn not_an_invitation() -> ApiError {
    ApiError::new("not_an_invitation", "这不是完整的邀请", "this is no whole invitation").hint(
        "请重新扫码；扫不了的，输入服务器地址和代码",
        "scan it again; if that does not work, type the server and the code",
    )
}

/// The text of the QR code in a picture of 8-bit grey, row by row; `None` where there is none, or the picture is not as
/// large as it says.
pub fn scan(width: usize, height: usize, grey: &[u8]) -> Option<String> {
    let pixels = width.checked_mul(height).filter(|pixels| *pixels <= MAX_PIXELS)?;
    if grey.len() != pixels || pixels == 0 {
        return None;
    }
    let light = |x: usize, y: usize| grey.get(y * width + x).copied().unwrap_or(u8::MAX);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
    picture.detect_grids().iter().find_map(|grid| grid.decode().ok().map(|(_, text)| text))
}
