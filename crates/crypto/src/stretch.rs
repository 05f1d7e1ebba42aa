//! Keys from what people remember: Argon2id, slow on purpose. The same in every suite: no suite has another way.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::{CryptoError, SymmetricKey};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// The most memory a kept recipe may ask for, in KiB: whoever bent one must not take the machine's.
const MEMORY_MAX_KIB: u32 = 256 << 10;
/// The most passes a kept recipe may ask for.
const PASSES_MAX: u32 = 16;

/// How a key is made from a secret: kept beside what it locks, and no secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Random bytes, so that the same secret makes another key elsewhere.
    pub salt: [u8; SALT_BYTES],
}

impl Stretch {
    /// The recipe of this version, with a fresh salt: 19 MiB and two passes, which a cheap phone does within a second.
    pub const fn new(salt: [u8; SALT_BYTES]) -> Self {
        Stretch { memory_kib: 19 << 10, passes: 2, salt }
    }

    /// The key that follows from a secret. Takes its time and memory.
    pub fn key(&self, secret: &[u8]) -> Result<SymmetricKey, CryptoError> {
        if self.memory_kib > MEMORY_MAX_KIB || self.passes > PASSES_MAX {
            return Err(CryptoError::NotAKey);
        }
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(|_| CryptoError::NotAKey)?;
        let mut key = SymmetricKey([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, &self.salt, &mut key.0)
            .map_err(|_| CryptoError::NotAKey)?;
        Ok(key)
    }

    /// The recipe as bytes: memory and passes, big-endian, and the salt.
    pub fn to_bytes(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        let parts = [self.memory_kib.to_be_bytes().as_slice(), &self.passes.to_be_bytes(), &self.salt].concat();
        bytes.copy_from_slice(&parts);
        bytes
    }

    /// The recipe from its bytes.
    pub fn from_bytes(bytes: &[u8; 24]) -> Self {
        let number = |from: usize| u32::from_be_bytes(std::array::from_fn(|place| byte(bytes, from + place)));
        Stretch { memory_kib: number(0), passes: number(4), salt: std::array::from_fn(|place| byte(bytes, 8 + place)) }
    }
}

fn byte(bytes: &[u8; 24], place: usize) -> u8 {
    bytes.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argon2id_gives_the_published_answer() {
        // The reference implementation's own test: version 0x13, 256 KiB, two passes, one lane.
        let recipe = Stretch { memory_kib: 256, passes: 2, salt: *b"somesaltsomesalt" };
        let short = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(256, 2, 1, Some(32)).unwrap());
        let mut published = [0; 32];
        short.hash_password_into(b"password", b"somesalt", &mut published).unwrap();
        let expected: Vec<u8> = (0..32)
            .map(|place| {
                let hex = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe";
                u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).unwrap()
            })
            .collect();
        assert_eq!(published.as_slice(), expected);
        assert_ne!(recipe.key(b"password").unwrap().0, published, "the salt counts");
    }

    #[test]
    fn a_key_follows_from_the_secret_and_the_recipe() {
        let recipe = Stretch { memory_kib: 64, passes: 1, salt: [7; SALT_BYTES] };
        assert_eq!(Stretch::from_bytes(&recipe.to_bytes()), recipe);
        assert_eq!(recipe.key(b"135790").unwrap(), recipe.key(b"135790").unwrap());
        assert_ne!(recipe.key(b"135790").unwrap(), recipe.key(b"135791").unwrap());
        assert_ne!(recipe.key(b"135790").unwrap(), Stretch { passes: 2, ..recipe }.key(b"135790").unwrap());
    }

    #[test]
    fn a_recipe_that_asks_for_too_much_is_refused() {
        let recipe = Stretch::new([7; SALT_BYTES]);
        assert_eq!(Stretch { memory_kib: u32::MAX, ..recipe }.key(b"1"), Err(CryptoError::NotAKey));
        assert_eq!(Stretch { passes: u32::MAX, ..recipe }.key(b"1"), Err(CryptoError::NotAKey));
        assert_eq!(Stretch { passes: 0, ..recipe }.key(b"1"), Err(CryptoError::NotAKey));
    }
}
