use super::*;

const DICE: [u8; 32] = [5; 32];

fn key(number: u8) -> FileSecret {
    FileSecret::Key(SymmetricKey([number; 32]))
}

fn words(words: &str) -> FileSecret {
    FileSecret::Passphrase(Zeroizing::new(words.as_bytes().to_vec()))
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|place| (place % 251) as u8).collect()
}

fn sealed(suite: Suite, secret: &FileSecret, dice: [u8; 32], plain: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let went_in = seal_file(suite, secret, dice, &mut &*plain, &mut file).unwrap();
    assert_eq!(went_in, plain.len() as u64);
    file
}

fn opened(secret: &FileSecret, mut file: &[u8]) -> Result<Vec<u8>, SealedFileError> {
    let header = SealedHeader::read(&mut file)?;
    let mut plain = Vec::new();
    header.unlock(secret)?.open(&mut file, &mut plain)?;
    Ok(plain)
}

/// Where the chunks of a file under a key begin.
const BEGIN: usize = 8 + 3 + 8 + 16 + PROOF;
const WHOLE: usize = CHUNK_BYTES + AROUND;

#[test]
fn a_file_of_any_length_comes_back() {
    for suite in Suite::ALL {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let file = sealed(*suite, &key(7), DICE, &plain(length));
            assert_eq!(opened(&key(7), &file).unwrap(), plain(length));
            let chunks = length.div_ceil(CHUNK_BYTES).max(1);
            assert_eq!(file.len(), BEGIN + length + chunks * AROUND);
        }
    }
}

#[test]
fn a_file_under_a_passphrase_opens_with_it_alone() {
    for suite in Suite::ALL {
        let file = sealed(*suite, &words("桥边的三棵樟树"), DICE, b"a township");
        let header = SealedHeader::read(&mut &*file).unwrap();
        assert_eq!((header.suite(), header.needs_key()), (*suite, false));
        assert_eq!(opened(&words("桥边的三棵樟树"), &file).unwrap(), b"a township");
        assert!(matches!(opened(&words("桥边的四棵樟树"), &file), Err(SealedFileError::WrongSecret)));
        assert!(matches!(opened(&key(7), &file), Err(SealedFileError::NeedsPassphrase)));
        let other = sealed(*suite, &words("桥边的三棵樟树"), [6; 32], b"a township");
        assert_ne!(file[BEGIN..], other[BEGIN..]);
    }
}

#[test]
fn a_wrong_key_is_found_before_anything_is_opened() {
    for suite in Suite::ALL {
        let file = sealed(*suite, &key(7), DICE, &plain(100));
        let header = SealedHeader::read(&mut &*file).unwrap();
        assert!(header.needs_key());
        for (secret, wrong) in [(key(8), true), (words("words"), false)] {
            let why = header.unlock(&secret).unwrap_err();
            assert_eq!(matches!(why, SealedFileError::WrongSecret), wrong);
            assert_eq!(matches!(why, SealedFileError::NeedsKey), !wrong);
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_not_a_file() {
    for suite in Suite::ALL {
        let file = sealed(*suite, &key(7), DICE, &plain(2 * CHUNK_BYTES + 9));
        for cut in (0..BEGIN + 60).chain([WHOLE, 2 * WHOLE].iter().flat_map(|at| BEGIN + at - 1..BEGIN + at + 2)) {
            let why = opened(&key(7), &file[..cut]).unwrap_err();
            let whole_chunks = cut >= BEGIN && (cut - BEGIN).is_multiple_of(WHOLE);
            match why {
                SealedFileError::NotSealed => assert!(cut < 8),
                SealedFileError::CutShort => {
                    assert!(cut < BEGIN + AROUND || whole_chunks || cut % WHOLE < BEGIN + AROUND)
                }
                SealedFileError::Changed(_) => assert!(cut > BEGIN && !whole_chunks),
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn chunks_moved_repeated_dropped_or_from_another_file_are_found() {
    for suite in Suite::ALL {
        let one = sealed(*suite, &key(7), DICE, &plain(3 * CHUNK_BYTES + 9));
        let other = sealed(*suite, &key(7), [6; 32], &plain(3 * CHUNK_BYTES + 9));
        let chunk = |file: &[u8], number: usize| file[BEGIN..].chunks(WHOLE).nth(number).unwrap().to_vec();
        let built = |chunks: &[(&[u8], usize)]| {
            let chunks: Vec<u8> = chunks.iter().flat_map(|(file, number)| chunk(file, *number)).collect();
            [&one[..BEGIN], &chunks].concat()
        };
        let (a, b) = (one.as_slice(), other.as_slice());
        assert!(opened(&key(7), &built(&[(a, 0), (a, 1), (a, 2), (a, 3)])).is_ok());
        #[expect(clippy::type_complexity, reason = "a table of what is changed")]
        let changed: [(&[(&[u8], usize)], u64); 5] = [
            (&[(a, 1), (a, 0), (a, 2), (a, 3)], 0),
            (&[(a, 0), (a, 0), (a, 1), (a, 2), (a, 3)], 1),
            (&[(a, 0), (a, 2), (a, 3)], 1),
            (&[(a, 0), (b, 1), (a, 2), (a, 3)], 1),
            (&[(a, 0), (a, 1), (a, 2), (a, 3), (a, 3)], 3),
        ];
        for (chunks, at) in changed {
            match opened(&key(7), &built(chunks)).unwrap_err() {
                SealedFileError::Changed(number) => assert_eq!(number, at),
                other => panic!("{other}"),
            }
        }
        assert!(matches!(opened(&key(7), &built(&[(a, 0), (a, 1)])), Err(SealedFileError::CutShort)));
    }
}

#[test]
fn a_bent_header_opens_nothing() {
    for suite in Suite::ALL {
        for (secret, length) in [(key(7), BEGIN), (words("words"), BEGIN + 16)] {
            let file = sealed(*suite, &secret, DICE, b"a township");
            // Every attempt with a passphrase costs what Argon2id costs: a few of them are enough.
            for place in (0..length).filter(|place| matches!(secret, FileSecret::Key(_)) || *place % 13 == 2) {
                let mut bent = file.clone();
                bent[place] ^= 1;
                assert!(opened(&secret, &bent).is_err(), "byte {place}");
            }
        }
    }
}

#[test]
fn a_file_cannot_ask_for_a_machines_whole_memory() {
    let mut file = sealed(Suite::International, &words("words"), DICE, b"a township");
    file[11..15].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(matches!(opened(&words("words"), &file), Err(SealedFileError::Unknown)));
}

#[test]
fn a_sealed_file_is_for_ever_as_it_is() {
    for suite in Suite::ALL {
        let golden = match suite {
            Suite::International => include_str!("../../golden/sealed_file_1.hex"),
            Suite::National => include_str!("../../golden/sealed_file_2.hex"),
        };
        let file = sealed(*suite, &key(7), DICE, b"a township");
        assert_eq!(data_encoding::HEXLOWER.encode(&file), golden.trim_end());
    }
}
