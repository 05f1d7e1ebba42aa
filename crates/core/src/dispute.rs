//! Where people disagree in a document, and how that is settled: a key with several values, or two steps of a matter that
//! cannot both stand. Settling is a change like any other; two people who settle differently without having seen each other
//! disagree again.

use crate::document::{Document, Edit, Scalar, Told};
use crate::ids::{DeviceMillis, DocKind, RecordId, WorkerId};
use crate::matter::{Act, Matter};

/// What people disagree about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The value under a key.
    Key(String),
    /// Two steps of a matter; the first stands meanwhile.
    Steps(RecordId, RecordId),
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// What it is about.
    pub about: About,
    /// What there is to choose from, each with who wrote it and when; the first is what every replica shows meanwhile.
    pub choices: Vec<Told<Scalar>>,
}

/// The disagreements of a document: keys in their order, then steps.
pub fn disputes(document: &Document) -> Vec<Dispute> {
    let keys = document.conflicts().into_iter();
    let mut disputes: Vec<_> =
        keys.map(|(key, field)| Dispute { about: About::Key(key), choices: field.rivals }).collect();
    if document.id().kind() == DocKind::Matter {
        disputes.extend(Matter::read(document).story.needs_lead.into_iter().map(|(stands, other)| {
            let told = [stands, other].into_iter().flat_map(|id| document.told_values(&format!("step/{id}")));
            Dispute { about: About::Steps(stands, other), choices: told.collect() }
        }));
    }
    disputes
}

/// What settles a disagreement with one of its values, written by `by` under a freshly minted id where that is a step.
/// `None` when there is no such disagreement any more, or the value is not among its choices or of a newer version.
pub fn settle(
    document: &Document,
    about: &About,
    chosen: &Scalar,
    (id, by, at): (RecordId, WorkerId, DeviceMillis),
) -> Option<Edit> {
    let dispute = disputes(document).into_iter().find(|dispute| dispute.about == *about)?;
    let is_chosen = |told: &Told<Scalar>| told.value == *chosen && *chosen != Scalar::Unknown;
    let place = dispute.choices.iter().position(is_chosen)?;
    Some(match about {
        About::Key(key) => {
            let mut edit = Edit::new();
            edit.put(key.as_str(), chosen.clone());
            edit
        }
        About::Steps(first, second) => {
            let stands = if place == 0 { *first } else { *second };
            Matter::read(document).step(id, by, at, Act::Settle { stands })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{doc, id, merge, put, worker, write};

    fn disputed() -> Document {
        let mut document = Document::new(doc(DocKind::Household, 1));
        write(&mut document, 1, put("phone", "13800138000"));
        let mut other = document.clone();
        write(&mut document, 1, put("phone", "13800138001"));
        write(&mut other, 2, put("phone", "13800138002"));
        merge(&document, &other)
    }

    fn settled(document: &Document, by: u8, chosen: &Scalar) -> Document {
        let about = About::Key("phone".into());
        let edit = settle(document, &about, chosen, (id(1), worker(by), DeviceMillis(1))).unwrap();
        let mut document = document.clone();
        write(&mut document, by, edit);
        document
    }

    #[test]
    fn any_value_of_a_disagreement_settles_it_and_nothing_else_does() {
        let document = disputed();
        let choices = disputes(&document).remove(0).choices;
        assert_eq!(choices.len(), 2);
        for told in &choices {
            let settled = settled(&document, 3, &told.value);
            assert!(disputes(&settled).is_empty());
            assert_eq!(settled.get("phone").unwrap().value, told.value);
        }
        let (about, hand) = (About::Key("phone".into()), (id(1), worker(3), DeviceMillis(1)));
        assert_eq!(settle(&document, &about, &"13800138003".into(), hand), None);
        assert_eq!(settle(&document, &About::Key("head".into()), &"13800138001".into(), hand), None);
    }

    #[test]
    fn two_people_who_settle_differently_at_once_disagree_again() {
        let document = disputed();
        let choices = disputes(&document).remove(0).choices;
        let one = settled(&document, 3, &choices[0].value);
        let other = settled(&document, 4, &choices[1].value);
        let both = merge(&one, &other);
        let again = disputes(&both).remove(0);
        assert_eq!(again.choices.len(), 2);
        assert!(again.choices.iter().all(|told| told.by.is_of(worker(3)) || told.by.is_of(worker(4))));
        let same = merge(&one, &settled(&document, 4, &choices[0].value));
        assert!(disputes(&same).is_empty(), "two who settle alike agree");
        assert!(disputes(&settled(&both, 5, &choices[0].value)).is_empty());
        // Such a change passes the gate like any other.
        let mut again = both.clone();
        let edit = settle(&both, &About::Key("phone".into()), &choices[0].value, (id(1), worker(5), DeviceMillis(1)));
        let change = again.write(crate::testing::stamp(5, 1), edit.unwrap()).unwrap().unwrap();
        let scanned = crate::gate::scan(&change.bytes).unwrap();
        let tried = crate::gate::trial(&both, &[scanned]);
        assert_eq!(tried.verdicts, [crate::gate::TrialVerdict::Admitted]);
        assert_eq!(tried.document.heads(), again.heads());
    }
}
