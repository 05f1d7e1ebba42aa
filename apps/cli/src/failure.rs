//! How a command ends: an exit code that means something, a sentence that says what happened, and what to do next, in
//! the language of whoever reads it.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::args::Tongue;

/// What went wrong, as scripts see it. The numbers are part of the command's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Something failed that is not in this list.
    Failed = 1,
    /// The arguments do not make sense (clap uses the same number).
    Usage = 2,
    /// Bad input: a file, a record, an id that cannot be taken.
    Input = 3,
    /// A check found differences.
    Differences = 4,
    /// Another program is using the database.
    InUse = 5,
    /// A database is damaged, foreign or newer than this program.
    Damaged = 6,
    /// The disk is full or refuses writes.
    Disk = 7,
    /// The township cannot be reached, or it refused.
    Network = 8,
}

/// A sentence in both languages. A pair is (中文, English); one string stands for both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    zh: String,
    en: String,
}

impl Words {
    /// The sentence in one language.
    pub fn in_tongue(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Zh => &self.zh,
            Tongue::En => &self.en,
        }
    }
}

impl<Z: Into<String>, E: Into<String>> From<(Z, E)> for Words {
    fn from((zh, en): (Z, E)) -> Self {
        Words { zh: zh.into(), en: en.into() }
    }
}

impl From<&str> for Words {
    fn from(both: &str) -> Self {
        (both, both).into()
    }
}

impl From<String> for Words {
    fn from(both: String) -> Self {
        (both.clone(), both).into()
    }
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: Words,
    next: Option<Words>,
}

impl Failure {
    /// What happened.
    pub fn new(kind: Kind, what: impl Into<Words>) -> Self {
        Failure { kind, what: what.into(), next: None }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn hint(mut self, next: impl Into<Words>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// A file or folder that the system did not let us use.
    pub fn file(path: &Path, why: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.display();
        let failure = |kind, zh: &str| Failure::new(kind, (format!("{path}：{zh}（{why}）"), format!("{path}: {why}")));
        match why.kind() {
            ErrorKind::NotFound => failure(Kind::Input, "没有这个文件或文件夹").hint(("请核对名称", "check the name")),
            ErrorKind::IsADirectory => {
                failure(Kind::Input, "这是文件夹，不是文件").hint(("请给出文件的名称", "name a file"))
            }
            ErrorKind::StorageFull => {
                failure(Kind::Disk, "磁盘已满").hint(("腾出空间后再试", "free some space and try again"))
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => failure(Kind::Disk, "没有权限读写")
                .hint(("请换一个可以读写的位置", "name a place that this user may read and write")),
            _ => failure(Kind::Failed, "读写失败"),
        }
    }

    /// What went wrong, as scripts see it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.kind as u8)
    }

    /// What happened and what to do next, for a person.
    pub fn told(&self, tongue: Tongue) -> String {
        let what = self.what.in_tongue(tongue);
        match &self.next {
            Some(next) => format!("{what}\n  → {}", next.in_tongue(tongue)),
            None => what.to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Tongue::En))
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(why: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let kind = match why.kind() {
            ErrorKind::StorageFull | ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Kind::Disk,
            _ => Kind::Failed,
        };
        Failure::new(kind, (format!("系统报告：{why}"), why.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_speaks_the_language_asked_for() {
        let failure = Failure::new(Kind::Input, ("没有", "nothing")).hint(("再来", "again"));
        assert_eq!(failure.told(Tongue::Zh), "没有\n  → 再来");
        assert_eq!(failure.told(Tongue::En), "nothing\n  → again");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_ends_like_a_full_disk() {
        let why = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let failure = Failure::file(Path::new("/nowhere/report.csv"), &why);
        assert_eq!(failure.kind(), Kind::Disk);
        assert!(failure.told(Tongue::Zh).contains("/nowhere/report.csv"));
    }
}
