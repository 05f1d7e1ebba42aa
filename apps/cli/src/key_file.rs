//! Keys in files: 64 hexadecimal digits in a file that only its owner reads.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use lianhu_crypto::SymmetricKey;

use crate::failure::{Failure, Kind};

/// The most bytes a key file has, with line breaks and spaces around the digits.
const LENGTH_MAX: u64 = 256;

/// The key file of a workbook: beside it, under its name with `.key`.
pub fn beside(workbook: &Path) -> PathBuf {
    let mut name: OsString = workbook.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// The key in a file; `None` where there is no file.
pub fn read(path: &Path) -> Result<Option<SymmetricKey>, Failure> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::file(path, &error)),
    };
    let mut said = Vec::new();
    file.take(LENGTH_MAX).read_to_end(&mut said).map_err(|error| Failure::file(path, &error))?;
    let digits = data_encoding::HEXLOWER_PERMISSIVE.decode(said.trim_ascii()).ok();
    match digits.and_then(|bytes| bytes.try_into().ok()) {
        Some(key) => Ok(Some(SymmetricKey(key))),
        None => Err(not_a_key(path)),
    }
}

/// The key in a file that has to be there.
pub fn existing(path: &Path) -> Result<SymmetricKey, Failure> {
    read(path)?.ok_or_else(|| {
        let path = path.display();
        Failure::new(Kind::Input, (format!("没有钥匙文件 {path}"), format!("there is no key file {path}"))).hint((
            "没有钥匙文件就打不开加密的数据库：请把它的副本放回来",
            "what is sealed opens with its key file alone: put back the copy you keep of it",
        ))
    })
}

/// Makes a key and its file. Refuses a name where there is something.
pub fn make(path: &Path) -> Result<SymmetricKey, Failure> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        writeln!(file, "{}", data_encoding::HEXLOWER.encode(&key))?;
        file.sync_all()
    });
    written.map_err(|error| Failure::file(path, &error))?;
    Ok(SymmetricKey(key))
}

fn not_a_key(path: &Path) -> Failure {
    let path = path.display();
    Failure::new(Kind::Input, (format!("{path} 不是钥匙文件"), format!("{path} is not a key file")))
        .hint(("钥匙文件里是 64 位十六进制数字", "a key file has 64 hexadecimal digits"))
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
