//! automerge's own document behind ours. Opening one costs the more the longer its history is, and most of what is asked of a
//! flat document its bytes say without it ([`crate::gate::Flat`]), so it is opened when somebody asks for it.

use std::sync::{Arc, OnceLock};

use automerge::{Automerge, LoadOptions, TextEncoding};

use super::{OpenError, built, check_genesis};
use crate::gate::quietly;
use crate::ids::{DocId, Generation};

/// automerge's document: there already, or in the bytes it is opened from.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    /// Shared by copies until one of them is written to.
    made: Arc<OnceLock<Automerge>>,
    /// What it is opened from, kept for as long as it says the same.
    stored: Option<Stored>,
}

/// A document as bytes.
#[derive(Clone, Debug)]
struct Stored {
    id: DocId,
    /// Without a snapshot, which generation it is.
    generation: Generation,
    snapshot: Option<Arc<[u8]>>,
    changes: Vec<Arc<[u8]>>,
}

impl Whole {
    /// One that is there.
    pub(super) fn made(document: Automerge) -> Self {
        Whole { made: Arc::new(OnceLock::from(document)), stored: None }
    }

    /// One that is opened when somebody asks.
    pub(super) fn stored(id: DocId, generation: Generation, snapshot: Option<&[u8]>, changes: &[&[u8]]) -> Self {
        let changes = changes.iter().map(|change| Arc::from(*change)).collect();
        Whole {
            made: Arc::default(),
            stored: Some(Stored { id, generation, snapshot: snapshot.map(Arc::from), changes }),
        }
    }

    /// The document. Fails where stored bytes are not what they were when they were stored.
    pub(super) fn get(&self) -> Result<&Automerge, OpenError> {
        match (self.made.get(), &self.stored) {
            (Some(made), _) => Ok(made),
            (None, Some(stored)) => {
                let opened = quietly(|| stored.open()).unwrap_or(Err(OpenError::Change))?;
                Ok(self.made.get_or_init(|| opened))
            }
            (None, None) => Err(OpenError::Snapshot),
        }
    }

    /// The same, to be written to. What it was opened from is not what it says any more, unless [`Whole::wrote`] says what
    /// was written.
    pub(super) fn get_mut(&mut self) -> Result<&mut Automerge, OpenError> {
        self.get()?;
        Arc::make_mut(&mut self.made).get_mut().ok_or(OpenError::Snapshot)
    }

    /// Remembers a change that was just written to it.
    pub(super) fn wrote(&mut self, change: &[u8]) {
        if let Some(stored) = &mut self.stored {
            stored.changes.push(change.into());
        }
    }

    /// Forgets what it was opened from.
    pub(super) fn apart(&mut self) {
        self.stored = None;
    }

    /// The same document with changes after it, to be opened when somebody asks.
    pub(super) fn with<'a>(&self, changes: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut stored = self.stored.clone()?;
        stored.changes.extend(changes.into_iter().map(Arc::from));
        Some(Whole { made: Arc::default(), stored: Some(stored) })
    }

    /// How many bytes it is stored in.
    pub(super) fn bytes(&self) -> Option<usize> {
        let stored = self.stored.as_ref()?;
        let changes: usize = stored.changes.iter().map(|change| change.len()).sum();
        Some(stored.snapshot.as_ref().map_or(0, |snapshot| snapshot.len()) + changes)
    }
}

impl Stored {
    fn open(&self) -> Result<Automerge, OpenError> {
        let whole = match &self.snapshot {
            None => built(self.id, self.generation),
            Some(bytes) => {
                let options = LoadOptions::new().text_encoding(TextEncoding::UnicodeCodePoint);
                let whole = Automerge::load_with_options(bytes, options).map_err(|_| OpenError::Snapshot)?;
                check_genesis(self.id, &whole)?;
                whole
            }
        };
        with_stored(whole, self.changes.iter().map(AsRef::as_ref))
    }
}

/// All at once: applying has a price of its own, which each change of a tail would pay again. automerge keeps what follows
/// something that is not there and says nothing, so each is looked for afterwards.
fn with_stored<'a>(mut whole: Automerge, changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Automerge, OpenError> {
    let changes = changes.into_iter().map(automerge::Change::try_from).collect::<Result<Vec<_>, _>>();
    let changes = changes.map_err(|_| OpenError::Change)?;
    if changes.is_empty() {
        return Ok(whole);
    }
    let hashes: Vec<_> = changes.iter().map(automerge::Change::hash).collect();
    whole.apply_changes(changes).map_err(|_| OpenError::Change)?;
    let held = hashes.iter().all(|hash| whole.get_change_meta_by_hash(hash).is_some());
    if held { Ok(whole) } else { Err(OpenError::Change) }
}
