//! The second factor: codes of six digits that change every half minute (RFC 6238 with SHA-1, as every authenticator
//! has it), and recovery codes for the day the phone is lost.

use hmac::{Hmac, KeyInit as _, Mac as _};
use lianhu_sync::ids::ServerMillis;
use sha1::Sha1;

/// Bytes of a secret: as many as the hash has.
pub(crate) const SECRET_BYTES: usize = 20;

/// A secret that the person's authenticator and the township share.
pub(crate) type Secret = [u8; SECRET_BYTES];

const STEP_MS: i64 = 30_000;
const CODES: u32 = 1_000_000;

/// The time step of a moment.
pub(super) fn step_at(now: ServerMillis) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// The code of a time step (RFC 4226, section 5.3).
pub(crate) fn code_of(secret: &Secret, step: i64) -> u32 {
    // HMAC fills a short key with zeros up to the hash's block.
    let mut block = [0; 64];
    block[..SECRET_BYTES].copy_from_slice(secret);
    let mut mac = Hmac::<Sha1>::new(&block.into());
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let from = usize::from(hash[19] & 0x0f);
    let taken: [u8; 4] = std::array::from_fn(|place| hash.get(from + place).copied().unwrap_or_default());
    (u32::from_be_bytes(taken) & 0x7fff_ffff) % CODES
}

/// The step whose code this is: the present one, or a neighbour, since clocks differ.
pub(super) fn step_of(secret: &Secret, code: &str, now: ServerMillis) -> Option<i64> {
    let digits: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let said: u32 = digits.parse().ok()?;
    let present = step_at(now);
    (present - 1..=present + 1).find(|step| code_of(secret, *step) == said)
}

/// A recovery code or a set-up code as people copy it from paper: in groups of four.
pub(super) fn written(bytes: &[u8; 10]) -> String {
    let code = data_encoding::BASE32_NOPAD.encode(bytes);
    let signs: Vec<char> = code.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The bytes of such a code, however it was typed.
pub(super) fn read(code: &str) -> Option<[u8; 10]> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    data_encoding::BASE32_NOPAD.decode(plain.to_ascii_uppercase().as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, the last six of the eight digits.
    #[test]
    fn the_published_codes_come_out() {
        let secret: Secret = *b"12345678901234567890";
        for (seconds, code) in [
            (59_i64, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code_of(&secret, step_at(ServerMillis(seconds * 1_000))), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let secret = [7; SECRET_BYTES];
        let code = format!("{:06}", code_of(&secret, 100));
        for (step, good) in [(98, false), (99, true), (100, true), (101, true), (102, false)] {
            assert_eq!(step_of(&secret, &code, ServerMillis(step * STEP_MS)).is_some(), good, "{step}");
        }
        assert_eq!(step_of(&secret, &format!("{} {}", &code[..3], &code[3..]), ServerMillis(100 * STEP_MS)), Some(100));
        for bad in ["", "12345", "+12345", "１２３４５６", "1234567"] {
            assert_eq!(step_of(&secret, bad, ServerMillis(100 * STEP_MS)), None, "{bad}");
        }
    }

    #[test]
    fn codes_on_paper_are_read_however_they_are_typed() {
        let code = written(&[200; 10]);
        assert_eq!(code.len(), 19);
        assert_eq!(read(&code), Some([200; 10]));
        assert_eq!(read(&code.to_lowercase().replace('-', " ")), Some([200; 10]));
        assert_eq!(read("ABCD"), None);
    }
}
