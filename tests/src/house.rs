//! A folder with everything a test needs: a township, and the phones of its people.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lianhu::phone::{FileWorkbook, System, open_workbook};
use lianhu_core::DocId;
use serde_json::{Value, json};
use tempfile::TempDir;

#[cfg(unix)]
use crate::program::lianhu_in_little_room;
use crate::program::{Server, Told, lianhu, lianhu_killed_at};

/// The lists of the demo town.
pub(crate) const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/town");

/// The village's secretary, who leads its first branch and is linked to nobody.
pub(crate) const LEAD: &str = "沈国良";
/// A member of the first branch with three households, two of them under heads of one name.
pub(crate) const MEMBER: &str = "钱水芳";
/// Another member of the first branch, with one household.
pub(crate) const NEIGHBOUR: &str = "陆阿根";
/// A member of the second branch, with one household.
pub(crate) const STRANGER: &str = "郁秀英";
/// Everybody.
pub(crate) const EVERYBODY: [&str; 4] = [LEAD, MEMBER, NEIGHBOUR, STRANGER];

const MEMBERS: &str = "\
乡镇,行政村,所属支部,姓名,出生年月,联系电话,职务
禾泾镇,庆丰村,庆丰第1支部,沈国良,1968-03,15400000001,支部书记
禾泾镇,庆丰村,庆丰第1支部,钱水芳,1975-06,15400000002,
禾泾镇,庆丰村,庆丰第1支部,陆阿根,1971-09,15400000003,
禾泾镇,庆丰村,庆丰第2支部,郁秀英,1980-01,15400000004,
";

const HOUSEHOLDS: &str = "\
行政村,门牌号,户主姓名,家庭人口,联系电话,居住情况
庆丰村,1组1号,张福根,4,15400001001,常住
庆丰村,1组2号,李凤仙,2,15400001002,部分外出
庆丰村,1组3号,张福根,5,15400001003,常住
庆丰村,2组1号,吴小妹,3,15400001004,常住
庆丰村,2组2号,高仁法,1,15400001005,常住
";

const LINKS: &str = "\
党员姓名,党员电话,行政村,门牌号,户主姓名,联户起始日期
钱水芳,15400000002,庆丰村,1组1号,张福根,2024-05-01
钱水芳,15400000002,庆丰村,1组2号,李凤仙,2024-05-01
钱水芳,15400000002,庆丰村,1组3号,张福根,2024-05-01
陆阿根,15400000003,庆丰村,2组1号,吴小妹,2024-05-01
郁秀英,15400000004,庆丰村,2组2号,高仁法,2024-05-01
";

/// A temporary folder that goes with the test.
pub(crate) struct House(TempDir);

impl House {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        House(tempfile::tempdir().unwrap())
    }

    /// With a township of one small village.
    pub(crate) fn with_a_village() -> Self {
        let house = House::empty();
        let members = house.write("members.csv", MEMBERS);
        let households = house.write("households.csv", HOUSEHOLDS);
        let links = house.write("links.csv", LINKS);
        let told = house.import(&[&members, &households, &links]).done();
        assert_eq!(told["refused"], json!({ "members.csv": 0, "households.csv": 0, "links.csv": 0 }));
        assert_eq!(told["imported"], json!({ "members.csv": 4, "households.csv": 5, "links.csv": 5 }));
        house
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The same, to be typed as an argument.
    pub(crate) fn typed(&self, name: &str) -> String {
        self.path(name).into_os_string().into_string().unwrap()
    }

    /// Writes a file; its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.typed(name)
    }

    /// The names of everything in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(self.0.path())
    }

    /// The township's folder.
    pub(crate) fn town(&self) -> PathBuf {
        self.path("township")
    }

    /// Serves the township on a free port.
    pub(crate) fn serve(&self) -> Server {
        Server::start(&self.town())
    }

    /// `lianhu import roster`.
    pub(crate) fn import(&self, files: &[&str]) -> Told {
        lianhu(&[&["import", "roster", "--dir", &self.typed("township")], files].concat())
    }

    /// `lianhu verify`: the township is sound; what it counted.
    #[track_caller]
    pub(crate) fn sound(&self) -> Value {
        let findings = lianhu(&["verify", "--dir", &self.typed("township")]).done();
        assert_eq!(findings["differences"], 0, "{findings}");
        assert_eq!(findings["problems"], json!([]));
        findings
    }

    /// `lianhu code`: a one-time code for a member.
    #[track_caller]
    pub(crate) fn code(&self, who: &str) -> String {
        let told = lianhu(&["code", who, "--dir", &self.typed("township")]).done();
        told["code"].as_str().unwrap().to_owned()
    }

    /// `lianhu device` on the phone of this name.
    pub(crate) fn phone(&self, name: &str, args: &[&str]) -> Told {
        lianhu(&[&["device", "--workbook", &self.typed(&phone_file(name))], args].concat())
    }

    /// The same, killed at a moment unless it has ended before.
    pub(crate) fn phone_killed_at(&self, moment: Duration, name: &str, args: &[&str]) -> Told {
        lianhu_killed_at(moment, &[&["device", "--workbook", &self.typed(&phone_file(name))], args].concat())
    }

    /// The same, where no file may grow beyond so many bytes.
    #[cfg(unix)]
    pub(crate) fn phone_in_little_room(&self, bytes: u64, name: &str, args: &[&str]) -> Told {
        lianhu_in_little_room(bytes, &[&["device", "--workbook", &self.typed(&phone_file(name))], args].concat())
    }

    /// Where the phone of this name keeps its workbook.
    pub(crate) fn phone_path(&self, name: &str) -> PathBuf {
        self.path(&phone_file(name))
    }

    /// The workbook on the phone of this name, opened as an app opens it.
    pub(crate) fn workbook(&self, name: &str) -> FileWorkbook {
        open_workbook(&self.phone_path(name), System).unwrap()
    }

    /// Makes a code for a member at the office, enrols a phone under the member's name, and fetches the households.
    #[track_caller]
    pub(crate) fn enrol(&self, server: &Server, who: &str) {
        let code = code_at(server, who);
        self.phone(who, &["enrol", &server.address, &code]).done();
        assert_eq!(self.phone(who, &["sync"]).done()["proven"], true);
    }
}

/// The office's own way to a code while the server runs.
#[track_caller]
pub(crate) fn code_at(server: &Server, who: &str) -> String {
    let workers = server.list("workers");
    let worker = workers.iter().find(|worker| worker["name"] == who).expect("a member of this name");
    let asked = json!({ "worker": worker["id"], "hours": 1 }).to_string();
    let json = [("content-type", "application/json")];
    let (status, told) = server.post("/office/v1/codes", &json, asked.as_bytes());
    assert_eq!(status, 200, "{told}");
    told["code"].as_str().unwrap().to_owned()
}

/// Households on a workbook.
pub(crate) fn homes(workbook: &mut FileWorkbook) -> Vec<DocId> {
    workbook.households().list().unwrap().into_iter().map(|home| home.id).collect()
}

/// The names of everything in a folder, in order.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn phone_file(name: &str) -> String {
    format!("{name}.db")
}
