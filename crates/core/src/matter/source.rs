//! Where a matter was first written down.

use crate::document::Scalar;
use crate::ids::{DocId, RecordId};
use crate::value::Value;

/// The record of another document that a matter was made from: a diary entry, a visit. Stored as `document/record`. It
/// names them and opens neither: who may read them is their own business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document: a diary month, a household.
    pub doc: DocId,
    /// The record in it.
    pub record: RecordId,
}

impl Value for Source {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let (doc, record) = scalar.as_text()?.split_once('/')?;
        Some(Source { doc: doc.parse().ok()?, record: record.parse().ok()? })
    }
    fn to_scalar(&self) -> Scalar {
        format!("{}/{}", self.doc, self.record).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocKind;
    use crate::testing::{doc, id};

    #[test]
    fn a_source_is_kept_as_it_is_and_nothing_else_is_one() {
        let source = Source { doc: doc(DocKind::Diary, 1), record: id(2) };
        assert_eq!(Source::from_scalar(&source.to_scalar()), Some(source));
        for other in ["", "x/y", "03010101-0101-8101-8101-010101010101", "03010101-0101-8101-8101-010101010101/"] {
            assert_eq!(Source::from_scalar(&other.into()), None, "{other}");
        }
    }
}
