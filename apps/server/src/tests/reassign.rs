//! Households handed on: what the phones of both people do, however they are cut off.

use std::collections::BTreeSet;

use lianhu_core::household::CardForm;
use lianhu_core::matter::MatterForm;
use lianhu_core::roster::Which;
use lianhu_core::{DocId, roster};
use lianhu_device::{Answer, Saved, Signature, Transport, TransportError, Workbook};
use lianhu_sync::ports::{PendingChange, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite};
use lianhu_testkit::memory::MemoryPhone;

use super::wire::Served;
use super::world::{DAY, LI, Phone, WANG, World, ZHAO, answer_of, day, home, village, visit, worker};
use crate::{HandOver, calendar};

fn these(homes: &[u8], of: Option<u8>) -> Which {
    Which::These { households: homes.iter().map(|n| home(*n)).collect(), of: of.map(worker) }
}

fn hand_over(world: &World, which: Which, to: u8, until: Option<&str>) -> BTreeSet<DocId> {
    let asked = HandOver { which, to: worker(to), from: None, until: until.map(day) };
    world.town.reassign(&asked).unwrap().households
}

fn households(phone: &mut Phone) -> Vec<DocId> {
    let mut ids: Vec<_> =
        phone.households().list().unwrap().into_iter().filter(|home| !home.withdrawn).map(|home| home.id).collect();
    ids.sort_unstable();
    ids
}

/// A matter about the second household, raised by a member.
fn raise(phone: &mut Phone) -> DocId {
    let form =
        MatterForm { title: "清理屋后水沟".to_owned().into(), household: Some(home(2)), ..MatterForm::default() };
    phone.matters().raise(form).unwrap()
}

#[test]
fn a_household_handed_on_leaves_one_phone_and_comes_whole_to_the_other() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    wang.households().visit(home(2), visit("先前的走访")).unwrap();
    world.sync(&mut wang);
    assert_eq!(hand_over(&world, these(&[2], None), ZHAO, None), [home(2)].into());
    assert!(hand_over(&world, these(&[2], None), ZHAO, None).is_empty(), "asked twice, done once");

    let (former, new) = (world.sync(&mut wang), world.sync(&mut zhao));
    assert_eq!((former.withdrawn, former.proven), (1, true));
    assert_eq!((new.granted, new.proven), (1, true));
    assert_eq!((households(&mut wang), households(&mut zhao)), (vec![home(1)], vec![home(2)]));
    assert_eq!(zhao.households().get(home(2)).unwrap().visits.len(), 1);
}

#[test]
fn the_former_phone_forgets_the_matters_it_may_no_longer_read_and_keeps_those_it_raised() {
    let world = World::new();
    world.link(LI, home(2));
    let (mut wang, mut li, mut zhao) = (world.phone(WANG), world.phone(LI), world.phone(ZHAO));
    for phone in [&mut wang, &mut li, &mut zhao] {
        world.sync(phone);
    }
    let (own, of_li) = (raise(&mut wang), raise(&mut li));
    for phone in [&mut wang, &mut li] {
        world.sync(phone);
    }
    world.sync(&mut wang);
    assert_eq!(wang.matters().list().unwrap().len(), 2);
    hand_over(&world, these(&[2], Some(WANG)), ZHAO, None);
    assert_eq!(world.sync(&mut wang).withdrawn, 2, "the household and the matter of somebody else");
    assert!(wang.matters().get(own).is_ok() && wang.matters().get(of_li).is_err());
    world.sync(&mut zhao);
    assert!(zhao.matters().get(own).is_ok() && zhao.matters().get(of_li).is_ok());
}

#[test]
fn all_households_of_one_who_leaves_go_to_another_in_one_change() {
    let world = World::new();
    let (mut wang, mut zhao) = (world.phone(WANG), world.phone(ZHAO));
    world.sync(&mut wang);
    world.sync(&mut zhao);
    world.office(village(), roster::set_active(worker(WANG), false));
    let changes = world.counters().changes;
    assert_eq!(hand_over(&world, Which::AllOf(worker(WANG)), ZHAO, None), [home(1), home(2)].into());
    assert_eq!(world.counters().changes, changes + 1);
    assert_eq!(world.sync(&mut zhao).granted, 2);
    assert!(world.sync(&mut wang).proven);
    assert_eq!((households(&mut wang), households(&mut zhao)), (vec![], vec![home(1), home(2)]));
    assert!(!world.may_read(WANG, village()));
}

#[test]
fn a_cover_comes_and_goes_by_the_calendar() {
    let world = World::new();
    let mut zhao = world.phone(ZHAO);
    world.sync(&mut zhao);
    let asked = HandOver {
        which: these(&[2], None),
        to: worker(ZHAO),
        from: Some(day("2026-11-25")),
        until: Some(day("2026-11-26")),
    };
    world.town.reassign(&asked).unwrap();
    let mut seen = Vec::new();
    let mut settled_on = world.town.today();
    for _ in 0..5 {
        assert!(world.sync(&mut zhao).proven);
        assert!(world.may_read(WANG, home(2)), "whose they are keeps them");
        seen.push((settled_on.to_string(), households(&mut zhao).len()));
        world.later(DAY);
        settled_on = calendar::turn(&world.town, settled_on).unwrap();
    }
    let days = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"];
    assert_eq!(seen, days.iter().map(|day| (*day).to_owned()).zip([0, 0, 1, 1, 0]).collect::<Vec<_>>());
}

#[test]
fn the_office_hands_on_over_http_and_hears_in_words_what_it_may_not() {
    let world = World::new();
    let served = Served::of(&world.town);
    let asked = |body: String| served.post_json("/office/v1/reassignments", &body);
    let (wang, zhao) = (worker(WANG), worker(ZHAO));
    let done = asked(format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, home(2)));
    assert_eq!(done.json(), serde_json::json!({ "households": [home(2)], "from": "2026-11-23" }));
    assert!(world.may_read(ZHAO, home(2)) && !world.may_read(WANG, home(2)));
    let cover = asked(format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "2026-12-01", "until": "2026-12-05"}}"#));
    assert_eq!(cover.json()["households"], serde_json::json!([home(1)]));
    let cases = [
        (format!(r#"{{"of": "{wang}", "to": "{wang}"}}"#), 422, "same_person"),
        (format!(r#"{{"of": "{wang}", "to": "{}"}}"#, worker(77)), 422, "unknown_worker"),
        (format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, home(9)), 422, "not_linked"),
        (format!(r#"{{"households": ["{}"], "to": "{zhao}"}}"#, village()), 422, "not_linked"),
        (
            format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "2026-12-05", "until": "2026-12-01"}}"#),
            422,
            "days_in_wrong_order",
        ),
        (format!(r#"{{"to": "{zhao}"}}"#), 400, "malformed"),
        (format!(r#"{{"of": "{wang}", "to": "{zhao}", "from": "明天"}}"#), 400, "malformed"),
    ];
    for (body, status, code) in cases {
        let answer = asked(body.clone());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
}

/// What ends up where, however the way there was.
#[derive(Debug, PartialEq)]
struct End {
    homes: [Vec<DocId>; 3],
    visits: Vec<String>,
    late: usize,
    notices: usize,
    entries: usize,
    places: Vec<bool>,
}

/// A line and a store that break at one point each: the request or reply of this number is lost, the store stops before
/// this commit.
#[derive(Clone, Copy, Debug)]
struct Breaks {
    request_lost: Option<usize>,
    reply_lost: Option<usize>,
    crash_at: Option<usize>,
}

/// A phone's store that stops working before one of its commits: a crash at that point.
struct Brittle {
    store: MemoryPhone,
    left: Option<usize>,
}

impl PhoneStore for Brittle {
    type Error = &'static str;

    fn standing(&self) -> Result<PhoneStanding, Self::Error> {
        Ok(self.store.standing().unwrap())
    }
    fn documents(&self) -> Result<Vec<PhoneDocSummary>, Self::Error> {
        Ok(self.store.documents().unwrap())
    }
    fn base(&self, doc: lianhu_sync::ids::DocId) -> Result<Option<PhoneBase>, Self::Error> {
        Ok(self.store.base(doc).unwrap())
    }
    fn pending(&self, doc: Option<lianhu_sync::ids::DocId>) -> Result<Vec<PendingChange>, Self::Error> {
        Ok(self.store.pending(doc).unwrap())
    }
    fn commit(&mut self, writes: Vec<PhoneWrite>) -> Result<(), Self::Error> {
        match &mut self.left {
            Some(0) => return Err("crashed"),
            Some(left) => *left -= 1,
            None => {}
        }
        self.store.commit(writes).unwrap();
        Ok(())
    }
    fn destroy(&mut self) -> Result<(), Self::Error> {
        self.store.destroy().unwrap();
        Ok(())
    }
}

/// The town over a line that loses one message.
struct Losing<'a> {
    world: &'a World,
    breaks: Breaks,
    sent: usize,
}

impl Transport for Losing<'_> {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        let lost = || Err(TransportError::Unreachable("lost".into()));
        self.sent += 1;
        if self.breaks.request_lost == Some(self.sent) {
            return lost();
        }
        let reply = answer_of(self.world.town.exchange(body, signature).unwrap());
        if self.breaks.reply_lost == Some(self.sent) { lost() } else { Ok(reply) }
    }
}

/// Syncs a phone that breaks where it is told, is started again as its store was left, and then syncs to the end. Says
/// whether it broke.
fn sync_breaking(world: &World, phone: &Phone, breaks: Breaks) -> (Phone, bool) {
    let (store, pocket) = (phone.store().clone(), world.pocket(9));
    let mut brittle = Workbook::open(Brittle { store, left: breaks.crash_at }, pocket).unwrap();
    let broke = brittle.sync(&mut Losing { world, breaks, sent: 0 }).is_err();
    let mut phone = Workbook::open(brittle.into_store().store, world.pocket(10)).unwrap();
    let report = world.sync(&mut phone);
    assert!(report.proven, "{breaks:?}: {report:?}");
    (phone, broke)
}

/// Wang writes into the second household; it is handed to Zhao for good and covered by Li for a while; much happens; then
/// Wang syncs in small pages over a line that breaks.
fn handed_on(away: i64, breaks: Breaks) -> (End, bool) {
    let world = World::new();
    let (mut wang, mut zhao, mut li) = (world.phone(WANG), world.phone(ZHAO), world.phone(LI));
    for phone in [&mut wang, &mut zhao, &mut li] {
        world.sync(phone);
    }
    let record = wang.households().visit(home(2), visit("还不知道")).unwrap();
    wang.households().visit(home(2), visit("又去一次")).unwrap();
    wang.households().visit(home(1), visit("自己的户")).unwrap();
    hand_over(&world, these(&[2], None), ZHAO, None);
    hand_over(&world, these(&[2], Some(ZHAO)), LI, Some("2026-11-24"));
    world.sync(&mut zhao);
    for round in 0..3 {
        zhao.households().visit(home(2), visit(&format!("第{round}次"))).unwrap();
        li.households().visit(home(1), visit(&format!("隔壁{round}"))).unwrap();
        world.sync(&mut zhao);
        world.sync(&mut li);
    }
    let settled_on = world.town.today();
    world.later(away.max(2 * DAY));
    calendar::turn(&world.town, settled_on).unwrap();

    wang.limit_replies(Some(600)).unwrap();
    let (mut wang, broke) = sync_breaking(&world, &wang, breaks);
    for phone in [&mut zhao, &mut li, &mut wang] {
        assert!(world.sync(phone).proven);
    }
    let page = zhao.households().get(home(2)).unwrap();
    let mut visits: Vec<String> =
        page.visits.values().map(|told| told.value.note.as_ref().unwrap().as_str().to_owned()).collect();
    visits.sort();
    let end = End {
        homes: [households(&mut wang), households(&mut zhao), households(&mut li)],
        visits,
        late: world.column("late_entries", "by").len(),
        notices: wang.notices().len(),
        entries: zhao.late_entries().unwrap().len(),
        places: vec![wang.status().unwrap().not_delivered() == 0, page.visits.contains_key(&record)],
    };
    (end, broke)
}

const WHOLE: Breaks = Breaks { request_lost: None, reply_lost: None, crash_at: None };

/// Cuts a phone that was away for a year off at one point after the other, until there is none left.
fn cut_off_everywhere(at: fn(usize) -> Breaks) {
    let (expected, _) = handed_on(0, WHOLE);
    let mut points = 0;
    loop {
        let (end, broke) = handed_on(366 * DAY, at(points));
        assert_eq!(end, expected, "{:?}", at(points));
        if !broke {
            break;
        }
        points += 1;
    }
    assert!(points >= 3, "it was cut off at {points} points only");
}

#[test]
fn however_long_it_was_away_a_phone_comes_to_the_same_end() {
    let (expected, _) = handed_on(0, WHOLE);
    assert_eq!(expected.homes, [vec![home(1)], vec![home(2)], vec![home(1)]], "the cover is over too");
    assert_eq!((expected.visits.len(), expected.late, expected.notices, expected.entries), (5, 2, 2, 2));
    assert_eq!(expected.places, [true, true]);
    assert_eq!(handed_on(366 * DAY, WHOLE).0, expected, "away for a year");
}

#[test]
fn whichever_request_is_lost_a_phone_comes_to_the_same_end() {
    cut_off_everywhere(|n| Breaks { request_lost: Some(n + 1), ..WHOLE });
}

#[test]
fn whichever_reply_is_lost_a_phone_comes_to_the_same_end() {
    cut_off_everywhere(|n| Breaks { reply_lost: Some(n + 1), ..WHOLE });
}

#[test]
fn before_whichever_write_it_crashes_a_phone_comes_to_the_same_end() {
    cut_off_everywhere(|n| Breaks { crash_at: Some(n), ..WHOLE });
}

#[test]
fn a_phone_without_signal_knows_by_its_calendar_that_a_correction_after_the_cover_will_be_late() {
    let world = World::new();
    let mut li = world.phone(LI);
    hand_over(&world, these(&[2], None), LI, Some("2026-11-24"));
    world.sync(&mut li);
    let phone = |number: &str| CardForm { phone: number.into(), ..CardForm::default() };
    assert_eq!(li.households().change(home(2), &phone("13800000001")).unwrap(), Saved::Kept);
    let settled_on = world.town.today();
    world.later(3 * DAY);
    let mut li = Workbook::open(li.into_store(), world.pocket(11)).unwrap();
    assert_eq!(li.households().change(home(2), &phone("13800000002")).unwrap(), Saved::KeptWillBeLate);
    calendar::turn(&world.town, settled_on).unwrap();
    let report = world.sync(&mut li);
    assert_eq!((report.recorded, report.late, report.held), (2, 2, 0), "{report:?}");
    assert!(li.households().get(home(2)).is_err(), "and the phone has let it go");
}
