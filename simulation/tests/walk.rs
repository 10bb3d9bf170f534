//! Long random walks find no broken guarantee in the core, and find the faults that are planted on purpose.

use wafer_simulation::explore::Fault;
use wafer_simulation::explore::walk::walk;

/// `MOVES=10000000 SEED=…` gives a longer walk, or repeats the one of a printed seed: `make soak`.
fn from_environment(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().expect("a number"))
}

#[test]
fn a_long_random_walk_keeps_the_guarantees() {
    let (seed, moves) = (from_environment("SEED", 1), from_environment("MOVES", 100_000));
    println!("SEED={seed} MOVES={moves}");
    match walk(seed, moves as usize, None) {
        Ok(walked) => {
            println!("{walked:?}");
            assert!(walked.logins > 100 && walked.refused > 100, "little happens");
        }
        Err(found) => panic!("SEED={seed} MOVES={moves}: {}", found.0.report(&found.1)),
    }
}

#[test]
fn the_same_seed_walks_the_same_way() {
    assert_eq!(walk(7, 2_000, None).ok(), walk(7, 2_000, None).ok());
}

#[test]
fn a_walk_finds_each_fault_of_a_host_and_tells_it_in_a_few_moves() {
    for fault in Fault::ALL {
        let found = walk(1, 100_000, Some(*fault)).err().unwrap_or_else(|| panic!("{fault:?} is not found"));
        assert!(found.0.story.len() < 15, "{fault:?}: {:?}", found.0.story);
    }
}
