//! What one save writes, before it is a change.

use std::collections::BTreeSet;

use super::Scalar;
use super::prose::{PROSE_KEY, Wanted};
use crate::value::Value;

/// The keys one save writes and removes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    pub(super) writes: Vec<(String, Option<Scalar>)>,
    pub(super) prose: Vec<(String, Wanted)>,
}

impl Edit {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key. An equal value writes nothing unless the key is in conflict, where writing settles it.
    pub fn put(&mut self, key: impl Into<String>, value: impl Into<Scalar>) -> &mut Self {
        self.writes.push((key.into(), Some(value.into())));
        self
    }

    /// Removes a key; a missing key is no error.
    pub fn remove(&mut self, key: impl Into<String>) -> &mut Self {
        self.writes.push((key.into(), None));
        self
    }

    /// Makes the prose under a key ([`PROSE_KEY`]) say `text`; only the difference to what the document says when it is
    /// written is written. Whoever shows the text to a person first and saves later uses [`Edit::prose_read`], so that
    /// what others wrote meanwhile stays.
    pub fn prose(&mut self, key: impl Into<String>, text: impl Into<String>) -> &mut Self {
        self.prose.push((key.into(), Wanted::Says { read: None, text: text.into().into() }));
        self
    }

    /// The same for somebody who had `read` before their eyes: what was done to it since stays done.
    pub fn prose_read(
        &mut self,
        key: impl Into<String>,
        read: impl Into<String>,
        text: impl Into<String>,
    ) -> &mut Self {
        self.prose.push((key.into(), Wanted::Says { read: Some(read.into().into()), text: text.into().into() }));
        self
    }

    /// Adds words at the end of the prose under a key, as paragraphs of their own.
    pub fn prose_added(&mut self, key: impl Into<String>, text: impl Into<String>) -> &mut Self {
        self.prose.push((key.into(), Wanted::Added(text.into().into())));
        self
    }

    /// What a change that was not taken writes when it is written again, in another place of its document's history.
    ///
    /// Keys are set and removed as they were. The characters it inserted into prose stood among others that may not be
    /// there any more, so they are added at the end, and nothing is deleted: no word is lost, and a person sees both.
    pub fn again(scan: &crate::gate::Scan) -> Edit {
        let mut edit = Edit::new();
        let mut prose = String::new();
        for (key, value) in scan.words() {
            match value {
                Some(Scalar::Text(run)) if key == PROSE_KEY => prose.push_str(&run),
                None if key == PROSE_KEY => {}
                Some(value) => _ = edit.put(key, value),
                None => _ = edit.remove(key),
            }
        }
        if !prose.is_empty() {
            edit.prose_added(PROSE_KEY, prose);
        }
        edit
    }

    /// The prose alone, without any other key.
    pub fn only_prose(&self) -> Edit {
        Edit { writes: Vec::new(), prose: self.prose.clone() }
    }

    /// The same without what it removes.
    #[must_use]
    pub fn only_puts(mut self) -> Self {
        self.writes.retain(|(_, value)| value.is_some());
        self
    }

    /// Sets a key, or leaves it alone when there is nothing to set.
    pub(crate) fn put_value<T: Value>(&mut self, key: impl Into<String>, value: Option<&T>) -> &mut Self {
        match value {
            Some(value) => self.put(key, value.to_scalar()),
            None => self,
        }
    }

    /// Adds what another edit writes, after this one's.
    pub fn extend(&mut self, other: Edit) -> &mut Self {
        self.writes.extend(other.writes);
        self.prose.extend(other.prose);
        self
    }

    /// The same without what it puts or removes under some keys. Prose stays: it takes nothing's place.
    #[must_use]
    pub fn without(mut self, keys: &BTreeSet<&str>) -> Self {
        self.writes.retain(|(key, _)| !keys.contains(key.as_str()));
        self
    }

    /// The keys this edit sets or removes, and those under which it changes prose.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let prose = self.prose.iter().map(|(key, _)| key.as_str());
        self.writes.iter().map(|(key, _)| key.as_str()).chain(prose)
    }

    /// What this edit writes besides prose: keys with their new values, `None` for a key that goes.
    pub fn writes(&self) -> impl Iterator<Item = (&str, Option<&Scalar>)> {
        self.writes.iter().map(|(key, value)| (key.as_str(), value.as_ref()))
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.prose.is_empty()
    }
}
