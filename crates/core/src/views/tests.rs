use proptest::prelude::*;

use super::*;
use crate::access::{Facts, town_reads};
use crate::card::Card;
use crate::diary::{self, Audience, Diary, DiaryHeader, EntryDraft, EntryForm};
use crate::household::{self, CardForm, HouseholdDraft, ResidentDraft, ResidentForm, VisitDraft, VisitForm};
use crate::lang::Lang;
use crate::matter::{self, Act, Categories, MatterDraft, MatterForm};
use crate::roster::{self, LinkDraft, LinkForm, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use crate::testing::{any_key, any_value, day, doc, id, merge, put, worker, write};
use crate::{DeviceMillis, DocKind, Document, Edit};

fn home() -> Document {
    let form = CardForm { head: "张三".into(), phone: "13800138000".into(), members: Some(3), ..CardForm::default() };
    let mut document = Document::new(doc(DocKind::Household, 1));
    let draft = HouseholdDraft::new(doc(DocKind::Roster, 1), &form).unwrap();
    write(&mut document, 1, household::create(worker(1), &draft));
    let visit =
        VisitForm { workers: vec![worker(1)], date: Some(day(3)), entered_by: Some(worker(1)), ..VisitForm::default() };
    write(&mut document, 1, household::visit(id(1), &VisitDraft::new(visit).unwrap()));
    let resident = ResidentForm { name: "张小四".into(), away: Some(true), ..ResidentForm::default() };
    write(&mut document, 1, household::put_resident(id(2), &ResidentDraft::new(&resident).unwrap()));
    document
}

#[test]
fn a_visit_or_a_field_has_the_rows_of_no_other_visit_made_again_and_another_village_has_them_all() {
    let before = home();
    let since = |edit: Edit| {
        let mut after = before.clone();
        write(&mut after, 2, edit);
        let since = project_since(&before, &after);
        let visits = since.rows.iter().filter(|row| row.view == "visits").count();
        (since.records.map(|records| records.into_iter().collect::<Vec<_>>()), visits)
    };
    let visit =
        VisitForm { workers: vec![worker(2)], date: Some(day(4)), entered_by: Some(worker(2)), ..VisitForm::default() };
    let visit = household::visit(id(3), &VisitDraft::new(visit).unwrap());
    assert_eq!(since(visit), (Some(vec![id(3)]), 1));
    assert_eq!(since(put("phone", "13900139000")), (Some(vec![]), 0));
    assert_eq!(
        since(put(&format!("visit/{}", id(1)), "no visit")),
        (Some(vec![id(1)]), 0),
        "the one that was there goes"
    );
    assert_eq!(since(put("village", doc(DocKind::Roster, 2).to_scalar())), (None, 1));
    let unread = Document::from_inner(before.id(), before.whole().unwrap().clone());
    assert_eq!(project_since(&before, &unread).records, None, "what cannot be told is made again");
}

fn concern() -> Document {
    let form = MatterForm {
        village: Some(doc(DocKind::Roster, 1)),
        date: Some(day(3)),
        title: "河道垃圾".into(),
        category: "水利".into(),
        ..MatterForm::default()
    };
    let mut document = Document::new(doc(DocKind::Matter, 1));
    let draft = MatterDraft::new(&form, &Categories::default()).unwrap();
    write(&mut document, 1, matter::create(worker(1), &draft));
    let edit = matter::Matter::read(&document).step(id(1), worker(1), DeviceMillis(7), Act::Submit);
    write(&mut document, 1, edit);
    document
}

fn village() -> Document {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    let form = RosterForm { name: "南浜村".into(), town: "高桥镇".into(), area: String::new() };
    let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
    let person = WorkerForm { name: "李四".into(), ..WorkerForm::default() };
    edit.extend(roster::put_worker(worker(1), &WorkerDraft::new(&person).unwrap()));
    let link = LinkForm { worker: Some(worker(1)), household: Some(doc(DocKind::Household, 1)), ..LinkForm::default() };
    edit.extend(roster::put_link(id(1), &LinkDraft::new(&link).unwrap()));
    write(&mut document, 1, edit);
    document
}

fn diary_for(audience: Audience) -> Document {
    let form =
        EntryForm { date: Some(day(3)), title: "雨天".into(), text: "雨停了。".into(), ..EntryForm::default() };
    let draft = EntryDraft::new(form).unwrap();
    let header = DiaryHeader { author: worker(1), village: doc(DocKind::Roster, 1), audience };
    let mut document = Document::new(diary::diary_id(worker(1), draft.month(), audience));
    write(&mut document, 1, diary::write(&header, id(1), &draft));
    document
}

#[test]
fn an_entry_and_a_comment_of_one_name_are_told_together_when_one_of_them_changes() {
    let before = diary_for(Audience::Town);
    let comment = Diary::read(&before).comment(id(1), id(1), worker(4), DeviceMillis(5), "写得好").unwrap();
    let mut after = before.clone();
    write(&mut after, 4, comment);
    let Since { rows, records } = project_since(&before, &after);
    assert_eq!(records, Some([id(1)].into()));
    let views: Vec<_> = rows.iter().map(|row| row.view).collect();
    assert_eq!(views, ["diary_entries", "diary_comments"], "who keeps rows drops those of this name in both");
    assert_eq!(rows, project(&after));
}

#[test]
fn the_office_reads_the_words_of_a_diary_only_where_they_were_written_for_the_town() {
    let of = |audience| project(&diary_for(audience));
    assert!(of(Audience::OnlyMe).is_empty());
    for nearer in [Audience::Branch, Audience::Village] {
        let rows = of(nearer);
        assert_eq!(cell(&rows, "diary_entries", "date"), text("2026-11-03"));
        assert_eq!(cell(&rows, "diary_entries", "text"), Cell::Null);
        assert_eq!(cell(&rows, "diary_entries", "title"), Cell::Null);
        assert!(!town_reads(&diary_for(nearer)));
    }
    assert_eq!(cell(&of(Audience::Town), "diary_entries", "text"), text("雨停了。"));
    assert!(town_reads(&diary_for(Audience::Town)) && town_reads(&home()));
}

/// A value of the first row of a view, by column name.
fn cell(rows: &[Row], view: &str, column: &str) -> Cell {
    let spec = find(view).unwrap();
    let at = spec.columns.iter().position(|(name, _)| *name == column).unwrap();
    rows.iter().find(|row| row.view == view).unwrap().values[at].clone()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

#[test]
fn a_key_has_a_name_that_people_know_and_shows_no_id() {
    assert_eq!(key_label("phone", Lang::Zh), "电话");
    assert_eq!(key_label("visit/AQEBAQEBAQE", Lang::Zh), "走访");
    assert_eq!(key_label("resident/AQEBAQEBAQE/name", Lang::En), "resident · name");
    assert_eq!(key_label("tomorrow/AQEBAQEBAQE", Lang::Zh), "tomorrow");
}

#[test]
fn every_row_fits_its_view_and_begins_with_its_document() {
    for document in [home(), concern(), village()] {
        for row in project(&document) {
            let spec = find(row.view).unwrap();
            assert_eq!(row.values.len(), spec.columns.len(), "{}", row.view);
            assert_eq!(row.values[0], text(&document.id().to_string()));
            for (value, (column, kind)) in row.values.iter().zip(spec.columns) {
                let fits = match value {
                    Cell::Null => true,
                    Cell::Int(_) => *kind == ColumnType::Int,
                    Cell::Text(_) => *kind != ColumnType::Int,
                };
                assert!(fits, "{}.{column}", row.view);
            }
        }
    }
}

#[test]
fn views_and_columns_have_names_of_their_own_and_indexes_that_exist() {
    let mut names: Vec<_> = all().map(|view| view.name).collect();
    names.dedup();
    assert_eq!(names.len(), all().count());
    for view in all() {
        assert_eq!(view.columns[0], ("doc", ColumnType::Doc));
        let columns: std::collections::BTreeSet<_> = view.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(columns.len(), view.columns.len(), "{}", view.name);
        assert!(view.indexes.iter().flat_map(|index| index.iter()).all(|column| columns.contains(column)));
    }
}

#[test]
fn a_household_gives_its_card_its_residents_and_its_visits() {
    let rows = project(&home());
    assert_eq!(cell(&rows, "households", "head"), text("张三"));
    assert_eq!(cell(&rows, "households", "members"), Cell::Int(3));
    assert_eq!(cell(&rows, "households", "last_visit"), text("2026-11-03"));
    assert_eq!(cell(&rows, "households", "village"), text(&doc(DocKind::Roster, 1).to_string()));
    assert_eq!(cell(&rows, "residents", "away"), Cell::Int(1));
    assert_eq!(cell(&rows, "visits", "workers"), text(&worker(1).to_string()));
    assert_eq!(cell(&rows, "visits", "note"), Cell::Null);
}

#[test]
fn a_matter_gives_its_state_and_its_steps() {
    let rows = project(&concern());
    assert_eq!(cell(&rows, "matters", "state"), text("submitted"));
    assert_eq!(cell(&rows, "matters", "category"), text("水利"));
    assert_eq!(cell(&rows, "matter_steps", "act"), text("submit"));
    assert_eq!(cell(&rows, "matter_steps", "by"), text(&worker(1).to_string()));
    assert_eq!(cell(&rows, "matter_steps", "not_standing"), Cell::Null);
}

#[test]
fn a_roster_gives_its_village_workers_and_links() {
    let rows = project(&village());
    assert_eq!(cell(&rows, "villages", "name"), text("南浜村"));
    assert_eq!(cell(&rows, "workers", "name"), text("李四"));
    assert_eq!(cell(&rows, "links", "household"), text(&doc(DocKind::Household, 1).to_string()));
}

#[test]
fn replicas_that_saw_the_same_changes_give_the_same_rows_and_a_conflict_gives_no_values() {
    let (mut one, mut other) = (home(), home());
    write(&mut one, 1, put("doorplate", "甲1号"));
    write(&mut other, 2, put("doorplate", "乙2号"));
    let (here, there) = (merge(&one, &other), merge(&other, &one));
    let rows = project(&here);
    assert_eq!(rows, project(&there));
    assert_eq!(cell(&rows, "conflicts", "key"), text("doorplate"));
    assert_eq!(cell(&rows, "conflicts", "count"), Cell::Int(2));
    assert_eq!(cell(&rows, "conflicts", "first_at"), Cell::Int(1));
    let told = rows.iter().find(|row| row.view == "conflicts").unwrap();
    assert!(!told.values.contains(&text("甲1号")) && !told.values.contains(&text("乙2号")));
    assert!(Card::of(&here).conflict);
}

#[test]
fn rows_do_not_print_whom_they_are_about() {
    assert!(!format!("{:?}", project(&home())).contains("张三"));
}

#[test]
fn a_card_survives_being_kept_and_shows_what_a_list_needs() {
    for document in [home(), concern(), village()] {
        let card = Card::of(&document);
        assert_eq!(Card::from_bytes(&card.to_bytes()), card);
        assert_eq!(card.village, Some(doc(DocKind::Roster, 1)));
        assert_eq!(card.records, 1);
    }
    assert_eq!(Card::of(&home()).title.unwrap().as_str(), "张三");
    assert_eq!(Card::of(&concern()).state, Some(matter::State::Submitted));
    assert_eq!(Card::from_bytes(b"garbage"), Card::default());
}

proptest! {
    #[test]
    fn whatever_stands_in_a_document_reads_without_an_error_and_alike_on_every_replica(
        code in 0_u8..6,
        here in proptest::collection::vec((any_key(), any_value()), 0..12),
        there in proptest::collection::vec((any_key(), any_value()), 0..12),
    ) {
        let mut replicas = [(); 2].map(|()| Document::new(doc(DocKind::from_code(code), 1)));
        for (n, (replica, writes)) in (1_u8..).zip(replicas.iter_mut().zip([here, there])) {
            for (key, value) in writes.into_iter().filter(|(key, _)| key != "id" && key != "schema") {
                write(replica, n, put(&key, value));
            }
        }
        let [one, other] = [merge(&replicas[0], &replicas[1]), merge(&replicas[1], &replicas[0])];
        prop_assert_eq!(project(&one), project(&other));
        prop_assert_eq!(Card::of(&one), Card::of(&other));
        prop_assert_eq!(Facts::of(&one), Facts::of(&other));
        for row in project(&one) {
            let spec = find(row.view).unwrap();
            prop_assert_eq!(row.values.len(), spec.columns.len());
        }
    }
}
