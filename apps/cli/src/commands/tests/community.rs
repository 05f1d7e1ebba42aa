//! Pledges, studios, bases and the board, as a person at the terminal meets them: on a phone without a signal, and at the
//! township.

use lianhu_core::complaint::{About, Complaint};
use lianhu_core::pledge::{Outcome, Pledge, Reviewer};
use lianhu_core::studio::Studio;
use lianhu_core::{DocId, DocKind};

use super::*;
use crate::args::{
    BaseAction, BaseArgs, BaseCard, BoardAction, BoardArgs, BoxAction, BoxArgs, DeskArgs, PinArgs, PledgeAction,
    PledgeArgs, StudioAction, StudioArgs, StudioCard,
};
use crate::commands::{base, board, complaint, pledge, studio};
use crate::desk;

impl Desk {
    /// At the township, or on a phone.
    fn desk(&self, workbook: Option<&str>) -> DeskArgs {
        DeskArgs {
            workbook: workbook.map(|name| self.at(name)),
            township: self.place("township"),
            pin: PinArgs::default(),
        }
    }

    fn pledge(&self, workbook: Option<&str>, action: PledgeAction) -> Result<(), Failure> {
        pledge::run(TALK, &PledgeArgs { desk: self.desk(workbook), action })
    }

    fn studio(&self, workbook: Option<&str>, action: StudioAction) -> Result<(), Failure> {
        studio::run(TALK, &StudioArgs { desk: self.desk(workbook), action })
    }

    fn base(&self, workbook: Option<&str>, action: BaseAction) -> Result<(), Failure> {
        base::run(TALK, &BaseArgs { desk: self.desk(workbook), action })
    }

    fn board(&self, workbook: Option<&str>, action: BoardAction) -> Result<(), Failure> {
        board::run(TALK, &BoardArgs { desk: self.desk(workbook), village: None, action })
    }

    fn complaint(&self, workbook: Option<&str>, action: BoxAction) -> Result<(), Failure> {
        complaint::run(TALK, &BoxArgs { desk: self.desk(workbook), action })
    }

    /// The one document of a kind that is here.
    fn only(&self, workbook: Option<&str>, kind: DocKind) -> DocId {
        let listed = desk::Desk::open(&self.desk(workbook)).unwrap().list(kind).unwrap();
        assert_eq!(listed.len(), 1, "{kind:?}");
        listed[0].0
    }

    fn read<T>(&self, workbook: Option<&str>, id: DocId, read: fn(&lianhu_core::Document) -> T) -> T {
        read(&desk::Desk::open(&self.desk(workbook)).unwrap().document(id).unwrap().unwrap())
    }

    /// A phone of the first member, enrolled and synced.
    fn enrolled(&self) -> &'static str {
        self.import();
        let town = existing_town(&self.place("township")).unwrap();
        let code = code(&town);
        serving(town, |address| self.device("phone.db", enrol(address, &code)).unwrap());
        self.sync();
        "phone.db"
    }

    fn sync(&self) {
        let town = existing_town(&self.place("township")).unwrap();
        serving(town, |server| sync_with(&self.at("phone.db"), server));
    }
}

fn add(pledge: &str, content: &str) -> PledgeAction {
    PledgeAction::Add {
        pledge: pledge.to_owned(),
        content: content.to_owned(),
        measure: "抽查".to_owned(),
        baseline: "无".to_owned(),
        due: "2026-12-31".to_owned(),
        item: None,
    }
}

#[test]
fn a_pledge_is_written_on_a_phone_without_a_signal_and_agreed_judged_and_shown_at_the_township() {
    let desk = Desk::new();
    let phone = Some(desk.enrolled());
    let begin = PledgeAction::Begin { worker: None, year: Some(2026), place: "12号摊位".to_owned(), village: None };
    desk.pledge(phone, begin).unwrap();
    let id = desk.only(phone, DocKind::Pledge);
    let name = id.to_string();
    desk.pledge(phone, add(&name, "明码标价")).unwrap();
    let early = desk.pledge(phone, PledgeAction::Publish { pledge: name.clone(), on: String::new() }).unwrap_err();
    assert_eq!(early.kind(), Kind::Input);
    assert!(early.told(Tongue::Zh).contains("2到5"), "{early}");
    desk.pledge(phone, add(&name, "缺一罚十")).unwrap();
    desk.pledge(phone, PledgeAction::Show { pledge: name.clone() }).unwrap();
    desk.sync();
    for action in [
        PledgeAction::Approve { pledge: name.clone() },
        PledgeAction::Publish { pledge: name.clone(), on: "2026-11-03".to_owned() },
        PledgeAction::Review {
            pledge: name.clone(),
            reviewer: Reviewer::Residents,
            verdict: Outcome::Kept,
            text: String::new(),
        },
        PledgeAction::Close { pledge: name, outcome: Outcome::Partly, reason: "还差一种".to_owned() },
        PledgeAction::List,
    ] {
        desk.pledge(None, action).unwrap();
    }
    desk.board(None, BoardAction::Show).unwrap();
    desk.board(None, BoardAction::Print { out: desk.at("board.html") }).unwrap();
    let printed = std::fs::read_to_string(desk.at("board.html")).unwrap();
    assert!(printed.contains("明码标价") && printed.contains("部分兑现") && printed.contains("韩珠"));
    assert!(!printed.contains("还差一种"), "reasons are nobody else's business");
    let again = desk.board(None, BoardAction::Print { out: desk.at("board.html") }).unwrap_err();
    assert_eq!(again.kind(), Kind::Input, "a file that is there is left alone");
    desk.sync();
    assert_eq!(desk.read(phone, id, Pledge::read).state().code(), "partly_kept");
    desk.board(phone, BoardAction::Print { out: desk.at("phone.html") }).unwrap();
    assert!(std::fs::read_to_string(desk.at("phone.html")).unwrap().contains("明码标价"));
}

#[test]
fn a_studio_serves_and_a_base_trains_at_both_desks() {
    let desk = Desk::new();
    let phone = Some(desk.enrolled());
    let card =
        StudioCard {
            skills: "法律、调解".to_owned(), open: "周三 8:30-11:30".to_owned(), ..StudioCard::default()
        };
    desk.studio(phone, StudioAction::Begin { name: "一家人".to_owned(), card, village: None }).unwrap();
    let id = desk.only(phone, DocKind::Studio);
    let serve = |by: Option<&str>, hours: &str| StudioAction::Serve {
        studio: id.to_string(),
        content: "解答政策".to_owned(),
        date: String::new(),
        hours: hours.to_owned(),
        place: String::new(),
        by: by.map(str::to_owned),
        matter: None,
        served: Some(2),
    };
    desk.studio(phone, serve(None, "1.5")).unwrap();
    assert_eq!(desk.studio(phone, serve(None, "很久")).unwrap_err().kind(), Kind::Input);
    desk.sync();
    let join = StudioAction::Join { studio: id.to_string(), worker: "曹兰月".to_owned() };
    desk.studio(None, join).unwrap();
    desk.studio(None, serve(Some("曹兰月"), "2")).unwrap();
    desk.studio(None, StudioAction::Post { studio: id.to_string() }).unwrap();
    desk.studio(None, StudioAction::Show { studio: id.to_string() }).unwrap();
    desk.studio(None, StudioAction::List).unwrap();
    let totals = desk.read(None, id, Studio::read).totals();
    assert_eq!((totals.services, totals.hours_tenths, totals.served), (2, 35, 4));

    let begin = BaseAction::Begin {
        name: "先锋号大棚".to_owned(),
        trade: "草莓".to_owned(),
        card: BaseCard::default(),
        village: None,
    };
    desk.base(phone, begin).unwrap();
    let base = desk.only(phone, DocKind::Base).to_string();
    let batch = BaseAction::Batch {
        base: base.clone(),
        topic: "育苗".to_owned(),
        from: "2026-11-02".to_owned(),
        to: "2026-11-04".to_owned(),
        trained: Some(24),
        outcome: String::new(),
        lifted: Some(2),
        batch: None,
    };
    desk.base(phone, batch).unwrap();
    desk.sync();
    let outcome = BaseAction::Outcome { base: base.clone(), text: "订了一万斤".to_owned(), on: String::new() };
    desk.base(None, outcome).unwrap();
    desk.base(None, BaseAction::Post { base: base.clone() }).unwrap();
    desk.base(None, BaseAction::Show { base }).unwrap();
    desk.board(None, BoardAction::Print { out: desk.at("board.html") }).unwrap();
    let printed = std::fs::read_to_string(desk.at("board.html")).unwrap();
    assert!(["一家人", "周三 8:30-11:30", "先锋号大棚", "24"].iter().all(|word| printed.contains(word)));
}

#[test]
fn a_complaint_is_put_in_on_a_phone_without_a_signal_and_replied_to_at_the_township() {
    let desk = Desk::new();
    let phone = Some(desk.enrolled());
    let put = |text: &str| BoxAction::Put { text: text.to_owned(), about: Some(About::Photos), village: None };
    assert_eq!(desk.complaint(phone, put(" ")).unwrap_err().kind(), Kind::Input);
    desk.complaint(phone, put("每户都要拍照上传")).unwrap();
    let id = desk.only(phone, DocKind::Complaint);
    let (complaint, text) = (id.to_string(), "不用拍".to_owned());
    let own = desk.complaint(phone, BoxAction::Reply { complaint: complaint.clone(), text: text.clone() });
    assert!(own.is_err(), "nobody replies to their own");
    desk.sync();
    desk.complaint(None, BoxAction::Reply { complaint: complaint.clone(), text }).unwrap();
    desk.complaint(None, BoxAction::List).unwrap();
    assert!(
        desk.complaint(None, BoxAction::Withdraw { complaint: complaint.clone() }).is_err(),
        "it is not the desk's"
    );
    desk.sync();
    desk.complaint(phone, BoxAction::List).unwrap();
    assert_eq!(desk.read(phone, id, Complaint::read).state().code(), "replied");
    desk.complaint(phone, BoxAction::Withdraw { complaint: complaint.clone() }).unwrap();
    assert_eq!(desk.complaint(phone, BoxAction::Withdraw { complaint }).unwrap_err().kind(), Kind::Input);
}
