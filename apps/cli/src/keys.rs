//! Files with keys and passphrases. A key's file has one line, the one people write on paper, whatever the key opens: a
//! backup, a township, or a workbook.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use lianhu_crypto::{FileSecret, SymmetricKey};

use crate::args::SecretArgs;
use crate::failure::{Failure, Kind};

/// The fewest characters of a passphrase.
const PASSPHRASE_MIN: usize = 12;
/// More than this is no file with a key or a passphrase.
const SECRET_FILE_MAX: u64 = 4096;

/// What was given to seal or open with; `None` when nothing was.
pub(crate) fn secret(args: &SecretArgs) -> Result<Option<FileSecret>, Failure> {
    match (&args.key, &args.passphrase_file) {
        (Some(file), _) => existing(file).map(|key| Some(FileSecret::Key(key))),
        (None, Some(file)) => read_passphrase(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// The key file of a workbook: beside it, under its name with `.key`.
pub(crate) fn beside(workbook: &Path) -> PathBuf {
    let mut name: OsString = workbook.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// The key in a file; `None` where there is no file.
pub(crate) fn read(file: &Path) -> Result<Option<SymmetricKey>, Failure> {
    let line = match text(file) {
        Ok(line) => line,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(unreadable(file, &why)),
    };
    SymmetricKey::from_paper(&line).map(Some).map_err(|_| {
        let name = file.display();
        Failure::new(Kind::Input, (format!("{name} 里没有密钥"), format!("there is no key in {name}")))
            .hint(("密钥文件由 lianhu key new 做出", "`lianhu key new` makes one"))
    })
}

/// The key in a file that has to be there.
pub(crate) fn existing(file: &Path) -> Result<SymmetricKey, Failure> {
    read(file)?.ok_or_else(|| {
        let name = file.display();
        Failure::new(Kind::Input, (format!("没有密钥文件 {name}"), format!("there is no key file {name}"))).hint((
            "加密的内容只有它自己的密钥能打开：请把密钥文件的副本放回来，或照纸上那一行重做：lianhu key restore",
            "what is sealed opens with its own key alone: put back the copy you keep of its file, or make the file again from \
             paper: lianhu key restore",
        ))
    })
}

/// Makes a key and its file.
pub(crate) fn make(file: &Path) -> Result<SymmetricKey, Failure> {
    let mut key = SymmetricKey([0; 32]);
    getrandom::fill(&mut key.0)
        .map_err(|_| Failure::new(Kind::Failed, ("系统没有给出随机数", "the system gave no random bytes")))?;
    write(file, &key)?;
    Ok(key)
}

/// Writes a key into a new file that its owner alone may read. Refuses a name where there is something.
pub(crate) fn write(file: &Path, key: &SymmetricKey) -> Result<(), Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options.open(file).map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => {
            let name = file.display();
            Failure::new(
                Kind::Input,
                (format!("{name} 已经存在，没有覆盖"), format!("{name} is there already, and was left alone")),
            )
            .hint(("请换一个文件名", "give another name"))
        }
        _ => Failure::file(file, &why),
    })?;
    let written = writeln!(made, "{}", key.to_paper().as_str()).and_then(|()| made.sync_all());
    written.map_err(|why| {
        // The file is ours, and half a key is none.
        _ = std::fs::remove_file(file);
        Failure::file(file, &why)
    })
}

fn read_passphrase(file: &Path) -> Result<FileSecret, Failure> {
    let text = text(file).map_err(|why| unreadable(file, &why))?;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() < PASSPHRASE_MIN {
        let name = file.display();
        return Err(Failure::new(
            Kind::Input,
            (format!("{name} 第一行的口令太短"), format!("the passphrase in the first line of {name} is too short")),
        )
        .hint((
            format!("至少 {PASSPHRASE_MIN} 个字符；几个不相干的词就很好"),
            format!(
                "{PASSPHRASE_MIN} characters at least; a few words that have nothing to do with each other will do"
            ),
        )));
    }
    Ok(FileSecret::Passphrase(line.as_bytes().to_vec().into()))
}

fn text(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(SECRET_FILE_MAX).read_to_string(&mut text)?;
    Ok(text)
}

fn unreadable(file: &Path, why: &std::io::Error) -> Failure {
    if why.kind() != ErrorKind::InvalidData {
        return Failure::file(file, why);
    }
    let name = file.display();
    Failure::new(Kind::Input, (format!("{name} 不是文本"), format!("{name} is not text")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file_which_only_its_owner_reads() {
        let directory = tempfile::tempdir().unwrap();
        let path = beside(&directory.path().join("workbook.db"));
        assert!(path.ends_with("workbook.db.key"));
        assert!(read(&path).unwrap().is_none() && existing(&path).is_err());
        let key = make(&path).unwrap();
        assert_eq!(existing(&path).unwrap(), key);
        assert!(make(&path).is_err(), "no key is written over");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap()) & 0o777, 0o600);
        std::fs::write(&path, "not a key").unwrap();
        assert!(read(&path).is_err());
    }
}
