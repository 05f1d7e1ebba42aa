//! The contracts of the ports: one function per rule, run on every store. A store's test module is one line:
//!
//! ```text
//! lianhu_testkit::township_contract!(|| MyTownship::new());
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod phone;
pub mod township;

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, ReaderId};
use lianhu_sync::ports::{Admitted, Caller, Received, Scanned};

/// Makes one test of each named rule.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ($open:expr, $module:ident, $($rule:ident),+ $(,)?) => {
        $(
            #[test]
            fn $rule() {
                $crate::contract::$module::$rule(&$open);
            }
        )+
    };
}

/// The numbered document of a test.
pub fn doc(number: u8) -> DocId {
    let mut bytes = [number; 16];
    // A version 8 UUID, should somebody look.
    (bytes[6], bytes[8]) = (0x80, 0x80);
    DocId(bytes)
}

/// The numbered person of a test, with the device of the same number.
pub fn caller(number: u8) -> Caller {
    Caller { device: DeviceId([number; 16]), reader: ReaderId([number.wrapping_add(100); 16]) }
}

/// The bytes of a numbered change, at least ten of them: they say which one it is.
pub fn bytes(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0xc5; length.max(10)];
    let length = u16::try_from(bytes.len()).expect("a test's change is small");
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..10].copy_from_slice(&length.to_be_bytes());
    bytes
}

/// The name of a numbered change.
pub fn hash(number: u64) -> ChangeHash {
    let mut hash = [0x11; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    ChangeHash(hash)
}

/// A numbered change that passed a gate.
pub fn admitted(number: u64, length: usize) -> Admitted {
    Admitted::by_gate(Scanned::by_gate(Received::new(bytes(number, length)), hash(number)))
}

/// The numbers of the changes in a chunk or snapshot; a test's snapshot is its changes one after another.
pub fn numbers(mut chunk: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some((number, rest)) = chunk.split_first_chunk::<8>() {
        let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        numbers.push(u64::from_be_bytes(*number));
        chunk = &chunk[length..];
    }
    numbers
}

#[cfg(test)]
mod on_memory {
    mod township {
        use lianhu_sync::ids::LogId;

        use crate::memory::MemoryTownship;

        crate::township_contract!(|| MemoryTownship::new(LogId([1; 16])));
    }

    mod phone {
        use crate::memory::MemoryPhone;

        crate::phone_contract!(MemoryPhone::default);
    }
}
