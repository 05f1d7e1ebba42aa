//! What is kept for years, byte by byte. A change here is a change of format: old documents must still read.

use crate::diary::{self, Audience, DiaryHeader, EntryDraft, EntryForm};
use crate::household::{self, Met, VisitChannel, VisitDraft, VisitForm, VisitMode};
use crate::matter::{Act, Closing, Matter};
use crate::roster::{self, Chosen, LinkDraft, LinkForm};
use crate::testing::{day, doc, id, stamp, worker};
use crate::{DeviceMillis, DocKind, Document, Edit, Generation, PROSE_KEY};

/// What an edit puts under its last key.
fn stored(kind: DocKind, edit: Edit) -> String {
    let mut document = Document::new(doc(kind, 1));
    let key = edit.keys().last().unwrap().to_owned();
    document.write(stamp(1, 1), edit).unwrap();
    format!("{key} {}", document.get(&key).unwrap().value.as_text().unwrap())
}

#[test]
fn a_genesis_keeps_its_hash() {
    let heads = Document::new(doc(DocKind::Household, 1)).heads();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&heads[0].0),
        "53cb5a08ccde134672d529165d4a6275d12a0680a6b1eac58c28fcd4f4579fa1"
    );
}

#[test]
fn a_later_generations_genesis_keeps_its_hash() {
    let heads = Document::of_generation(doc(DocKind::Household, 1), Generation(1)).heads();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&heads[0].0),
        "52fe14e6f461269689d12239908e68a297bffecbd18121d0180a11abd45c6c36"
    );
}

/// In every generation the prose is made by the genesis's third operation.
#[test]
fn a_meetings_genesis_keeps_its_hash() {
    let heads = [0, 1].map(|number| Document::of_generation(doc(DocKind::Meeting, 1), Generation(number)).heads());
    let hashes = heads.map(|heads| data_encoding::HEXLOWER.encode(&heads[0].0));
    assert_eq!(
        hashes,
        [
            "911277a52f329ada71dbb5b1d0b6abb645b4b238264aa28e5cab3562ca257946",
            "ff5af052935256637a5aa2a2f607f389e4ce852b78edeb206a31040a95aca538",
        ]
    );
}

#[test]
fn a_change_in_prose_keeps_its_bytes() {
    let mut document = Document::new(doc(DocKind::Meeting, 1));
    let changes = [(1, "河道"), (2, "湖道。")].map(|(by, text)| {
        let mut edit = Edit::new();
        edit.prose(PROSE_KEY, text);
        let change = document.write(stamp(by, 5), edit).unwrap().unwrap();
        data_encoding::HEXLOWER.encode(&change.bytes)
    });
    assert_eq!(
        changes,
        [
            "856f4a834da5107d017401911277a52f329ada71dbb5b1d0b6abb645b4b238264aa28e5cab3562ca257946100101010101010101010101010101000001040500011000000000000000000000000000000000090102020211041303340242025602570670020201020300017f007e0004000202010236e6b2b3e981930200",
            "856f4a839070969f019601014da5107d167b163fe624db1d33671e76ce43f4bb859492debabd0d4345612bc810020202020202020202020202020200000106050002100000000000000000000000000000000010010101010101010101010101010100000b0102020211041304340442045604570670047102730203010303000102027d000401000101017d0103017d360036e6b996e380827d0001007f027f04",
        ]
    );
}

#[test]
fn a_visit_keeps_its_form() {
    let form = VisitForm {
        workers: vec![worker(1)],
        date: Some(day(3)),
        time: chrono::NaiveTime::from_hms_opt(19, 5, 0),
        mode: Some(VisitMode::Home),
        channel: Some(VisitChannel::OffHours),
        met: Some(Met::Family),
        note: "水压小".into(),
        matters: vec![doc(DocKind::Matter, 2)],
        next_on: Some(day(9)),
        recorded_at: Some(DeviceMillis(5)),
        entered_by: Some(worker(1)),
        entered_at: None,
    };
    assert_eq!(
        stored(DocKind::Household, household::visit(id(1), &VisitDraft::new(form).unwrap())),
        r#"visit/AQEBAQEBAQE {"channel":"off_hours","date":"2026-11-03","entered_by":"01010101-0101-0101-0101-010101010101","matters":["04020202-0202-8202-8202-020202020202"],"met":"family","mode":"home","next_on":"2026-11-09","note":"水压小","recorded_at":5,"time":"19:05","workers":["01010101-0101-0101-0101-010101010101"]}"#
    );
}

#[test]
fn a_diary_entry_keeps_its_form() {
    let form = EntryForm {
        date: Some(day(3)),
        weather: "晴".into(),
        place: "村口".into(),
        households: vec![doc(DocKind::Household, 1)],
        title: "河道".into(),
        text: "河里有垃圾。".into(),
        reflection: "明天去看。".into(),
        tags: vec!["河道".into()],
        matters: vec![doc(DocKind::Matter, 2)],
        recorded_at: Some(DeviceMillis(5)),
        entered_at: None,
        entered_by: None,
    };
    let header = DiaryHeader { author: worker(1), village: doc(DocKind::Roster, 1), audience: Audience::Branch };
    let edit = diary::write(&header, id(1), &EntryDraft::new(form).unwrap());
    assert_eq!(
        stored(DocKind::Diary, edit),
        r#"entry/AQEBAQEBAQE {"date":"2026-11-03","households":["02010101-0101-8101-8101-010101010101"],"matters":["04020202-0202-8202-8202-020202020202"],"place":"村口","recorded_at":5,"reflection":"明天去看。","tags":["河道"],"text":"河里有垃圾。","title":"河道","weather":"晴"}"#
    );
}

#[test]
fn a_step_keeps_its_form() {
    let matter = Matter::read(&Document::new(doc(DocKind::Matter, 1)));
    let edit = matter.step(id(1), worker(1), DeviceMillis(5), Act::Close { closing: Closing::Phased });
    assert_eq!(
        stored(DocKind::Matter, edit),
        r#"step/AQEBAQEBAQE {"act":"close","at":5,"by":"01010101-0101-0101-0101-010101010101","closing":"phased"}"#
    );
}

#[test]
fn a_link_keeps_its_form() {
    let form = LinkForm {
        worker: Some(worker(1)),
        household: Some(doc(DocKind::Household, 1)),
        from: Some(day(1)),
        to: Some(day(30)),
        chosen: Some(Chosen::ByResidents),
        confirmed_on: Some(day(2)),
        published_on: Some(day(3)),
        backup: Some(worker(2)),
    };
    assert_eq!(
        stored(DocKind::Roster, roster::put_link(id(1), &LinkDraft::new(&form).unwrap())),
        r#"link/AQEBAQEBAQE {"backup":"02020202-0202-0202-0202-020202020202","chosen":"by_residents","confirmed_on":"2026-11-02","from":"2026-11-01","household":"02010101-0101-8101-8101-010101010101","published_on":"2026-11-03","to":"2026-11-30","worker":"01010101-0101-0101-0101-010101010101"}"#
    );
}

#[test]
fn stored_codes_are_distinct() {
    macro_rules! distinct {
        ($($choice:ty),+) => {
            $(
                let codes: std::collections::BTreeSet<_> = <$choice>::ALL.iter().map(|choice| choice.code()).collect();
                assert_eq!(codes.len(), <$choice>::ALL.len(), stringify!($choice));
                assert!(<$choice>::ALL.iter().all(|choice| <$choice>::parse(choice.code()) == Some(*choice)));
            )+
        };
    }
    distinct!(
        crate::draft::FieldId,
        household::Residence,
        household::ContactBy,
        household::CareTag,
        household::Sex,
        household::Relation,
        VisitMode,
        VisitChannel,
        Met,
        Audience,
        crate::matter::State,
        crate::matter::ActKind,
        crate::matter::Level,
        Closing,
        crate::matter::Urgency,
        roster::Role,
        roster::Exempt,
        Chosen
    );
}
