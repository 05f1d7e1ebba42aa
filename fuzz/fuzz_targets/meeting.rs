#![no_main]

use lianhu_fuzz::{judge, mutate};
use lianhu_testkit::fuzz::Target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| judge(Target::Meeting, bytes));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutate(Target::Meeting, data, size, most, seed)
});
