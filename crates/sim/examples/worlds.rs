//! Runs worlds and prints what came of them: `cargo run --release --example worlds -- PHONES FROM COUNT [EVENTS] [trace]`.
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let phones: usize = args[1].parse().unwrap();
    let from: u64 = args[2].parse().unwrap();
    let count: u64 = args[3].parse().unwrap();
    let events: u64 = args.get(4).map(|e| e.parse().unwrap()).unwrap_or(2 * phones as u64);
    let t = std::time::Instant::now();
    let scene = lianhu_sim::Scene::of(phones).unwrap();
    eprintln!("scene {:?}", t.elapsed());
    let sizes = lianhu_sim::Sizes { events };
    if args.get(5).is_some_and(|a| a == "trace") {
        let e = lianhu_sim::world(&scene, from, sizes, None, true);
        for l in &e.trace {
            println!("{l}");
        }
        println!("{:?}", e.failure);
        return;
    }
    let broken = args.get(5).and_then(|n| lianhu_sim::Break::parse(n));
    let seeds: Vec<u64> = (from..from + count).collect();
    let t = std::time::Instant::now();
    let report = lianhu_sim::worlds(&scene, &seeds, sizes, broken, 2, &|e| {
        if let Some(f) = &e.failure {
            println!("seed {}: {f}", e.seed);
        }
        true
    });
    println!("{} seeds, {} failed, {:?}", report.seeds, report.failed, t.elapsed());
    println!("events {:?}\nfaults {:?}\nchecks {:?}", report.events, report.faults, report.checks);
}
