//! The machine a store believes it runs on: the files beside its database lie on the same simulated disk.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::Arc;

use lianhu_store::{Held, Machine};

use super::{Disk, Opened, Refused, vfs};

/// A machine of a simulated world. Which one, its paths say.
#[derive(Debug)]
pub(crate) struct SimMachine;

impl Machine for SimMachine {
    fn vfs(&self) -> Option<&'static str> {
        Some(vfs::NAME)
    }

    fn is_alone(&self) -> bool {
        false
    }

    fn random(&self, database: &Path) -> Option<[u8; 16]> {
        let (disk, _) = Disk::of(database)?;
        let bytes = disk.state().names.bytes();
        Some(bytes)
    }

    fn secret(&self, database: &Path) -> Result<[u8; 32]> {
        let (disk, _) = on_disk(database)?;
        let mut state = disk.state();
        let halves = [state.secrets.bytes(), state.secrets.bytes()];
        Ok(std::array::from_fn(|place| halves.as_flattened().get(place).copied().unwrap_or_default()))
    }

    fn make_folder(&self, _path: &Path) -> Result<()> {
        Ok(())
    }

    fn lock(&self, path: &Path) -> Result<Option<Held>> {
        let (disk, name) = on_disk(path)?;
        let mut state = disk.state();
        if state.down {
            return Err(refused(Refused::Down));
        }
        if !state.locked.insert(name.clone()) {
            return Ok(None);
        }
        let life = state.life;
        drop(state);
        Ok(Some(Box::new(Right { disk, name, life })))
    }

    fn exists(&self, path: &Path) -> bool {
        Disk::of(path).is_some_and(|(disk, name)| disk.exists(&name))
    }

    fn read(&self, path: &Path, at_most: u64) -> Result<Option<Vec<u8>>> {
        let (disk, name) = on_disk(path)?;
        let file = match disk.open(&name, false) {
            Ok(file) => file,
            Err(Refused::NotThere) => return Ok(None),
            Err(why) => return Err(refused(why)),
        };
        let length = file.len().map_err(refused)?.min(usize::try_from(at_most).unwrap_or(usize::MAX));
        let mut bytes = vec![0; length];
        file.read(0, &mut bytes).map_err(refused)?;
        Ok(Some(bytes))
    }

    fn write(&self, path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
        let file = create(path)?;
        file.write(0, bytes).map_err(refused)?;
        if durable { file.sync().map_err(refused) } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let ((disk, from), (_, to)) = (on_disk(from)?, on_disk(to)?);
        let mut state = disk.state();
        let file = state.files.remove(&from).ok_or_else(|| refused(Refused::NotThere))?;
        state.files.insert(to, file);
        Ok(())
    }

    fn make_file(&self, to: &Path, from: Option<&Path>) -> Result<()> {
        let bytes = match from {
            Some(from) => self.read(from, u64::MAX)?.ok_or_else(|| refused(Refused::NotThere))?,
            None => Vec::new(),
        };
        if self.exists(to) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let file = create(to)?;
        file.write(0, &bytes).map_err(refused)?;
        file.sync().map_err(refused)
    }
}

fn on_disk(path: &Path) -> Result<(Arc<Disk>, String)> {
    Disk::of(path).ok_or_else(|| refused(Refused::NotThere))
}

fn create(path: &Path) -> Result<Opened> {
    let (disk, name) = on_disk(path)?;
    disk.open(&name, true).map_err(refused)
}

fn refused(why: Refused) -> Error {
    match why {
        Refused::NotThere => ErrorKind::NotFound.into(),
        Refused::Full => ErrorKind::StorageFull.into(),
        Refused::Down | Refused::Failed => Error::other("the simulated machine failed"),
    }
}

/// The right to use a database, in one life of the machine.
struct Right {
    disk: Arc<Disk>,
    name: String,
    life: u64,
}

impl Drop for Right {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.life == self.life {
            state.locked.remove(&self.name);
        }
    }
}
