//! What is in a file, and what is not.

use super::*;
use crate::document::Edit;
use crate::testing::{day, doc, put, write};
use crate::value::Value as _;

fn household() -> Document {
    let mut household = Document::new(doc(DocKind::Household, 1));
    let mut edit = Edit::new();
    edit.put("head", "张伟");
    edit.put("resident/AQEBAQEBAQE/name", "张小明");
    edit.put("resident/AgICAgICAgI/name", "李梅");
    edit.put("visit/AQEBAQEBAQE", r#"{"date":"2026-01-05","note":"李梅和陈芳都在，陈芳丽也来了"}"#);
    write(&mut household, 1, edit);
    household
}

fn file(household: &Document, resident: Option<&str>, documents: &[Document]) -> String {
    let others = ["陈芳".to_owned(), "陈芳丽".to_owned(), "张".to_owned()];
    let gathered = Gathered {
        household,
        resident: resident.map(|id| id.parse().unwrap()),
        roster: None,
        documents,
        others: &others,
        phones: &[],
        years: &BTreeMap::new(),
        on: day(1),
    };
    serde_json::to_string(&PersonFile::of(&gathered, Lang::Zh)).unwrap()
}

#[test]
fn other_peoples_names_are_masked_the_longer_ones_whole() {
    let text = file(&household(), None, &[]);
    assert!(text.contains("李梅和○○都在，○○也来了") && text.contains("张伟") && text.contains("张小明"), "{text}");
    assert!(!text.contains("陈芳") && !text.contains("丽"));
}

#[test]
fn one_residents_file_does_not_name_the_others_of_the_household() {
    let text = file(&household(), Some("AQEBAQEBAQE"), &[]);
    assert!(text.contains("张小明") && !text.contains("李梅"), "{text}");
}

#[test]
fn a_matter_of_another_household_is_not_in_it() {
    let matter = |n: u8, of: u8, title: &str| {
        let mut matter = Document::new(doc(DocKind::Matter, n));
        let mut edit = put("title", title);
        edit.put("household", doc(DocKind::Household, of).to_scalar());
        write(&mut matter, 1, edit);
        matter
    };
    let text = file(&household(), None, &[matter(1, 1, "修屋顶"), matter(2, 2, "别人家的事")]);
    assert!(text.contains("修屋顶") && !text.contains("别人家的事"), "{text}");
}
