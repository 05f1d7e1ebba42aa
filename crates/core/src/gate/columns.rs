//! Reading automerge's bytes without automerge: numbers, and columns whose runs are counted before anything is built.
//!
//! The rules are stricter than automerge's own reader: only the one spelling automerge writes is taken (shortest
//! numbers, longest runs, no empty runs), because anything else would come back from a saved document under another
//! hash.

/// The bytes are not what automerge writes, or a count passes its limit. Callers turn it into their own refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnError {
    /// Not the one spelling automerge writes.
    Spelling,
    /// More items than allowed.
    TooMany,
}

/// A cursor over bytes; every read is checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ColumnError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ColumnError::Spelling)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ColumnError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ColumnError::Spelling)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, ColumnError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(super) fn unsigned(&mut self) -> Result<u64, ColumnError> {
        let mut number = 0_u64;
        for index in 0..10 {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if index == 9 && bits > 1 {
                return Err(ColumnError::Spelling);
            }
            number |= bits << (7 * index);
            if byte & 0x80 == 0 {
                let shortest = index == 0 || byte != 0;
                return if shortest { Ok(number) } else { Err(ColumnError::Spelling) };
            }
        }
        Err(ColumnError::Spelling)
    }

    /// A signed LEB128 number in its shortest form.
    pub(super) fn signed(&mut self) -> Result<i64, ColumnError> {
        let mut number = 0_i64;
        let mut before = 0;
        for index in 0..10 {
            let byte = self.byte()?;
            if index == 9 && byte != 0 && byte != 0x7f {
                return Err(ColumnError::Spelling);
            }
            number |= i64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                let only_repeats_the_sign = (byte == 0 && before & 0x40 == 0) || (byte == 0x7f && before & 0x40 != 0);
                if index > 0 && only_repeats_the_sign {
                    return Err(ColumnError::Spelling);
                }
                if index < 9 && byte & 0x40 != 0 {
                    number |= -1 << (7 * (index + 1));
                }
                return Ok(number);
            }
            before = byte;
        }
        Err(ColumnError::Spelling)
    }

    /// A number that counts or measures something in memory.
    pub(super) fn size(&mut self) -> Result<usize, ColumnError> {
        usize::try_from(self.unsigned()?).map_err(|_| ColumnError::TooMany)
    }
}

/// One kind of value in a run-length column.
pub(super) trait Item: Copy + PartialEq {
    type Value<'a>: Copy + PartialEq;
    fn read<'a>(bytes: &mut Bytes<'a>) -> Result<Self::Value<'a>, ColumnError>;
}

/// Unsigned numbers.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Unsigned;
impl Item for Unsigned {
    type Value<'a> = u64;
    fn read(bytes: &mut Bytes<'_>) -> Result<u64, ColumnError> {
        bytes.unsigned()
    }
}

/// Signed differences.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Delta;
impl Item for Delta {
    type Value<'a> = i64;
    fn read(bytes: &mut Bytes<'_>) -> Result<i64, ColumnError> {
        bytes.signed()
    }
}

/// Length-prefixed text.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Text;
impl Item for Text {
    type Value<'a> = &'a str;
    fn read<'a>(bytes: &mut Bytes<'a>) -> Result<&'a str, ColumnError> {
        let length = bytes.size()?;
        std::str::from_utf8(bytes.take(length)?).map_err(|_| ColumnError::Spelling)
    }
}

/// Visits every run of a run-length column as (value, how often), in order, until more than `limit` items were counted.
/// Returns the number of items. Empty values (`None`) are passed on: columns that must not have them refuse them.
pub(super) fn runs<'a, I: Item>(
    column: &'a [u8],
    limit: usize,
    mut visit: impl FnMut(Option<I::Value<'a>>, usize) -> Result<(), ColumnError>,
) -> Result<usize, ColumnError> {
    let mut bytes = Bytes(column);
    let mut total = 0_usize;
    let mut before: Option<Option<I::Value<'a>>> = None;
    let mut after_literals = false;
    let count_up = |total: &mut usize, more: u64| -> Result<usize, ColumnError> {
        let more = usize::try_from(more).map_err(|_| ColumnError::TooMany)?;
        *total = total.checked_add(more).filter(|total| *total <= limit).ok_or(ColumnError::TooMany)?;
        Ok(more)
    };
    while !bytes.is_empty() {
        let count = bytes.signed()?;
        if count < 0 {
            let more = count_up(&mut total, count.unsigned_abs())?;
            if after_literals {
                return Err(ColumnError::Spelling);
            }
            for _ in 0..more {
                let value = Some(I::read(&mut bytes)?);
                if before == Some(value) {
                    return Err(ColumnError::Spelling);
                }
                visit(value, 1)?;
                before = Some(value);
            }
            after_literals = true;
        } else {
            let (value, count) = match count {
                0 => (None, bytes.unsigned()?),
                1 => return Err(ColumnError::Spelling),
                count => (Some(I::read(&mut bytes)?), count.unsigned_abs()),
            };
            let more = count_up(&mut total, count)?;
            if before == Some(value) || more == 0 {
                return Err(ColumnError::Spelling);
            }
            visit(value, more)?;
            before = Some(value);
            after_literals = false;
        }
    }
    Ok(total)
}

/// Visits every run of a yes-or-no column, starting with no. Returns the number of items.
pub(super) fn flags(
    column: &[u8],
    limit: usize,
    mut visit: impl FnMut(bool, usize) -> Result<(), ColumnError>,
) -> Result<usize, ColumnError> {
    let mut bytes = Bytes(column);
    let mut total = 0_usize;
    let mut yes = false;
    while !bytes.is_empty() {
        let first = bytes.0.len() == column.len();
        let count = bytes.size()?;
        total = total.checked_add(count).filter(|total| *total <= limit).ok_or(ColumnError::TooMany)?;
        if count == 0 && !first {
            return Err(ColumnError::Spelling);
        }
        visit(yes, count)?;
        yes = !yes;
    }
    Ok(total)
}

/// A column's specification and its bytes.
pub(super) type Column<'a> = (u32, &'a [u8]);

/// Reads the descriptions of at most `most` columns: in rising order, none twice, none empty. A column marked as
/// deflated has another number than its plain twin, so callers that accept known numbers refuse it by that alone.
pub(super) fn layout(bytes: &mut Bytes<'_>, most: usize) -> Result<Vec<(u32, usize)>, ColumnError> {
    let count = bytes.size()?;
    if count > most {
        return Err(ColumnError::TooMany);
    }
    let mut columns: Vec<(u32, usize)> = Vec::with_capacity(count);
    for _ in 0..count {
        let spec = u32::try_from(bytes.unsigned()?).map_err(|_| ColumnError::Spelling)?;
        let length = bytes.size()?;
        if length == 0 || columns.last().is_some_and(|(before, _)| *before >= spec) {
            return Err(ColumnError::Spelling);
        }
        columns.push((spec, length));
    }
    Ok(columns)
}

/// Cuts the columns a layout describes from the bytes that follow.
pub(super) fn cut<'a>(bytes: &mut Bytes<'a>, layout: &[(u32, usize)]) -> Result<Vec<Column<'a>>, ColumnError> {
    layout.iter().map(|(spec, length)| Ok((*spec, bytes.take(*length)?))).collect()
}

/// The bytes of one column; a missing column is empty.
pub(super) fn find<'a>(columns: &[Column<'a>], spec: u32) -> &'a [u8] {
    columns.iter().find(|(number, _)| *number == spec).map_or(&[], |(_, bytes)| bytes)
}

/// The number of a column: automerge's `id << 4 | type`.
pub(super) const fn spec(id: u32, kind: u32) -> u32 {
    id << 4 | kind
}

/// Column types, the low bits of a column's number.
pub(super) mod kind {
    pub(crate) const GROUP: u32 = 0;
    pub(crate) const ACTOR: u32 = 1;
    pub(crate) const INTEGER: u32 = 2;
    pub(crate) const DELTA: u32 = 3;
    pub(crate) const FLAG: u32 = 4;
    pub(crate) const TEXT: u32 = 5;
    pub(crate) const VALUE_META: u32 = 6;
    pub(crate) const VALUE: u32 = 7;
}

/// What every chunk begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// A chunk whose length and checksum hold.
pub(super) struct Chunk<'a> {
    pub(super) hash: [u8; 32],
    pub(super) body: Bytes<'a>,
}

/// Why bytes are not a chunk of the wanted type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChunkError {
    /// Another beginning, a cut end, or bytes after the end.
    Frame,
    /// A chunk of another type: a document instead of a change, or a deflated change.
    OtherType,
    /// The checksum does not hold.
    Checksum,
}

/// Opens the one chunk of type `wanted` that `bytes` must be, nothing before and nothing after it.
pub(super) fn chunk(bytes: &[u8], wanted: u8) -> Result<Chunk<'_>, ChunkError> {
    use sha2::Digest as _;
    let Frame { checksum, hashed, body } = frame(bytes, wanted)?;
    let hash: [u8; 32] = sha2::Sha256::digest(hashed).into();
    if hash.first_chunk() != Some(&checksum) {
        return Err(ChunkError::Checksum);
    }
    Ok(Chunk { hash, body })
}

/// A chunk whose length holds; nobody has looked at its checksum.
pub(super) struct Frame<'a> {
    checksum: [u8; 4],
    hashed: &'a [u8],
    pub(super) body: Bytes<'a>,
}

/// The same without the checksum.
pub(super) fn frame(bytes: &[u8], wanted: u8) -> Result<Frame<'_>, ChunkError> {
    let frame = |_| ChunkError::Frame;
    let mut rest = Bytes(bytes);
    if rest.array().map_err(frame)? != MAGIC {
        return Err(ChunkError::Frame);
    }
    let checksum = rest.array::<4>().map_err(frame)?;
    let hashed = rest.0;
    if rest.byte().map_err(frame)? != wanted {
        return Err(ChunkError::OtherType);
    }
    let length = rest.size().map_err(frame)?;
    if length != rest.0.len() {
        return Err(ChunkError::Frame);
    }
    Ok(Frame { checksum, hashed, body: rest })
}
