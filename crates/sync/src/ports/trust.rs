//! Trust as a type: what came, what the pre-scan let through, and what passed the whole gate.

use crate::ids::ChangeHash;

/// A change as it came: opaque, unjudged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received(Vec<u8>);

impl Received {
    /// Takes bytes from the network.
    pub fn new(bytes: Vec<u8>) -> Self {
        Received(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A change the pre-scan found bounded and well-formed; still nobody's word that it fits its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    hash: ChangeHash,
    bytes: Vec<u8>,
}

impl Scanned {
    /// Called by a gate after its pre-scan.
    pub fn by_gate(received: Received, hash: ChangeHash) -> Self {
        Scanned { hash, bytes: received.0 }
    }

    /// The change's name.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A change that passed the whole gate: scanned, permitted and applied on trial. Logs and stores take nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    hash: ChangeHash,
    bytes: Vec<u8>,
    by_township: bool,
}

impl Admitted {
    /// Called by a gate after the trial.
    pub fn by_gate(scanned: Scanned) -> Self {
        Admitted { hash: scanned.hash, bytes: scanned.bytes, by_township: false }
    }

    /// The same for a change the township itself adds to what a device brought (the mark on late work): that device has
    /// not got it yet, and is sent it like everybody.
    pub fn by_township(scanned: Scanned) -> Self {
        Admitted { by_township: true, ..Admitted::by_gate(scanned) }
    }

    /// Whether the township added it itself.
    pub fn is_by_township(&self) -> bool {
        self.by_township
    }

    /// The change's name.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
