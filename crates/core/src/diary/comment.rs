//! Comments on diary entries: whoever may read an entry may say something to it. Nobody rewrites another's.

use crate::access::{self, Facts};
use crate::diary::{Audience, Diary};
use crate::document::{Edit, Scalar};
use crate::draft::{FieldId, Prose, Reason, Refusal};
use crate::ids::{DeviceMillis, DocKind, RecordId, WorkerId};
use crate::policy::{Judgement, Ruling, Why, written};
use crate::record::Record;
use crate::roster::Role;
use crate::value::Value;

const FIELDS: &[&str] = &["entry", "by", "at", "text"];

/// A comment as read. What a newer version added is carried and written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comment {
    /// The entry it is about; it may have been taken out or moved since.
    pub entry: Option<RecordId>,
    /// Who says it.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// What they say.
    pub text: Option<Prose>,
    other: Record,
}

impl Comment {
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Comment::from_scalar(scalar).is_some_and(|comment| {
            let needed = comment.entry.is_some() && comment.by.is_some() && comment.at.is_some();
            needed && comment.text.is_some() && comment.other.lacks_all(FIELDS)
        })
    }
}

impl Value for Comment {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Comment {
            entry: record.take("entry"),
            by: record.take("by"),
            at: record.take("at"),
            text: record.take("text"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("entry", self.entry.as_ref());
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put("text", self.text.as_ref());
        record.into_scalar()
    }
}

impl Diary {
    /// The comments on an entry, the earliest first by the clocks of those who wrote them.
    pub fn comments_on(&self, entry: RecordId) -> Vec<(RecordId, &Comment)> {
        let about = self.comments.iter().map(|(id, comment)| (*id, &comment.value));
        let mut about: Vec<_> = about.filter(|(_, comment)| comment.entry == Some(entry)).collect();
        about.sort_by_key(|(id, comment)| (comment.at, *id));
        about
    }

    /// The edit that comments on an entry, under a freshly minted id.
    pub fn comment(
        &self,
        id: RecordId,
        entry: RecordId,
        by: WorkerId,
        at: DeviceMillis,
        text: &str,
    ) -> Result<Edit, Refusal> {
        if !self.entries.contains_key(&entry) {
            return Err(Refusal::new(FieldId::Entry, Reason::NotThere));
        }
        let text = Prose::parse(FieldId::Comment, text)?;
        let other = Record::default();
        let comment = Comment { entry: Some(entry), by: Some(by), at: Some(at), text: Some(text), other };
        let mut edit = Edit::new();
        edit.put(format!("comment/{id}"), comment.to_scalar());
        Ok(edit)
    }
}

/// Whether the author may read the diary, and so say something to it.
fn may_read(judgement: &Judgement<'_>, facts: &Facts) -> bool {
    let worker = judgement.author.worker;
    if facts.author == Some(worker) {
        return true;
    }
    if judgement.author.has(Role::TownDesk) {
        return facts.audience == Some(Audience::Town);
    }
    let village = facts.village;
    let roster = judgement.roster.filter(|roster| village == Some(roster.id));
    roster.is_some_and(|roster| access::readers(DocKind::Diary, facts, roster, judgement.on).contains(&worker))
}

/// A comment is its author's: who may read may add one, and rewrite or take out their own.
pub(super) fn ruling(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let by = |scalar: &Scalar| Comment::from_scalar(scalar).and_then(|comment| comment.by);
    let own = |scalar: &Scalar| by(scalar) == Some(judgement.author.worker);
    let was_own = judgement.before.get(key).is_none_or(|field| own(&field.value));
    if !was_own || !written(judgement, key).iter().all(own) {
        return Err(Why::OtherName.into());
    }
    // Who reads is decided by the diary as it was: nobody lets themselves in by what they write.
    if may_read(judgement, &Facts::of(judgement.before)) { Ok(()) } else { Err(Why::NotAReader.into()) }
}
