//! Explores the core and prints how many states there are: `explore [SCENE ...]`, or all scenes. `MOST=n` ends each
//! search after so many states. `explore --write` writes the files that are generated from the exploration.

use std::process::ExitCode;
use std::time::Instant;

use wafer_simulation::explore::{Step, scenes, tunnel, written};

/// The search reports its progress each time it has looked at this many more worlds.
const PROGRESS: usize = 1_000_000;

/// Reports the progress of a search from time to time: some searches take hours.
fn progress() -> impl FnMut(&Step) {
    let (began, mut next) = (Instant::now(), PROGRESS);
    move |step| {
        let (mut seen, looked_at) = step.so_far();
        if looked_at >= next {
            next = looked_at + PROGRESS;
            seen.took = began.elapsed();
            println!("  {looked_at} looked at of {seen}");
        }
    }
}

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|argument| argument == "--write") {
        for (path, text) in written::files() {
            if let Err(error) = std::fs::write(&path, text) {
                println!("{}: {error}", path.display());
                return ExitCode::FAILURE;
            }
        }
        return ExitCode::SUCCESS;
    }
    let names: Vec<String> = std::env::args().skip(1).collect();
    let most = std::env::var("MOST").ok().and_then(|most| most.parse().ok());
    for mut scene in scenes::all() {
        if !names.is_empty() && !names.iter().any(|name| name == scene.name) {
            continue;
        }
        scene.bounds.most_states = most.unwrap_or(scene.bounds.most_states);
        println!("{}: {}", scene.name, scene.about);
        match scene.bounds.explore(progress()) {
            Ok(seen) => println!("  {seen}"),
            Err(found) => {
                println!("{}", found.report(&scene.bounds));
                return ExitCode::FAILURE;
            }
        }
    }
    if names.is_empty() || names.iter().any(|name| name == "tunnel") {
        println!("tunnel: one tunnel, with every setting");
        match tunnel::explore() {
            Ok(seen) => println!("  {seen}"),
            Err(found) => {
                println!("{found:#?}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
