//! lianhu
fn main() {}
