//! What each suite costs on this machine: `cargo run --release --example suites -p lianhu-crypto`

use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use lianhu_crypto::{FileSecret, NONCE_BYTES, Purpose, SecretKey, Suite, SymmetricKey, seal_file};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for suite in Suite::ALL {
        let signer = SecretKey::from_seed(*suite, &[7; 32])?;
        let (public, key, request, mebibyte) =
            (signer.public(), SymmetricKey([7; 32]), vec![1; 1000], vec![1; 1 << 20]);
        let signature = signer.sign(Purpose::Request, &request);
        let nonce = [3; NONCE_BYTES];
        let sealed = suite.seal(&key, &nonce, b"", &mebibyte)?;
        let row = suite.seal(&key, &nonce, b"", &request)?;
        writeln!(out, "{} ({})", suite.code(), suite.number())?;
        let figures: [(&str, Duration); 7] = [
            ("sign 1 kB", each(|| _ = black_box(signer.sign(Purpose::Request, &request)))),
            ("check 1 kB", each(|| _ = black_box(public.verify(Purpose::Request, &request, &signature)))),
            ("hash 1 MiB", each(|| _ = black_box(suite.hash(&[&mebibyte])))),
            ("seal 1 kB", each(|| _ = black_box(suite.seal(&key, &nonce, b"", &request)))),
            ("open 1 kB", each(|| _ = black_box(suite.open(&key, b"", &row)))),
            ("seal 1 MiB", each(|| _ = black_box(suite.seal(&key, &nonce, b"", &mebibyte)))),
            ("open 1 MiB", each(|| _ = black_box(suite.open(&key, b"", &sealed)))),
        ];
        for (what, time) in figures {
            let rate = if what.ends_with("MiB") {
                format!("{:.0} MiB/s", 1.0 / time.as_secs_f64())
            } else {
                format!("{:.0} a second", 1.0 / time.as_secs_f64())
            };
            writeln!(out, "  {what:<12} {:>10.1} µs  {rate}", time.as_secs_f64() * 1e6)?;
        }
    }
    let words = FileSecret::Passphrase(b"a passphrase of some words".to_vec().into());
    let stretched = each(|| {
        _ = black_box(seal_file(Suite::default(), &words, [1; 32], &mut std::io::empty(), &mut std::io::sink()));
    });
    writeln!(out, "a passphrase into a key (Argon2id): {:.0} ms", stretched.as_secs_f64() * 1e3)?;
    Ok(())
}

/// The middle one of the times of eleven rounds, each as long as it takes to be measured.
fn each(mut work: impl FnMut()) -> Duration {
    let began = Instant::now();
    work();
    let times = (Duration::from_millis(20).as_nanos() / began.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32;
    let mut rounds: Vec<Duration> = (0..11)
        .map(|_| {
            let began = Instant::now();
            (0..times).for_each(|_| work());
            began.elapsed() / times
        })
        .collect();
    rounds.sort();
    rounds.get(5).copied().unwrap_or_default()
}
