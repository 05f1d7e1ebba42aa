//! What a bench found: one object for scripts, a table for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::args::Tongue;
use crate::talk::Talk;

/// One measured piece of work. Bytes are those of bodies; what does not apply to a piece of work is `None`.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Figures {
    pub(super) work: &'static str,
    pub(super) devices: u64,
    pub(super) wall_s: f64,
    pub(super) server_cpu_ms_per_device: Option<f64>,
    pub(super) bytes_up_per_device: Option<f64>,
    pub(super) bytes_down_per_device: Option<f64>,
    pub(super) round_trips_per_device: Option<f64>,
    pub(super) documents_loaded: Option<u64>,
    /// The most that was ever held by the server, or by this program where there is no server, up to the end of this work.
    pub(super) peak_rss_mib: Option<f64>,
    pub(super) changes_recorded: Option<u64>,
    pub(super) failed: Option<u64>,
}

/// A figure of one piece of work alone, with its name in JSON and the words people read.
#[derive(Clone, Debug)]
pub(super) struct More {
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    value: f64,
}

/// The same figure, named and worded.
pub(super) fn more(name: &'static str, zh: &'static str, en: &'static str, value: f64) -> More {
    More { name, zh, en, value }
}

/// Everything one run of the command found.
#[derive(Debug, Default, Serialize)]
pub(super) struct Found {
    /// The work that was asked for.
    #[serde(flatten)]
    pub(super) asked: Figures,
    /// Things that are not what follows from the log, and phones that differ from the township.
    pub(super) differences: u64,
    /// The server's memory after each night.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) peak_rss_mib_by_night: Vec<f64>,
    #[serde(flatten, serialize_with = "named")]
    pub(super) more: Vec<More>,
    /// What else was measured on the way, by its name.
    pub(super) also: BTreeMap<&'static str, Figures>,
}

fn named<S: serde::Serializer>(more: &[More], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(more.iter().map(|more| (more.name, more.value)))
}

impl Found {
    /// The work that was asked for, and what else was measured.
    pub(super) fn new(asked: Figures, also: Vec<Figures>) -> Self {
        let also = also.into_iter().map(|figures| (figures.work, figures)).collect();
        Found { asked, also, ..Found::default() }
    }

    /// Prints it, for whoever asked.
    pub(super) fn tell(&self, talk: Talk) {
        for line in self.lines(talk.tongue) {
            talk.print(line);
        }
        talk.object(self);
    }

    fn lines(&self, tongue: Tongue) -> Vec<String> {
        let mut lines = self.asked.lines(tongue);
        let row = |zh: &str, en: &str, value: String| row(tongue, zh, en, &value);
        lines.extend(self.more.iter().map(|more| row(more.zh, more.en, digits(more.value))));
        if self.peak_rss_mib_by_night.len() > 1 {
            let nights: Vec<_> = self.peak_rss_mib_by_night.iter().map(|mib| format!("{mib:.0}")).collect();
            lines.push(row("每夜之后的内存最高值 MiB", "peak memory after each night, MiB", nights.join(" ")));
        }
        lines.push(row("核对差异", "differences found by the check", self.differences.to_string()));
        for figures in self.also.values() {
            lines.extend(figures.lines(tongue));
        }
        lines
    }
}

impl Figures {
    fn lines(&self, tongue: Tongue) -> Vec<String> {
        let mut lines = vec![format!("══ {} ══", called(self.work, tongue))];
        let figures = [
            ("手机", "phones", Some(self.devices as f64)),
            ("用时 秒", "wall clock, s", Some(self.wall_s)),
            ("每部手机 服务器 CPU 毫秒", "server CPU per phone, ms", self.server_cpu_ms_per_device),
            ("每部手机 上行字节", "bytes up per phone", self.bytes_up_per_device),
            ("每部手机 下行字节", "bytes down per phone", self.bytes_down_per_device),
            ("每部手机 往返次数", "round trips per phone", self.round_trips_per_device),
            ("服务器打开的文档", "documents the server loaded", self.documents_loaded.map(|count| count as f64)),
            ("内存最高 MiB", "peak memory, MiB", self.peak_rss_mib),
            ("收进的改动", "changes recorded", self.changes_recorded.map(|count| count as f64)),
            ("失败", "failed", self.failed.map(|count| count as f64)),
        ];
        let said = figures.into_iter().filter_map(|(zh, en, value)| Some((zh, en, value?)));
        lines.extend(said.map(|(zh, en, value)| row(tongue, zh, en, &digits(value))));
        lines
    }
}

/// What a piece of work is called.
fn called(work: &str, tongue: Tongue) -> String {
    let (zh, en) = match work {
        "night" => ("一夜", "a night"),
        "first-sync" => ("第一次下载", "first sync"),
        "noop" => ("没有新内容", "nothing new"),
        "phone" => ("手机", "a phone"),
        "restore" => ("恢复备份之后", "after a restore"),
        "rebuild" => ("按日志重建", "rebuilt from the log"),
        other => (other, other),
    };
    match tongue {
        Tongue::Zh => zh.to_owned(),
        Tongue::En => en.to_owned(),
    }
}

fn row(tongue: Tongue, zh: &str, en: &str, value: &str) -> String {
    match tongue {
        Tongue::Zh => format!("{}{value}", padded(zh, 30)),
        Tongue::En => format!("{}{value}", padded(en, 44)),
    }
}

/// Words in so many columns of a terminal, where a Chinese character takes two.
fn padded(words: &str, columns: usize) -> String {
    let taken: usize = words.chars().map(|one| if one.is_ascii() { 1 } else { 2 }).sum();
    format!("  {words}{}", " ".repeat(columns.saturating_sub(taken).max(1)))
}

/// A number as people read it: whole where it is whole, otherwise with what matters of it.
fn digits(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else if value.abs() >= 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_script_finds_what_was_asked_for_at_the_top_and_the_rest_by_its_name() {
        let night = Figures { work: "night", devices: 3, wall_s: 1.5, ..Figures::default() };
        let noop = Figures { work: "noop", devices: 3, ..Figures::default() };
        let mut found = Found::new(night, vec![noop]);
        found.more.push(more("given_back", "交还", "given back", 2.0));
        let told = json!(found);
        assert_eq!((&told["devices"], &told["wall_s"], &told["differences"]), (&json!(3), &json!(1.5), &json!(0)));
        assert_eq!(told["given_back"], json!(2.0));
        assert_eq!(told["also"]["noop"]["work"], "noop");
        for name in ["server_cpu_ms_per_device", "bytes_up_per_device", "bytes_down_per_device", "peak_rss_mib"] {
            assert_eq!(told.get(name), Some(&json!(null)), "{name} is named even where there is nothing to say");
        }
    }

    #[test]
    fn people_read_the_same_figures_in_either_language_in_columns() {
        let found = Found::new(Figures { work: "night", devices: 3, ..Figures::default() }, Vec::new());
        let (zh, en) = (found.lines(Tongue::Zh), found.lines(Tongue::En));
        assert_eq!(zh.len(), en.len());
        assert_eq!(zh[1], format!("  手机{}3", " ".repeat(26)));
        assert_eq!(en[1], format!("  phones{}3", " ".repeat(38)));
        assert_eq!(
            (digits(7.0), digits(0.126), digits(915.31)),
            ("7".to_owned(), "0.13".to_owned(), "915.3".to_owned())
        );
    }
}
