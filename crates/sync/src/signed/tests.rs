use lianhu_crypto::Suite;

use super::*;
use crate::invitation::{Holder, Invitation, to_text};

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(Suite::International, &[seed; 32]).unwrap()
}

fn certificate() -> Certificate {
    Certificate {
        township: key(1).public().fingerprint(),
        device: DeviceId([0xd1; 16]),
        public_key: key(2).public().to_bytes(),
        worker: [0x77; 16],
        roles: vec!["member".to_owned()],
        issued_at: ServerMillis(1_790_000_000_000),
        good_for_days: 60,
    }
}

fn invitation() -> Invitation {
    Invitation {
        server: "https://lianhu.example.org:8630".to_owned(),
        code: "ABCDEFGHIJKLMNOP".to_owned(),
        township_key: key(1).public().to_bytes(),
        key_number: 0,
        until: ServerMillis(1_790_000_000_000),
        holder: Some(Holder { worker: [0x77; 16], roster: [0x05; 16] }),
        device_name: None,
    }
}

fn township_key(number: u32, new: u8, by: u8) -> Signed {
    let public_key = key(new).public().to_bytes();
    Signed::by(&key(by), &TownshipKey { number, public_key, since: ServerMillis(5) })
}

#[test]
fn a_certificate_is_the_word_of_the_key_that_signed_it_and_of_no_other() {
    let signed = Signed::by(&key(1), &certificate());
    let kept = Signed::from_bytes(&signed.to_bytes()).unwrap();
    assert_eq!(kept.check::<Certificate>(&key(1).public()), Ok(certificate()));
    assert_eq!(kept.check::<Certificate>(&key(2).public()), Err(NotSigned::Signature));
    let mut bent = kept;
    bent.said[40] ^= 1;
    assert_eq!(bent.check::<Certificate>(&key(1).public()), Err(NotSigned::Signature));
}

#[test]
fn a_word_signed_for_one_use_is_good_for_no_other() {
    let signed = Signed::by(&key(1), &TownshipKey { number: 0, public_key: vec![], since: ServerMillis(5) });
    assert_eq!(signed.check::<Certificate>(&key(1).public()), Err(NotSigned::Signature));
}

#[test]
fn an_invitation_comes_back_from_its_text_and_fits_a_code() {
    let text = to_text(&Signed::by(&key(1), &invitation()));
    assert_eq!(Invitation::from_text(&text), Ok(invitation()));
    // Version 16 of a QR code at level M holds 528 characters of its densest alphabet.
    assert!(text.len() <= 528, "{}", text.len());
    assert!(text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b':'));
}

#[test]
fn an_invitation_that_somebody_else_signed_or_changed_is_none() {
    let foreign = to_text(&Signed::by(&key(2), &invitation()));
    assert_eq!(Invitation::from_text(&foreign), Err(NotSigned::Signature));
    let text = to_text(&Signed::by(&key(1), &invitation()));
    for place in 0..text.len() {
        let mut bent = text.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        assert!(Invitation::from_text(&String::from_utf8(bent).unwrap()).is_err(), "{place}");
        assert!(Invitation::from_text(&text[..place]).is_err(), "{place}");
    }
}

#[test]
fn a_township_is_followed_from_key_to_key_and_not_past_a_gap_or_a_stranger() {
    let first = || (0, key(1).public());
    let steps = [township_key(0, 1, 1), township_key(1, 2, 1), township_key(2, 3, 2)];
    assert_eq!(follow(first(), &steps), Some((2, key(3).public())));
    assert_eq!(follow((1, key(2).public()), &steps), Some((2, key(3).public())));
    assert_eq!(follow(first(), &[]), Some(first()));
    assert_eq!(follow(first(), &steps[2..]), None);
    assert_eq!(follow(first(), &[township_key(1, 2, 9)]), None);
}

#[test]
fn any_bytes_at_all_are_answered_without_a_panic() {
    // A small generator of our own: the same bytes in every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let good = [Signed::by(&key(1), &certificate()).to_bytes(), Signed::by(&key(1), &invitation()).to_bytes()];
    for round in 0..20_000 {
        let mut bytes = good[round % 2].clone();
        if round % 3 == 0 {
            bytes = (0..next() % 200).map(|_| next() as u8).collect();
        } else {
            for _ in 0..=next() % 4 {
                let place = next() as usize % bytes.len();
                bytes[place] = next() as u8;
            }
            bytes.truncate(next() as usize % (bytes.len() + 1));
        }
        if let Ok(signed) = Signed::from_bytes(&bytes) {
            let _ = (signed.read::<Certificate>(), signed.read::<TownshipKey>(), signed.read::<DeviceKeyProof>());
        }
        let text = format!("LH1:{}", data_encoding::BASE32_NOPAD.encode(&bytes));
        let _ = Invitation::from_text(&text);
    }
}
