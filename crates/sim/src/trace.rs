//! What happened, line by line, and one number for all of it: the same seed gives the same number.

use std::fmt::{Arguments, Write as _};

/// The trace of one world. Ids and numbers only, never what people write.
#[derive(Debug)]
pub(crate) struct Trace {
    line: String,
    kept: Option<Vec<String>>,
    digest: u64,
}

impl Trace {
    /// An empty trace; it keeps its lines only if they are to be read.
    pub(crate) fn new(keep: bool) -> Self {
        Trace { line: String::new(), kept: keep.then(Vec::new), digest: 0xCBF2_9CE4_8422_2325 }
    }

    /// Adds a line.
    pub(crate) fn note(&mut self, what: Arguments<'_>) {
        self.line.clear();
        // Writing into a string does not fail.
        let _ = self.line.write_fmt(what);
        for byte in self.line.bytes().chain([b'\n']) {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        if let Some(kept) = &mut self.kept {
            kept.push(self.line.clone());
        }
    }

    /// One number for all lines so far.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// The lines, if they were kept.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.kept.unwrap_or_default()
    }
}
