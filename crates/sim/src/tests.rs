//! The simulator's own promises, and small worlds.

use super::*;

#[test]
fn the_same_seed_gives_the_same_run() {
    let scene = Scene::of(6).unwrap();
    let sizes = Sizes { events: 60 };
    for seed in 1..4 {
        let first = world(&scene, seed, sizes, None, true);
        let again = world(&Scene::of(6).unwrap(), seed, sizes, None, true);
        assert_eq!(first.trace, again.trace, "seed {seed}");
        assert_eq!(first.faults, again.faults, "seed {seed}");
    }
}
