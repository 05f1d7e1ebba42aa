//! Every call, natively, on a store of made-up data.

#![expect(clippy::needless_pass_by_value, reason = "arguments are made where they are given")]

mod golden;
mod opening;
mod said;
mod today;
mod trouble;

use std::cell::Cell;
use std::rc::Rc;

use lianhu_core::roster::roster_id;
use lianhu_core::{DeviceMillis, WorkerId};
use lianhu_crypto::SymmetricKey;
use lianhu_device::{NewDevice, Owner, Surroundings, Workbook};
use lianhu_store::{Lock, Phone, PhoneOptions, ThisMachine};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Handbook, Home, home_path, parsed};

const KEY: [u8; 32] = [7; 32];
const PIN: &str = "四季平安2026";

/// A clock that goes a minute with every look, and dice that count.
#[derive(Clone, Default)]
struct Counting(Rc<Cell<u64>>);

impl Surroundings for Counting {
    fn now(&self) -> DeviceMillis {
        self.0.set(self.0.get() + 1);
        // The 26th of November 2026, nine in the morning in China.
        DeviceMillis(1_795_654_800_000 + i64::try_from(self.0.get()).unwrap() * 1_000)
    }

    fn random(&mut self) -> [u8; 16] {
        self.0.set(self.0.get() + 1);
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.0.get().to_be_bytes());
        let count = self.0.get().to_be_bytes();
        bytes[..8].copy_from_slice(&count.map(|byte| byte ^ 0x5a));
        bytes
    }
}

fn worker(n: u8) -> WorkerId {
    format!("0198000{n}-0000-7000-8000-000000000000").parse().unwrap()
}

/// A phone of somebody who leads a branch and sits on the board, with a village's roster.
struct Hand {
    handbook: Handbook<Counting>,
    home: Home,
    surroundings: Counting,
    _folder: TempDir,
}

impl Hand {
    /// A phone nobody has enrolled.
    fn blank() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home { path: home_path(folder.path().join("workbook.db")), machine: &ThisMachine };
        let surroundings = Counting::default();
        Hand { handbook: Handbook::new(home, surroundings.clone()), home, surroundings, _folder: folder }
    }

    /// A phone with a workbook that belongs to no township.
    fn new() -> Self {
        let mut hand = Hand::blank();
        let device = NewDevice::generate(&mut hand.surroundings);
        let owner = Owner {
            worker: worker(1),
            name: "沈建国".into(),
            roles: vec!["branch_lead".into()],
            roster: roster_id("新塍镇", "火炬村"),
            township: "新塍镇".into(),
            server: "https://lianhu.example".into(),
        };
        let store = Phone::open(hand.home.path, PhoneOptions::new(Lock::Keystore(SymmetricKey(KEY)))).unwrap();
        Workbook::create(store, hand.surroundings.clone(), device, owner).unwrap();
        hand.handbook.open(Some(KEY));
        hand
    }

    /// The same with a village: a roster, a colleague, a household with a link.
    fn in_a_village() -> Self {
        let mut hand = Hand::new();
        hand.ok(
            "begin",
            json!({ "kind": "roster", "deed": { "do": "put_village", "name": "火炬村", "town": "新塍镇" } }),
        );
        let village = roster_id("新塍镇", "火炬村");
        for (who, name, roles) in [(1, "沈建国", vec!["branch_lead", "village_board"]), (2, "陆秀英", vec!["member"])]
        {
            hand.ok(
                "act",
                json!({ "id": village, "deed": {
                    "do": "put_worker", "worker": worker(who), "name": name, "roles": roles, "branch": "第一支部",
                } }),
            );
        }
        hand
    }

    fn call(&mut self, name: &str, args: Value) -> Value {
        parsed(&self.handbook.call(name, &args.to_string()))
    }

    /// What a call gives that has to succeed.
    fn ok(&mut self, name: &str, args: Value) -> Value {
        let answer = self.call(name, args);
        assert!(answer["error"].is_null(), "{name}: {answer}");
        answer["ok"].clone()
    }

    /// The code of the error a call has to give.
    fn refused(&mut self, name: &str, args: Value) -> String {
        let answer = self.call(name, args);
        answer["error"]["code"].as_str().unwrap_or_else(|| panic!("{name} was not refused: {answer}")).to_owned()
    }

    /// A household of the village, linked to whoever holds this phone.
    fn household(&mut self, head: &str, doorplate: &str) -> String {
        let id = self.ok("create_household", json!({ "card": { "head": head, "doorplate": doorplate } }))["id"].clone();
        let village = roster_id("新塍镇", "火炬村");
        let deed = json!({ "do": "link", "worker": worker(1), "household": id, "from": "2026-01-01" });
        self.ok("act", json!({ "id": village, "deed": deed }));
        id.as_str().unwrap().to_owned()
    }
}
