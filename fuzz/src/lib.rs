//! What the coverage-guided targets share: the mutants and the judge are those of `lianhu_testkit::fuzz`.

use std::cell::OnceCell;

use lianhu_core::gate::on_large_stack;
use lianhu_testkit::fuzz::{self, Dice, Judge, Target};

thread_local! {
    static JUDGE: OnceCell<Judge> = const { OnceCell::new() };
}

/// Judges one input; a broken promise is a panic, which the fuzzer reports.
pub fn judge(target: Target, bytes: &[u8]) {
    on_large_stack(|| JUDGE.with(|judge| judge.get_or_init(Judge::default).judge(target, bytes)));
}

/// Replaces the first `size` bytes of `data` by a mutant of at most `most` bytes, and gives its length. Half of the
/// mutants are the fuzzer's own, since it knows which bytes the target compared.
pub fn mutate(target: Target, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut dice = Dice::new(u64::from(seed));
    #[cfg(feature = "guided")]
    if dice.once_in(2) {
        let size = libfuzzer_sys::fuzzer_mutate(data, size, most);
        if target.is_chunk() {
            fuzz::fix_checksum(&mut data[..size]);
        }
        return size;
    }
    let mutant = fuzz::mutate(target, &data[..size], &mut dice);
    let size = mutant.len().min(most).min(data.len());
    data[..size].copy_from_slice(&mutant[..size]);
    size
}
