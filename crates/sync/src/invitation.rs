//! Invitations: what a QR code at the office says to a phone that is nobody's yet.

use data_encoding::BASE32_NOPAD;
use lianhu_crypto::{PublicKey, Purpose};
use minicbor::{Decode, Encode};

use crate::ids::ServerMillis;
use crate::limits::MAX_INVITATION_CHARS;
use crate::signed::{NotSigned, Record, Signed};

/// What an invitation's text begins with. All of it is in the alphabet that QR codes pack densest.
const PREFIX: &str = "LH1:";

/// A township's invitation to one worker's phone.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Invitation {
    /// Where the township is reached.
    #[n(0)]
    pub server: String,
    /// The one-time code.
    #[n(1)]
    pub code: String,
    /// The township's key that signs from now on, as it travels.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub township_key: Vec<u8>,
    /// How many keys the township had before it.
    #[n(3)]
    pub key_number: u32,
    /// Until when the code is good, by the township's clock.
    #[n(4)]
    pub until: ServerMillis,
    /// Whose phone it will be, and the roster of their village: enough to begin writing without a line.
    #[n(5)]
    pub holder: Option<Holder>,
    /// What the device may be called.
    #[n(6)]
    pub device_name: Option<String>,
}

/// Whose phone it will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Holder {
    /// The worker.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub worker: [u8; 16],
    /// The roster of the worker's village.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub roster: [u8; 16],
}

impl Record for Invitation {
    const PURPOSE: Purpose = Purpose::Invitation;
}

impl std::fmt::Debug for Invitation {
    /// Without the code: whoever reads it could enrol.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("server", &self.server).field("until", &self.until).finish_non_exhaustive()
    }
}

impl Invitation {
    /// The key inside.
    pub fn key(&self) -> Result<PublicKey, NotSigned> {
        PublicKey::from_bytes(&self.township_key).map_err(|_| NotSigned::Unreadable)
    }

    /// The invitation in a text. It must be signed by the key it brings; whether that is the key of the township one means
    /// is for whoever reads it to know: it was shown at the office, or the phone knows the key already.
    pub fn from_text(text: &str) -> Result<Self, NotSigned> {
        let text = text.trim();
        if text.len() > MAX_INVITATION_CHARS {
            return Err(NotSigned::Unreadable);
        }
        let packed = text.strip_prefix(PREFIX).ok_or(NotSigned::Unreadable)?;
        let bytes = BASE32_NOPAD.decode(packed.as_bytes()).map_err(|_| NotSigned::Unreadable)?;
        let signed = Signed::from_bytes(&bytes)?;
        let invitation: Invitation = signed.read()?;
        signed.check(&invitation.key()?)
    }
}

/// An invitation as the text of a QR code.
pub fn to_text(signed: &Signed) -> String {
    format!("{PREFIX}{}", BASE32_NOPAD.encode(&signed.to_bytes()))
}
