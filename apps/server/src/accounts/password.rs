//! Passwords: which will do, and what is kept of them. Length is what counts; no rule asks for signs or for change.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::limits::PASSWORD_CHARS;

/// Memory in KiB, passes and lanes of Argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// What nobody has as a password, whoever else has it: checked without regard to case, spaces and hyphens.
const COMMON: &[&str] = &[
    "password",
    "qwertyuiop",
    "woaizhongguo",
    "zhonghuarenmin",
    "administrator",
    "lianhu",
    "1234567890",
    "0123456789",
];

/// The hash of no password, made with the same cost: whoever names an account that is not there waits as long.
pub(super) const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCE$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a password will do for the account with this login.
pub(super) fn will_do(password: &str, login: &str) -> bool {
    let plain: String =
        password.to_lowercase().chars().filter(|sign| !sign.is_whitespace() && *sign != '-' && *sign != '_').collect();
    let kinds: std::collections::BTreeSet<char> = plain.chars().collect();
    // What is left without the common words and the login must still be something.
    let mut rest = plain.replace(&login.to_lowercase(), "");
    COMMON.iter().for_each(|word| rest = rest.replace(word, ""));
    PASSWORD_CHARS.contains(&password.chars().count()) && kinds.len() >= 5 && rest.chars().count() >= 5
}

/// What is kept of a password: a PHC string. `None` if it cannot be made, which the fixed cost rules out.
pub(super) fn hash(password: &str, salt: [u8; 16]) -> Option<String> {
    let (memory, passes, lanes) = COST;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, lanes, None).ok()?);
    argon2.hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash: PasswordHash| hash.to_string())
}

/// Whether this is the password of which `kept` is kept. The cost is the one it was made with.
pub(super) fn fits(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_what_was_kept_of_it_and_no_other_does() {
        let kept = hash("山高水长 village 2026", [7; 16]).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("山高水长 village 2026", &kept));
        assert!(!fits("山高水长 village 2027", &kept));
        assert!(!fits("", NOBODYS) && PasswordHash::new(NOBODYS).is_ok());
    }

    #[test]
    fn length_counts_and_common_words_do_not() {
        for good in ["correct horse battery", "山高水长清风徐来明月几时有啊", "Tie-Dan7 river x9"] {
            assert!(will_do(good, "wang"), "{good}");
        }
        for bad in
            ["short", "aaaaaaaaaaaaaaaa", "Password-1234567890", "wangwangwangwang", "administrator1", "abababababab"]
        {
            assert!(!will_do(bad, "wang"), "{bad}");
        }
    }
}
