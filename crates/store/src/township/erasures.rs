//! The list of erasures: in the store, written by the commit that erases; and as a file beside it, to be kept off-site
//! with the backups, so that whatever is put back can be erased again. `docs/adr/0012-erasure-list.md`.

use std::path::PathBuf;

use data_encoding::BASE64_NOPAD;
use lianhu_crypto::{Nonce, Purpose, Suite, SymmetricKey};
use lianhu_sync::ids::{ChangeHash, DocId, Generation, ServerMillis};
use lianhu_sync::ports::{Commit, Erasure, StandIn};
use lianhu_sync::sentence::Sentence;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::suite::key_of;
use super::{Reader, Township, sealed};
use crate::bytes::{Columns, heads_to_bytes};
use crate::error::{StoreError, unreadable};
use crate::file::beside;
use crate::limits::MAX_ERASURE_LIST_BYTES;
use crate::sealed::{Opened as _, Sealer};

/// The first line of a list.
const TITLE: &str = "lianhu erasures 1";
/// The same of a sealed township's: why something was erased is sealed under a key that follows from the township's.
const SEALED_TITLE: &str = "lianhu erasures 2";
/// How the last line begins.
const END: &str = "end";

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErasedLine {
    /// What.
    pub erasure: Erasure,
    /// When, by the township's clock.
    pub at: ServerMillis,
}

/// Why a list of erasures is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It is something else, or of a newer version.
    #[error("this is no list of erasures")]
    NotAList,
    /// A line does not follow from the one before: it was changed, moved, or written by another township.
    #[error("line {0} of the list of erasures is not this township's")]
    Forged(usize),
    /// The end is missing.
    #[error("the list of erasures breaks off: its end is missing")]
    Truncated,
}

/// A township's key, as far as the list needs it.
pub(super) struct ListKey {
    suite: Suite,
    key: SymmetricKey,
    /// The township is sealed: reasons are not written plainly.
    seals: bool,
}

impl ListKey {
    fn of(connection: &Connection, sealer: &Sealer) -> Result<Self, StoreError> {
        let (suite, key) = key_of(connection, sealer)?;
        Ok(ListKey { suite, key, seals: !sealer.is_plain() })
    }

    fn line(&self, before: &[u8; 32], line: &ErasedLine) -> [u8; 32] {
        self.suite.authenticate(&self.key, Purpose::Erasures, &[before, written(line).as_bytes()])
    }

    /// A line without its proof, as a list of its kind has it; `before` is where it stands.
    fn written(&self, before: &[u8; 32], line: &ErasedLine) -> Result<String, StoreError> {
        if !self.seals || line.erasure.reason.is_empty() {
            return Ok(written(line));
        }
        let plain = written(line);
        let key = self.reasons();
        // Written twice it has the same bytes: the nonce follows from all the line says and where it stands.
        let hash = self.suite.authenticate(&key, Purpose::Erasures, &[before, plain.as_bytes()]);
        let nonce: Nonce = std::array::from_fn(|place| hash.get(place).copied().unwrap_or_default());
        let reason = line.erasure.reason.as_bytes();
        let sealed = self.suite.seal(&key, &nonce, before, reason).map_err(|_| unreadable("erasure"))?;
        let reason = Sentence(BASE64_NOPAD.encode(&sealed));
        let erasure = Erasure { reason, ..line.erasure.clone() };
        Ok(written(&ErasedLine { erasure, at: line.at }))
    }

    /// A line as such a list has it.
    fn read(&self, before: &[u8; 32], text: &str) -> Option<ErasedLine> {
        let mut line = read(text)?;
        if self.seals && !line.erasure.reason.is_empty() {
            let sealed = BASE64_NOPAD.decode(line.erasure.reason.as_bytes()).ok()?;
            let reason = self.suite.open(&self.reasons(), before, &sealed).ok()?;
            line.erasure.reason = Sentence(String::from_utf8(reason).ok()?);
        }
        Some(line)
    }

    fn reasons(&self) -> SymmetricKey {
        self.suite.derive(&self.key, Purpose::Erasures, b"reasons")
    }

    fn end(&self, last: &[u8; 32], lines: usize) -> [u8; 32] {
        self.suite.authenticate(&self.key, Purpose::Erasures, &[last, END.as_bytes(), &(lines as u64).to_be_bytes()])
    }
}

/// A line as it is written, without its proof: fields apart by tabs, keys by spaces.
fn written(line: &ErasedLine) -> String {
    let ErasedLine { erasure: Erasure { doc, generation, keys, changes, reason }, at } = line;
    let keys = keys.as_deref().map(joined);
    let one_line = |text: &str| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let (keys, reason): (String, String) = (one_line(keys.as_deref().unwrap_or("*")), one_line(reason));
    let changes = hex(&changes.iter().flat_map(|change| change.0).collect::<Vec<_>>());
    format!("{}\t{}\t{}\t{keys}\t{changes}\t{reason}", hex(&doc.0), generation.0, at.0)
}

fn read(line: &str) -> Option<ErasedLine> {
    let mut fields = line.splitn(6, '\t');
    let doc = DocId(from_hex(fields.next()?)?);
    let generation = Generation(fields.next()?.parse().ok()?);
    let at = ServerMillis(fields.next()?.parse().ok()?);
    let keys = Some(fields.next()?).filter(|keys| *keys != "*");
    let keys = keys.map(apart);
    let changes = hashes(fields.next()?)?;
    Some(ErasedLine { erasure: Erasure { doc, generation, keys, changes, reason: fields.next()?.into() }, at })
}

/// The names of changes, of 64 digits each.
fn hashes(text: &str) -> Option<Vec<ChangeHash>> {
    if !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(64).map(|place| Some(ChangeHash(from_hex(text.get(place..place + 64)?)?))).collect()
}

/// Keys as one field. What would tell fields or keys apart, or mean all of them, is written as its number.
fn joined(keys: &[String]) -> String {
    let plain = |key: &String| {
        let letters = key.chars().map(|letter| match letter {
            ' ' | '%' | '*' => format!("%{:02X}", u32::from(letter)),
            letter if letter.is_control() => format!("%{:02X}", u32::from(letter)),
            letter => letter.to_string(),
        });
        letters.collect::<String>()
    };
    keys.iter().map(plain).collect::<Vec<_>>().join(" ")
}

fn apart(keys: &str) -> Vec<String> {
    let key = |plain: &str| {
        let mut parts = plain.split('%');
        let mut key = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            key.extend(u32::from_str_radix(number, 16).ok().and_then(char::from_u32));
            key.push_str(rest);
        }
        key
    };
    keys.split(' ').filter(|key| !key.is_empty()).map(key).collect()
}

/// A list as the file has it: a title, a line each with its proof, and an end that says how many.
fn to_text(key: &ListKey, lines: &[ErasedLine]) -> Result<String, StoreError> {
    let title = if key.seals { SEALED_TITLE } else { TITLE };
    let mut text = format!("{title}\t{}\n", key.suite.number());
    let mut last = [0; 32];
    for line in lines {
        let body = key.written(&last, line)?;
        last = key.line(&last, line);
        text.push_str(&format!("{}\t{body}\n", hex(&last)));
    }
    text.push_str(&format!("{END}\t{}\t{}\n", hex(&key.end(&last, lines.len())), lines.len()));
    Ok(text)
}

/// Reads a list and checks every proof in it.
fn from_text(key: &ListKey, text: &str) -> Result<Vec<ErasedLine>, ListError> {
    let mut rows = text.lines();
    let (title, suite) = rows.next().and_then(|row| row.split_once('\t')).ok_or(ListError::NotAList)?;
    // Either kind is read by any copy of the township: a list is older or younger than its seal.
    let seals = title == SEALED_TITLE;
    if (title != TITLE && !seals) || suite != key.suite.number().to_string() {
        return Err(ListError::NotAList);
    }
    let key = &ListKey { suite: key.suite, key: key.key.clone(), seals };
    let (mut lines, mut last) = (Vec::new(), [0; 32]);
    while let Some(row) = rows.next() {
        let forged = ListError::Forged(lines.len() + 2);
        let (proof, rest) = row.split_once('\t').ok_or(ListError::Truncated)?;
        if proof == END {
            let end = format!("{}\t{}", hex(&key.end(&last, lines.len())), lines.len());
            return if rest != end || rows.next().is_some() { Err(forged) } else { Ok(lines) };
        }
        // What breaks off in the middle has no more rows; another township's reasons do not open.
        let broken = if read(rest).is_some() { forged.clone() } else { ListError::Truncated };
        let line = key.read(&last, rest).ok_or(broken)?;
        last = key.line(&last, &line);
        if proof != hex(&last) {
            return Err(forged);
        }
        lines.push(line);
    }
    Err(ListError::Truncated)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, place) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(place..place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Keeps what a commit says about erasures, inside its transaction.
pub(super) fn keep(connection: &Connection, sealer: &Sealer, commit: &Commit) -> Result<(), StoreError> {
    if !commit.erasures.is_empty() {
        let lines = commit.erasures.iter().map(|erasure| ErasedLine { erasure: erasure.clone(), at: commit.at });
        append(connection, sealer, lines)?;
    }
    for (doc, hash) in &commit.closed {
        let sql = "INSERT OR IGNORE INTO closed (doc, hash) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![doc.0, hash.0])?;
    }
    for (doc, stand_in) in &commit.stand_ins {
        connection.prepare_cached("DELETE FROM stand_ins WHERE doc = ?1")?.execute([doc.0])?;
        if let Some(StandIn { heads, of }) = stand_in {
            let sql = "INSERT INTO stand_ins (doc, heads, of) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(sql)?.execute(params![doc.0, heads_to_bytes(heads), heads_to_bytes(of)])?;
        }
    }
    Ok(())
}

fn append(connection: &Connection, sealer: &Sealer, lines: impl Iterator<Item = ErasedLine>) -> Result<(), StoreError> {
    let key = ListKey::of(connection, sealer)?;
    let last = connection
        .prepare_cached("SELECT mac FROM erasures ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| Ok(row.bytes::<32>(0)))
        .optional()?;
    let mut last = last.transpose()?.unwrap_or([0; 32]);
    let mut number: i64 =
        connection.prepare_cached("SELECT coalesce(max(number), 0) FROM erasures")?.query_row([], |row| row.get(0))?;
    for line in lines {
        number += 1;
        // What a person typed is kept as it can be read back from one line.
        let line = read(&written(&line)).ok_or_else(|| unreadable("erasure"))?;
        last = key.line(&last, &line);
        let ErasedLine { erasure: Erasure { doc, generation, keys, changes, reason }, at } = line;
        connection
            .prepare_cached(
                "INSERT INTO erasures (doc, generation, keys, at, changes, reason, mac, number)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                doc.0,
                generation.0,
                keys.as_deref().map(joined),
                at.0,
                changes.iter().flat_map(|change| change.0).collect::<Vec<_>>(),
                sealer.seal_text(&sealed::ERASURE_REASON.at(number), &reason)?,
                last,
                number
            ])?;
    }
    Ok(())
}

impl Township {
    /// Where the list lies: `erasures.list` beside the database.
    pub fn erasure_file(&self) -> PathBuf {
        let path = self.path();
        path.with_file_name("erasures.list")
    }

    /// The list in the file beside the database, every proof checked; `None` where there is none.
    pub fn erasures_beside(&self) -> Result<Option<Result<Vec<ErasedLine>, ListError>>, StoreError> {
        let path = self.erasure_file();
        let found = self.inner.lock.machine().read(&path, MAX_ERASURE_LIST_BYTES).map_err(|why| io(&path, &why))?;
        let Some(bytes) = found else { return Ok(None) };
        let key = self.list_key()?;
        Ok(Some(String::from_utf8(bytes).map_err(|_| ListError::NotAList).and_then(|text| from_text(&key, &text))))
    }

    /// Takes lines of another copy of this township's list into the store's own; those it has are passed over. Says which
    /// were new. The documents are not touched.
    pub fn add_erasures(&self, lines: &[ErasedLine]) -> Result<Vec<ErasedLine>, StoreError> {
        let known = Reader::begin(std::sync::Arc::clone(&self.inner))?.erasures()?;
        let new: Vec<ErasedLine> = lines.iter().filter(|line| !known.contains(line)).cloned().collect();
        let lines = new.clone();
        if !lines.is_empty() {
            let sealer = std::sync::Arc::clone(&self.inner.sealer);
            self.inner.writer.write(move |connection| append(connection, &sealer, lines.iter().cloned()))?;
        }
        Ok(new)
    }

    /// The list as a file has it.
    pub fn erasure_list(&self) -> Result<String, StoreError> {
        to_text(&self.list_key()?, &Reader::begin(std::sync::Arc::clone(&self.inner))?.erasures()?)
    }

    /// Whether the file beside the database is what would be written now, to the byte.
    pub fn erasures_beside_are_current(&self) -> Result<bool, StoreError> {
        let path = self.erasure_file();
        let found = self.inner.lock.machine().read(&path, MAX_ERASURE_LIST_BYTES).map_err(|why| io(&path, &why))?;
        let Some(found) = found else { return Ok(false) };
        Ok(found == self.erasure_list()?.as_bytes())
    }

    /// Writes the file beside the database anew, durably. Nothing erased was ever promised to be gone before this.
    pub fn write_erasures_beside(&self) -> Result<(), StoreError> {
        let (path, machine) = (self.erasure_file(), self.inner.lock.machine());
        let text = self.erasure_list()?;
        let new = beside(&path, ".new");
        machine.write(&new, text.as_bytes(), true).map_err(|why| io(&new, &why))?;
        machine.rename(&new, &path).map_err(|why| io(&path, &why))
    }

    fn list_key(&self) -> Result<ListKey, StoreError> {
        let reader = Reader::begin(std::sync::Arc::clone(&self.inner))?;
        ListKey::of(reader.connection()?, reader.sealer())
    }
}

impl Reader {
    /// Everything that was erased, in the order of the list.
    pub fn erasures(&self) -> Result<Vec<ErasedLine>, StoreError> {
        self.collect(&format!("{LINES} ORDER BY number"), [], |row| line_of(row, self.sealer()))
    }

    /// What was erased of one document.
    pub fn erasures_of(&self, doc: DocId) -> Result<Vec<ErasedLine>, StoreError> {
        self.collect(&format!("{LINES} WHERE doc = ?1 ORDER BY number"), [doc.0], |row| line_of(row, self.sealer()))
    }

    /// Whether the list says that a change was recorded, and that all its words went.
    pub fn is_listed(&self, doc: DocId, change: ChangeHash) -> Result<bool, StoreError> {
        Ok(self.erasures_of(doc)?.iter().any(|line| line.erasure.changes.contains(&change)))
    }

    /// What stands in for a generation of a document that is not here.
    pub fn stand_in(&self, doc: DocId) -> Result<Option<StandIn>, StoreError> {
        let found = self
            .prepare("SELECT heads, of FROM stand_ins WHERE doc = ?1")?
            .query_row([doc.0], |row| Ok((row.heads(0), row.heads(1))))
            .optional()?;
        found.map(|(heads, of)| Ok(StandIn { heads: heads?, of: of? })).transpose()
    }

    /// Which generation of a document is recorded; the first of one that never was.
    pub fn generation_of(&self, doc: DocId) -> Result<Generation, StoreError> {
        super::generation::of(self, doc)
    }
}

const LINES: &str = "SELECT doc, generation, keys, at, changes, reason, number FROM erasures";

fn line_of(row: &Row<'_>, sealer: &Sealer) -> Result<ErasedLine, StoreError> {
    let keys: Option<String> = row.get(2)?;
    let changes: Vec<u8> = row.get(4)?;
    let reason = row.opened_text(5, sealer, &sealed::ERASURE_REASON.at(row.get(6)?))?;
    let generation = u32::try_from(row.count(1)?).map_err(|_| unreadable("generation"))?;
    Ok(ErasedLine {
        erasure: Erasure {
            doc: row.doc(0)?,
            generation: Generation(generation),
            keys: keys.as_deref().map(apart),
            changes: changes.chunks(32).filter_map(|hash| hash.try_into().ok().map(ChangeHash)).collect(),
            reason: Sentence(reason.ok_or_else(|| unreadable("erasure"))?),
        },
        at: ServerMillis(row.get(3)?),
    })
}

fn io(path: &std::path::Path, error: &std::io::Error) -> StoreError {
    StoreError::Io { path: path.display().to_string(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_key(bytes: [u8; 32], seals: bool) -> ListKey {
        ListKey { suite: Suite::default(), key: SymmetricKey(bytes), seals }
    }

    /// A township's key while it is plain, and the same when it is sealed.
    fn keys() -> [ListKey; 2] {
        [false, true].map(|seals| list_key([7; 32], seals))
    }

    fn text_of(key: &ListKey, lines: &[ErasedLine]) -> String {
        to_text(key, lines).unwrap()
    }

    fn line(number: u8, keys: Option<&[&str]>) -> ErasedLine {
        let keys = keys.map(|keys| keys.iter().map(|&key| key.to_owned()).collect());
        let changes = vec![ChangeHash([number; 32]); usize::from(number) - 1];
        let (doc, reason) = (DocId([number; 16]), "本人 要求".into());
        let erasure = Erasure { doc, generation: Generation(1), keys, changes, reason };
        ErasedLine { erasure, at: ServerMillis(i64::from(number)) }
    }

    #[test]
    fn a_list_is_read_back_as_it_was_written() {
        let lines = [line(1, None), line(2, Some(&["visit/1", "phone"])), line(3, Some(&["resident/9 a%*\t", "*"]))];
        for key in keys() {
            assert_eq!(from_text(&key, &text_of(&key, &[])), Ok(Vec::new()));
            // A list is read by any copy of the township, plain or sealed by now.
            for reads in keys() {
                assert_eq!(from_text(&reads, &text_of(&key, &lines)), Ok(lines.to_vec()));
            }
        }
    }

    #[test]
    fn a_sealed_townships_list_does_not_say_why_and_is_the_same_whenever_it_is_written() {
        let [plain, sealed] = keys();
        let lines = [line(1, None), line(2, Some(&["phone"]))];
        assert!(text_of(&plain, &lines).contains("本人"));
        assert!(!text_of(&sealed, &lines).contains("本人"));
        assert_eq!(text_of(&sealed, &lines), text_of(&sealed, &lines));
    }

    #[test]
    fn a_list_that_was_changed_cut_reordered_or_is_another_townships_is_refused() {
        for key in keys() {
            let lines = [line(1, None), line(2, Some(&["phone"])), line(3, None)];
            let text = text_of(&key, &lines);
            assert_eq!(from_text(&list_key([8; 32], key.seals), &text), Err(ListError::Forged(2)));
            assert_eq!(from_text(&key, &text.replace("phone", "photo")), Err(ListError::Forged(3)));
            let rows: Vec<&str> = text.lines().collect();
            let of = |picked: &[usize]| picked.iter().map(|row| format!("{}\n", rows[*row])).collect::<String>();
            assert_eq!(from_text(&key, &of(&[0, 1, 2, 3])), Err(ListError::Truncated));
            assert_eq!(from_text(&key, &of(&[0, 1, 2, 4])), Err(ListError::Forged(4)));
            assert_eq!(from_text(&key, &of(&[0, 2, 1, 3, 4])), Err(ListError::Forged(2)));
            assert_eq!(from_text(&key, &of(&[0, 4])), Err(ListError::Forged(2)));
            assert_eq!(from_text(&key, &of(&[0, 1, 2, 3, 4, 4])), Err(ListError::Forged(5)));
            for cut in 0..text.len() - 1 {
                if text.is_char_boundary(cut) {
                    assert!(from_text(&key, &text[..cut]).is_err(), "cut at {cut}");
                }
            }
        }
    }
}
