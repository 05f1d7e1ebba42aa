//! `cargo xtask seeds`: writes the demo township's roster, byte for byte the same every time.
//!
//! The town, its villages and its people are made up. The scale is that of one town in the seed report: 20 villages,
//! 1,250 members and 8,500 households, 6.8 to a member.

mod dice;
mod names;
mod sheets;
mod town;

use std::path::{Path, PathBuf};

use town::Town;

/// Writes `seeds/town/*.csv`; with `--check` only compares them with what would be written.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask seeds [--check]".into()),
    };
    let folder = folder();
    for (name, bytes) in files() {
        let path = folder.join(name);
        if check {
            if std::fs::read(&path).ok().as_deref() != Some(&bytes[..]) {
                return Err(format!("seeds/town/{name} is not what the generator writes: run cargo xtask seeds"));
            }
        } else {
            write(&path, &bytes)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, bytes))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn folder() -> PathBuf {
    crate::run::root().join("seeds/town")
}

/// Every file with its name.
fn files() -> [(&'static str, Vec<u8>); 3] {
    let town = Town::make();
    [
        ("members.csv", sheets::members(&town).into_bytes()),
        ("households.csv", sheets::households(&town).into_bytes()),
        ("links.csv", sheets::links(&town).into_bytes()),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn generating_again_gives_the_same_bytes_as_the_files_in_the_repository() {
        assert_eq!(files(), files());
        assert!(run(&["--check".into()]).is_ok(), "run cargo xtask seeds");
    }

    #[test]
    fn the_town_has_the_scale_of_the_seed_report() {
        let town = Town::make();
        assert_eq!(town.villages.len(), 20);
        assert_eq!(town.members.len(), 1_250);
        assert_eq!(town.households.len(), 8_500);
    }

    #[test]
    fn nobody_is_linked_too_often_and_no_household_twice() {
        let town = Town::make();
        let mut load: BTreeMap<usize, usize> = BTreeMap::new();
        let mut linked = BTreeSet::new();
        for link in &town.links {
            *load.entry(link.member).or_default() += 1;
            assert!(linked.insert(link.household), "a household is linked twice");
            assert!(town.members[link.member].exempt.is_none(), "an exempt member is linked");
        }
        assert!(load.values().all(|&households| (5..=10).contains(&households)), "{load:?}");
        let exempt = town.members.iter().filter(|member| member.exempt.is_some()).count();
        assert_eq!(load.len() + exempt, town.members.len(), "every able member is linked");
    }

    #[test]
    fn every_phone_is_in_the_segment_that_was_never_allotted() {
        let town = Town::make();
        let phones = town.members.iter().map(|member| &member.phone);
        let phones: Vec<_> = phones.chain(town.households.iter().map(|household| &household.phone)).flatten().collect();
        assert!(phones.iter().all(|phone| phone.len() == 11 && phone.starts_with("154")));
        assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len(), "no phone twice");
    }
}
