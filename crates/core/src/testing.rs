//! What this crate's tests share: people, days and documents under short names.

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::deed::{Hand, from_json};
use crate::draft::FieldId;
use crate::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, Lang, RecordId, Refusal, Scalar, Stamp, WorkerId};

/// A worker by number.
pub(crate) fn worker(n: u8) -> WorkerId {
    WorkerId(uuid::Uuid::from_bytes([n; 16]))
}

/// A record by number.
pub(crate) fn id(n: u8) -> RecordId {
    RecordId([n; 8])
}

/// A document by kind and number.
pub(crate) fn doc(kind: DocKind, n: u8) -> DocId {
    DocId::mint(kind, [n; 16])
}

/// A day of November 2026.
pub(crate) fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
}

/// A worker's phone at a moment.
pub(crate) fn stamp(n: u8, at: i64) -> Stamp {
    Stamp { worker: worker(n), actor: ActorId::new(worker(n), [n; 16], 0), at: DeviceMillis(at) }
}

/// An edit of one key.
pub(crate) fn put(key: &str, value: impl Into<Scalar>) -> Edit {
    let mut edit = Edit::new();
    edit.put(key, value);
    edit
}

/// One worker writes.
pub(crate) fn write(document: &mut Document, by: u8, edit: Edit) {
    document.write(stamp(by, i64::from(by)), edit).unwrap();
}

/// What a deed, as JSON, writes into a document by the `n`th roll of somebody's dice, on the ninth of November.
pub(crate) fn deed_edit(document: &Document, by: u8, n: u8, json: &str) -> Result<Edit, Refusal> {
    let deed = from_json(document.id().kind(), json).unwrap_or_else(|why| panic!("{json}: {why}"));
    let hand = Hand { worker: worker(by), at: DeviceMillis(i64::from(n)), today: day(9), random: [n; 16] };
    deed.edit(document, &hand)
}

/// Somebody does it.
pub(crate) fn does(document: &mut Document, by: u8, n: u8, json: &str) {
    let edit = deed_edit(document, by, n, json).unwrap_or_else(|why| panic!("{json}: {why}"));
    write(document, by, edit);
}

/// Each of these deeds is refused for this field, in these words.
pub(crate) fn all_refused(document: &Document, by: u8, table: &[(&str, FieldId, &str, &str)]) {
    for (json, field, zh, en) in table {
        let refusal = deed_edit(document, by, 200, json).expect_err(json);
        assert_eq!((refusal.field, refusal.message(Lang::Zh).as_str()), (*field, *zh), "{json}");
        assert_eq!(refusal.message(Lang::En), *en, "{json}");
    }
}

/// What both wrote, as a third replica sees it.
pub(crate) fn merge(one: &Document, other: &Document) -> Document {
    let mut merged = one.whole().unwrap().clone();
    merged.merge(&mut other.whole().unwrap().clone()).unwrap();
    Document::from_inner(one.id(), merged)
}

/// Keys of every shape that any kind knows, and some that none does.
pub(crate) fn any_key() -> impl Strategy<Value = String> {
    let own = ["head", "members", "village", "title", "urgency", "author", "month", "audience", "area", "number", "x"];
    let records = ["visit", "entry", "step", "link", "pair", "station", "comment", "care", "x"];
    let parts = ["resident", "worker", "grid", "service", "x"];
    let fields = ["name", "born", "roles", "grids", "active", "node", "parent", "replaced_by", "members", "x"];
    prop_oneof![
        proptest::sample::select(own.to_vec()).prop_map(str::to_owned),
        (proptest::sample::select(records.to_vec()), 0_u8..4).prop_map(|(of, n)| format!("{of}/{}", id(n))),
        (proptest::sample::select(parts.to_vec()), 0_u8..4, proptest::sample::select(fields.to_vec())).prop_map(
            |(of, n, field)| {
                let name = if of == "worker" { worker(n).to_string() } else { id(n).to_string() };
                format!("{of}/{name}/{field}")
            }
        ),
        "[a-z/]{1,12}",
    ]
}

/// Values of every type, and texts that almost say something.
pub(crate) fn any_value() -> impl Strategy<Value = Scalar> {
    let records = [
        r#"{"act":"submit","after":["AQEBAQEBAQE","AgICAgICAgI"],"by":"01010101-0101-0101-0101-010101010101"}"#,
        r#"{"act":"assign","owner":5,"after":7}"#,
        r#"{"act":"close","closing":"phased","after":["AwMDAwMDAwM"]}"#,
        r#"{"act":"settle","stands":"AgICAgICAgI"}"#,
        r#"{"act":"withdraw","after":["AAAAAAAAAAA"]}"#,
        r#"{"date":"2026-11-03","workers":[1,null,{}],"note":""}"#,
        r#"{"worker":"x","from":"0000-00-00","to":null}"#,
        "{}",
        "[1]",
        "2026-11",
        "member,,x",
        "\u{0}",
    ];
    prop_oneof![
        proptest::sample::select(records.to_vec()).prop_map(Scalar::from),
        ".{0,20}".prop_map(Scalar::from),
        any::<i64>().prop_map(Scalar::from),
        any::<bool>().prop_map(Scalar::from),
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(Scalar::Bytes),
    ]
}

/// Numbers from a seed, the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 3
    }

    /// A number below `limit`; nought if there is none.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }
}
