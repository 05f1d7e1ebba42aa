//! The report of the demo, as a township clerk reads it, and as a script does.

use serde_json::json;

use crate::args::Tongue;
use crate::talk::Talk;

use super::days::Written;
use super::practice::Row;
use crate::scene::check::Checked;
use crate::scene::night::{NothingNew, Sums};

/// All that the demo found out.
pub(super) struct Report {
    pub(super) township: String,
    pub(super) members: usize,
    pub(super) households: usize,
    pub(super) villages: usize,
    pub(super) practice: Vec<Row>,
    pub(super) written: Written,
    pub(super) office: u64,
    pub(super) night: Sums,
    pub(super) night_cpu_ms: Option<f64>,
    pub(super) peak_rss_mib: Option<f64>,
    pub(super) nothing_new: NothingNew,
    pub(super) conflicts: u64,
    pub(super) new_matters: u64,
    pub(super) findings: Checked,
    pub(super) seconds: f64,
}

fn each(sum: u64, phones: u64) -> f64 {
    if phones == 0 { 0.0 } else { sum as f64 / phones as f64 }
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "—".to_owned(), |figure| format!("{figure:.digits$}"))
}

impl Report {
    fn cpu_per_phone(&self) -> Option<f64> {
        self.night_cpu_ms.map(|cpu| cpu / self.night.phones.max(1) as f64)
    }

    /// Prints what people read.
    pub(super) fn print(&self, talk: Talk) {
        let lines = match talk.tongue {
            Tongue::Zh => self.chinese(),
            Tongue::En => self.english(),
        };
        for line in lines {
            talk.print(line);
        }
    }

    fn chinese(&self) -> Vec<String> {
        let (night, quiet, written) = (&self.night, &self.nothing_new, &self.written);
        let phones = night.phones;
        let check = &self.findings;
        let mut lines = vec![
            String::new(),
            format!("══ 联户演示：{}的一夜 ══", self.township),
            format!("　{} 个村，{} 名党员各带一部手机，{} 户人家", self.villages, self.members, self.households),
            String::new(),
            "一、白天没有信号，照样记".to_owned(),
            format!(
                "　走访 {} 次，民情日记 {} 篇，民情事项 {} 件，办理记录 {} 条，户卡更正 {} 处，共 {} 次保存",
                written.visits,
                written.diary,
                written.matters,
                written.steps,
                written.cards,
                written.total()
            ),
            format!("　同一时间镇里也改了 {} 户的户卡", self.office),
            String::new(),
            "二、夜里一次同步".to_owned(),
            format!("　{phones} 部手机在 {:.0} 秒内同步完，收进正本库 {} 条改动", night.seconds, night.recorded),
            format!(
                "　平均每部手机：上行 {:.0} 字节，下行 {:.0} 字节，往返 {:.2} 次；服务器用时 {} 毫秒",
                each(night.bytes_up, phones),
                each(night.bytes_down, phones),
                each(night.round_trips, phones),
                shown(self.cpu_per_phone(), 2)
            ),
            format!(
                "　待定 {} 条，未收 {} 条；服务器内存最高 {} MiB",
                night.held,
                night.refused,
                shown(self.peak_rss_mib, 0)
            ),
            format!("　新事项 {} 件；两人同时改过、两个值都留着的有 {} 处", self.new_matters, self.conflicts),
            String::new(),
            "三、没有新内容时".to_owned(),
            format!(
                "　平均每部手机：上行 {:.0} 字节，下行 {:.0} 字节，往返 {:.2} 次；服务器共打开资料 {} 份",
                each(quiet.sums.bytes_up, quiet.sums.phones),
                each(quiet.sums.bytes_down, quiet.sums.phones),
                each(quiet.sums.round_trips, quiet.sums.phones),
                quiet.documents_loaded
            ),
            String::new(),
            "四、自己核对".to_owned(),
            format!(
                "　按日志重放 {} 份资料、{} 条改动，与正本库和各张表逐行比对：差异 {} 处",
                check.township.documents, check.township.changes, check.township.differences
            ),
            format!(
                "　{phones} 部手机的指纹与镇里比对：不一致 {} 部；还没送到的保存 {} 条",
                check.phones_differ, check.not_delivered
            ),
            format!("　全程 {:.0} 秒", self.seconds),
        ];
        lines.extend(["".to_owned(), "五、联户的每一项做法都走了一遍（seeds/practice.md 的行号）".to_owned()]);
        lines.extend(self.practice.iter().map(|row| format!("　{:>2}　{} {}", row.row, row.zh, row.count)));
        lines.extend(check.township.problems.iter().take(10).map(|problem| format!("　！{problem}")));
        lines
    }

    fn english(&self) -> Vec<String> {
        let (night, quiet, written) = (&self.night, &self.nothing_new, &self.written);
        let phones = night.phones;
        let check = &self.findings;
        let mut lines = vec![
            String::new(),
            format!("== lianhu demo: one night in {} ==", self.township),
            format!(
                "  {} villages, {} members with a phone each, {} households",
                self.villages, self.members, self.households
            ),
            String::new(),
            "1. By day, without signal".to_owned(),
            format!(
                "  {} visits, {} diary entries, {} matters, {} steps, {} card corrections: {} saves",
                written.visits,
                written.diary,
                written.matters,
                written.steps,
                written.cards,
                written.total()
            ),
            format!("  meanwhile the office changed {} cards", self.office),
            String::new(),
            "2. At night, one sync".to_owned(),
            format!("  {phones} phones in {:.0} s, {} changes recorded", night.seconds, night.recorded),
            format!(
                "  per phone: {:.0} bytes up, {:.0} bytes down, {:.2} round trips, {} ms of server CPU",
                each(night.bytes_up, phones),
                each(night.bytes_down, phones),
                each(night.round_trips, phones),
                shown(self.cpu_per_phone(), 2)
            ),
            format!(
                "  {} held, {} refused; server's peak memory {} MiB",
                night.held,
                night.refused,
                shown(self.peak_rss_mib, 0)
            ),
            format!("  {} new matters; {} values in conflict, both kept", self.new_matters, self.conflicts),
            String::new(),
            "3. With nothing new".to_owned(),
            format!(
                "  per phone: {:.0} bytes up, {:.0} bytes down, {:.2} round trips; {} documents loaded by the server",
                each(quiet.sums.bytes_up, quiet.sums.phones),
                each(quiet.sums.bytes_down, quiet.sums.phones),
                each(quiet.sums.round_trips, quiet.sums.phones),
                quiet.documents_loaded
            ),
            String::new(),
            "4. The check".to_owned(),
            format!(
                "  {} documents and {} changes replayed from the log: {} differences",
                check.township.documents, check.township.changes, check.township.differences
            ),
            format!(
                "  {phones} phones: {} differ from the township, {} saves not delivered",
                check.phones_differ, check.not_delivered
            ),
            format!("  {:.0} s in all", self.seconds),
        ];
        lines.extend(["".to_owned(), "5. Every practice once round (the rows of seeds/practice.md)".to_owned()]);
        lines.extend(self.practice.iter().map(|row| format!("  {:>2}  {} {}", row.row, row.count, row.en)));
        lines.extend(check.township.problems.iter().take(10).map(|problem| format!("  ! {problem}")));
        lines
    }

    /// Prints the object scripts read.
    pub(super) fn object(&self, talk: Talk, address: Option<&str>) {
        let (night, quiet) = (&self.night, &self.nothing_new);
        let phones = night.phones;
        talk.object(&json!({
            "phones": phones,
            "changes_merged": night.recorded,
            "bytes_per_phone": each(night.bytes_up + night.bytes_down, phones),
            "round_trips_per_phone": each(night.round_trips, phones),
            "server_cpu_ms_per_phone": self.cpu_per_phone(),
            "peak_rss_mib": self.peak_rss_mib,
            "differences": self.findings.differences(),
            "not_delivered": self.findings.not_delivered,
            "held": night.held,
            "refused": night.refused,
            "conflicts": self.conflicts,
            "new_matters": self.new_matters,
            "written": self.written,
            "practice": self.practice,
            "night": night,
            "nothing_new": {
                "bytes_up_per_phone": each(quiet.sums.bytes_up, quiet.sums.phones),
                "bytes_down_per_phone": each(quiet.sums.bytes_down, quiet.sums.phones),
                "round_trips_per_phone": each(quiet.sums.round_trips, quiet.sums.phones),
                "server_cpu_ms_per_phone": quiet.cpu_ms.map(|cpu| cpu / quiet.sums.phones.max(1) as f64),
                "documents_loaded": quiet.documents_loaded,
            },
            "problems": self.findings.township.problems,
            "seconds": self.seconds,
            "office": address.map(|address| format!("{address}/office/")),
        }));
    }
}
