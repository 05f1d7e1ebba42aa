//! A deterministic simulator: the real township and real phones over disks, a network and clocks that follow from a seed.

mod dice;
mod disk;
