//! Files with keys and passphrases.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

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
        (Some(file), _) => read_key(file).map(|key| Some(FileSecret::Key(key))),
        (None, Some(file)) => read_passphrase(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// The key in a file.
pub(crate) fn read_key(file: &Path) -> Result<SymmetricKey, Failure> {
    SymmetricKey::from_paper(&read(file)?).map_err(|_| {
        let name = file.display();
        Failure::new(Kind::Input, (format!("{name} 里没有密钥"), format!("there is no key in {name}")))
            .hint(("密钥文件由 lianhu key new 做出", "`lianhu key new` makes one"))
    })
}

fn read_passphrase(file: &Path) -> Result<FileSecret, Failure> {
    let text = read(file)?;
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

fn read(file: &Path) -> Result<String, Failure> {
    let failed = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::InvalidData => {
            let name = file.display();
            Failure::new(Kind::Input, (format!("{name} 不是文本"), format!("{name} is not text")))
        }
        _ => Failure::file(file, &why),
    };
    let mut text = String::new();
    File::open(file).map_err(failed)?.take(SECRET_FILE_MAX).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a key into a new file that its owner alone may read.
pub(crate) fn write_key(file: &Path, key: &SymmetricKey) -> Result<(), Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options.open(file).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => {
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
