//! Sealed files: a stream of bytes under a key or a passphrase, in constant memory, in which nothing can be cut off,
//! repeated, moved or exchanged unnoticed.
//!
//! ```text
//! "LHSEALED"  version 1 (1)  suite number (1)
//! 1  name of the key (8)                                        or
//! 2  KiB of memory (4)  passes (4)  salt (16)        Argon2id's, big-endian
//! name of this file (16)
//! proof of the header under the key (16)
//! chunks: up to 64 KiB each, sealed; all but the last are full
//! ```
//!
//! The key of one file is derived from the key or the passphrase and the whole header before the proof. A chunk's place is
//! its number and whether it is the last; its nonce is its number.

use std::io::{ErrorKind, Read, Write};

use zeroize::Zeroizing;

use crate::{CryptoError, NONCE_BYTES, Nonce, Purpose, Stretch, Suite, SymmetricKey};

/// Plain bytes in a chunk.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// What a chunk has around its bytes: the suite's number, the nonce, the tag.
const AROUND: usize = 1 + NONCE_BYTES + 16;
/// What every sealed file begins with.
pub const SEALED_MAGIC: &[u8; 8] = b"LHSEALED";
const VERSION: u8 = 1;
const PROOF: usize = 16;
const BY_KEY: u8 = 1;
const BY_PASSPHRASE: u8 = 2;

/// What a passphrase costs in files made now: 64 MiB and three passes, on an office's machine and not on a phone.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;

/// By what a file is sealed and opened. `Debug` shows neither.
#[derive(Clone)]
pub enum FileSecret {
    /// A key.
    Key(SymmetricKey),
    /// A passphrase, as its bytes.
    Passphrase(Zeroizing<Vec<u8>>),
}

impl std::fmt::Debug for FileSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FileSecret::Key(_) => "FileSecret::Key(…)",
            FileSecret::Passphrase(_) => "FileSecret::Passphrase(…)",
        })
    }
}

/// Why a file is not sealed or does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealedFileError {
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Not a sealed file.
    #[error("this is not a sealed file")]
    NotSealed,
    /// Made by a newer version, or asking for more than any version asks.
    #[error("this sealed file is of a kind that this version does not know")]
    Unknown,
    /// Under a suite that this version does not have.
    #[error("{0}")]
    Suite(CryptoError),
    /// It opens with a key, and none was given.
    #[error("this file opens with a key")]
    NeedsKey,
    /// It opens with a passphrase, and none was given.
    #[error("this file opens with a passphrase")]
    NeedsPassphrase,
    /// It was sealed with another key or passphrase.
    #[error("this is not the key or the passphrase the file was sealed with")]
    WrongSecret,
    /// The end is missing.
    #[error("the end of the file is missing")]
    CutShort,
    /// Something in it is not as it was sealed.
    #[error("the file was changed, or damaged, at its part {0}")]
    Changed(u64),
}

/// The beginning of a sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedHeader {
    suite: Suite,
    how: How,
    file: [u8; 16],
    proof: [u8; PROOF],
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum How {
    Key([u8; 8]),
    Passphrase(Stretch),
}

/// Seals everything `from` gives into `to`. `dice` are 32 random bytes: they name the file and salt a passphrase. Answers
/// how many plain bytes went in. When this fails, what was written is no sealed file.
pub fn seal_file(
    suite: Suite,
    secret: &FileSecret,
    dice: [u8; 32],
    from: &mut impl Read,
    to: &mut impl Write,
) -> Result<u64, SealedFileError> {
    let (first, second) = dice.split_at(16);
    let [file, salt] = [first, second].map(|half| std::array::from_fn(|at| half.get(at).copied().unwrap_or_default()));
    let how = match secret {
        FileSecret::Key(key) => How::Key(name_of(suite, key)),
        FileSecret::Passphrase(_) => How::Passphrase(Stretch { memory_kib: MEMORY_KIB, passes: PASSES, salt }),
    };
    let mut header = SealedHeader { suite, how, file, proof: [0; PROOF] };
    let key = header.key(secret)?;
    header.proof = header.proof_under(&key);
    to.write_all(&header.said())?;
    to.write_all(&header.proof)?;
    let mut chunks = Chunks { from, ahead: None, size: CHUNK_BYTES };
    let (mut number, mut total) = (0, 0);
    while let Some((plain, last)) = chunks.next()? {
        let sealed = suite.seal(&key, &nonce_of(number), &place_of(number, last), &plain);
        to.write_all(&sealed.map_err(|_| SealedFileError::Changed(number))?)?;
        total += plain.len() as u64;
        number += 1;
    }
    Ok(total)
}

impl SealedHeader {
    /// Reads the beginning of a file; what follows is left in `from` for [`UnlockedFile::open`].
    pub fn read(from: &mut impl Read) -> Result<Self, SealedFileError> {
        if read_array::<8>(from).map_err(not_sealed)? != *SEALED_MAGIC {
            return Err(SealedFileError::NotSealed);
        }
        let [version, suite, how] = read_array(from)?;
        if version != VERSION {
            return Err(SealedFileError::Unknown);
        }
        let suite = Suite::from_number(suite).map_err(SealedFileError::Suite)?;
        let how = match how {
            BY_KEY => How::Key(read_array(from)?),
            BY_PASSPHRASE => How::Passphrase(Stretch::from_bytes(&read_array(from)?)),
            _ => return Err(SealedFileError::Unknown),
        };
        Ok(SealedHeader { suite, how, file: read_array(from)?, proof: read_array(from)? })
    }

    /// The suite it was sealed under.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Whether it opens with a key; otherwise with a passphrase.
    pub fn needs_key(&self) -> bool {
        matches!(self.how, How::Key(_))
    }

    /// Finds out whether this is the secret, before anything is read or written. A passphrase takes its time.
    pub fn unlock(&self, secret: &FileSecret) -> Result<UnlockedFile, SealedFileError> {
        if let (How::Key(name), FileSecret::Key(key)) = (&self.how, secret)
            && *name != name_of(self.suite, key)
        {
            return Err(SealedFileError::WrongSecret);
        }
        let key = self.key(secret)?;
        if !self.suite.is_authentic(&key, Purpose::Backup, &[&self.said()], &self.proof) {
            return Err(SealedFileError::WrongSecret);
        }
        Ok(UnlockedFile { suite: self.suite, key })
    }

    /// Everything before the proof, as it is written.
    fn said(&self) -> Vec<u8> {
        let mut said = [SEALED_MAGIC.as_slice(), &[VERSION, self.suite.number()]].concat();
        match &self.how {
            How::Key(name) => {
                said.push(BY_KEY);
                said.extend(name);
            }
            How::Passphrase(stretch) => {
                said.push(BY_PASSPHRASE);
                said.extend(stretch.to_bytes());
            }
        }
        said.extend(self.file);
        said
    }

    /// The key of this file.
    fn key(&self, secret: &FileSecret) -> Result<SymmetricKey, SealedFileError> {
        let stretched;
        let key = match (&self.how, secret) {
            (How::Key(_), FileSecret::Key(key)) => key,
            (How::Passphrase(stretch), FileSecret::Passphrase(words)) => {
                // Only a recipe that asks for more than any version does gives no key.
                stretched = stretch.key(words).map_err(|_| SealedFileError::Unknown)?;
                &stretched
            }
            (How::Key(_), FileSecret::Passphrase(_)) => return Err(SealedFileError::NeedsKey),
            (How::Passphrase(_), FileSecret::Key(_)) => return Err(SealedFileError::NeedsPassphrase),
        };
        Ok(self.suite.derive(key, Purpose::Backup, &self.said()))
    }

    fn proof_under(&self, key: &SymmetricKey) -> [u8; PROOF] {
        let whole = self.suite.authenticate(key, Purpose::Backup, &[&self.said()]);
        std::array::from_fn(|at| whole.get(at).copied().unwrap_or_default())
    }
}

/// A sealed file to which the secret fits.
#[derive(Debug)]
pub struct UnlockedFile {
    suite: Suite,
    key: SymmetricKey,
}

impl UnlockedFile {
    /// Opens what follows the header into `to`, and answers how many plain bytes there were. When it fails, what was
    /// written was in the file at that place, but is not the whole of it.
    pub fn open(&self, from: &mut impl Read, to: &mut impl Write) -> Result<u64, SealedFileError> {
        let mut chunks = Chunks { from, ahead: None, size: CHUNK_BYTES + AROUND };
        let (mut number, mut total) = (0, 0);
        while let Some((sealed, last)) = chunks.next()? {
            let plain = self.open_chunk(number, last, &sealed)?;
            to.write_all(&plain)?;
            total += plain.len() as u64;
            number += 1;
        }
        Ok(total)
    }

    fn open_chunk(&self, number: u64, last: bool, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealedFileError> {
        let open = |last| self.suite.open(&self.key, &place_of(number, last), sealed);
        match open(last) {
            Ok(plain) => Ok(Zeroizing::new(plain)),
            // It ends here, and was not to end here.
            Err(_) if last && (sealed.len() < AROUND || open(false).is_ok()) => Err(SealedFileError::CutShort),
            Err(_) => Err(SealedFileError::Changed(number)),
        }
    }
}

/// A name by which the right key is known; it says nothing of the key.
fn name_of(suite: Suite, key: &SymmetricKey) -> [u8; 8] {
    let whole = suite.authenticate(key, Purpose::Backup, &[b"name of the key"]);
    std::array::from_fn(|at| whole.get(at).copied().unwrap_or_default())
}

fn nonce_of(number: u64) -> Nonce {
    let mut nonce = [0; NONCE_BYTES];
    nonce[NONCE_BYTES - 8..].copy_from_slice(&number.to_be_bytes());
    nonce
}

fn place_of(number: u64, last: bool) -> [u8; 9] {
    let mut place = [u8::from(last); 9];
    place[..8].copy_from_slice(&number.to_be_bytes());
    place
}

/// A stream in pieces of one size, the last one of which is known to be the last. There is always one, if an empty one.
struct Chunks<'a, R> {
    from: &'a mut R,
    /// Read already; `None` before the first.
    ahead: Option<Zeroizing<Vec<u8>>>,
    size: usize,
}

/// A piece of a file, and whether it is the last.
type Piece = (Zeroizing<Vec<u8>>, bool);

impl<R: Read> Chunks<'_, R> {
    fn next(&mut self) -> Result<Option<Piece>, SealedFileError> {
        let piece = match self.ahead.take() {
            Some(piece) => piece,
            None => self.piece()?,
        };
        // The size of nothing: the last piece was given out.
        if self.size == 0 {
            return Ok(None);
        }
        let next = self.piece()?;
        let last = next.is_empty();
        if last {
            self.size = 0;
        }
        self.ahead = Some(next);
        Ok(Some((piece, last)))
    }

    fn piece(&mut self) -> Result<Zeroizing<Vec<u8>>, SealedFileError> {
        let mut piece = Zeroizing::new(Vec::with_capacity(self.size));
        self.from.by_ref().take(self.size as u64).read_to_end(&mut piece)?;
        Ok(piece)
    }
}

fn read_array<const N: usize>(from: &mut impl Read) -> Result<[u8; N], SealedFileError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).map_err(|why| match why.kind() {
        ErrorKind::UnexpectedEof => SealedFileError::CutShort,
        _ => SealedFileError::Io(why),
    })?;
    Ok(bytes)
}

fn not_sealed(why: SealedFileError) -> SealedFileError {
    match why {
        SealedFileError::CutShort => SealedFileError::NotSealed,
        other => other,
    }
}

#[cfg(test)]
mod tests;
