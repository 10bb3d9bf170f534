//! Plays days of a million phones, each scenario with each client, and prints the results.

use std::error::Error;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Parser;
use rustix::time::{ClockId, clock_gettime};
use wafer_simulation::day::client::{Client, Ours, Wafer, Wafer2, WeRequest, WithoutBackoff};
use wafer_simulation::day::document::{Language, Otherwise, Played, renew};
use wafer_simulation::day::plot;
use wafer_simulation::day::scenario::{Scenario, Trouble};
use wafer_simulation::day::server::SessionsPerUser;
use wafer_simulation::day::visit::MOST_CALLS;
use wafer_simulation::day::{DAY, HOUR, Memory, Ms, Plan, World, run};

/// Days of a million phones in virtual time.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// How many phones have the app.
    #[arg(long, default_value_t = 1_000_000)]
    phones: u32,
    /// What chance comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only scenarios and clients whose names hold one of these words.
    words: Vec<String>,
    /// Writes the tables and pictures of docs/simulation.md.
    #[arg(long)]
    write: bool,
    /// Units of work a second that the server does for each million of phones, if not as usual for the client.
    #[arg(long)]
    capacity: Option<f64>,
    /// The most calls that a page makes at once.
    #[arg(long, default_value_t = MOST_CALLS)]
    most_calls: u8,
    /// How many days are played at once; as many as there are processors unless given.
    #[arg(long)]
    at_once: Option<usize>,
}

/// The number of phones on the days of [`Otherwise`]: fewer, since there are many such days.
const OTHERWISE_PHONES: u32 = 200_000;

/// A day to play.
#[derive(Clone, Copy)]
struct Job {
    plan: Plan,
    client: &'static str,
    play: fn(Plan) -> wafer_simulation::day::Report,
}

fn job<C: Client>(arguments: &Arguments, scenario: Scenario, sessions_per_user: SessionsPerUser) -> Job {
    let (from, until) = hours(scenario.trouble);
    let most_calls = arguments.most_calls;
    let plan = Plan {
        phones: arguments.phones,
        seed: arguments.seed,
        from,
        until,
        scenario,
        capacity: arguments.capacity.unwrap_or(C::CAPACITY),
        sessions_per_user,
        most_calls,
    };
    Job { plan, client: C::NAME, play: run::<C> }
}

/// The hours that are simulated: an ordinary day whole, of the other days the hours around noon.
fn hours(trouble: Trouble) -> (Ms, Ms) {
    if trouble == Trouble::None { (0, DAY) } else { (11 * HOUR, 14 * HOUR) }
}

fn jobs(arguments: &Arguments) -> Vec<Job> {
    let mut jobs = Vec::new();
    for scenario in Scenario::ALL {
        let many = SessionsPerUser::Many;
        jobs.push(job::<Ours>(arguments, scenario, many));
        if matches!(scenario.trouble, Trouble::None | Trouble::Down | Trouble::LoginsFail) {
            jobs.push(job::<WithoutBackoff>(arguments, scenario, many));
        }
        jobs.push(job::<WeRequest>(arguments, scenario, many));
        jobs.push(job::<Wafer>(arguments, scenario, many));
        jobs.push(job::<Wafer2>(arguments, scenario, many));
        if matches!(scenario.trouble, Trouble::SessionsLost | Trouble::Down | Trouble::ExpireTogether) {
            let one = SessionsPerUser::One;
            jobs.push(job::<Ours>(arguments, scenario, one));
            jobs.push(job::<WeRequest>(arguments, scenario, one));
            jobs.push(job::<Wafer>(arguments, scenario, one));
        }
    }
    jobs.retain(|job| {
        let names = [job.plan.scenario.name(), job.client];
        arguments.words.iter().all(|word| names.iter().any(|name| name.contains(word.as_str())))
    });
    jobs
}

/// The losses of sessions and the outage again, in every way of [`Otherwise`].
fn otherwise(arguments: &Arguments) -> Vec<Job> {
    let mut jobs = Vec::new();
    for trouble in [Trouble::SessionsLost, Trouble::Down, Trouble::ExpireTogether] {
        for other in Otherwise::ALL {
            let phones = arguments.phones.min(OTHERWISE_PHONES);
            let arguments = Arguments { phones, ..arguments.clone() };
            for mut job in [
                job::<Ours>(&arguments, Scenario::with(trouble), SessionsPerUser::Many),
                job::<Wafer>(&arguments, Scenario::with(trouble), SessionsPerUser::Many),
            ] {
                other.change(&mut job.plan);
                jobs.push(job);
            }
        }
    }
    jobs
}

/// The processor time that this thread has used so far.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

fn play(Job { plan, play, .. }: Job) -> Played {
    let (start, used) = (Instant::now(), processor_time());
    let report = play(plan);
    let (took_s, used_s) = (start.elapsed().as_secs_f64(), (processor_time() - used).as_secs_f64());
    let per_user = match plan.sessions_per_user {
        SessionsPerUser::One => "one",
        SessionsPerUser::Many => "many",
    };
    println!(
        "{:22}  {:30}  {:4}  {:>6} logins a second at most ({:>6} of them a phone's first, {:>6} wx.login), {:>9} in all, {:>9} calls failed, works again after {}; {} events in {used_s:.1} s of processor time, {took_s:.1} s by the clock",
        report.scenario.name(),
        report.client,
        per_user,
        report.peak(|second| second.logins),
        report.firsts_of_peak(),
        report.peak(|second| second.wx_logins),
        report.total(|second| second.logins),
        report.total(|second| second.failed),
        report.recovers_in_s().map_or("no time".to_owned(), |after| format!("{after} s")),
        report.events,
    );
    Played { plan, report }
}

fn play_all(jobs: &[Job], at_once: usize) -> Vec<Played> {
    // Each result keeps the number of its job, so that the days come in the order of the jobs, however long each takes.
    let played = Mutex::new(Vec::new());
    let next = Mutex::new(jobs.iter().enumerate());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let Some((index, job)) = next.lock().expect("no day has failed").next() else { break };
                    let day = play(*job);
                    played.lock().expect("no day has failed").push((index, day));
                }
            });
        }
    });
    let mut played = played.into_inner().expect("no day has failed");
    played.sort_by_key(|(index, _)| *index);
    played.into_iter().map(|(_, day)| day).collect()
}

fn write(days: &[Played], otherwise: &[Played]) -> Result<(), Box<dyn Error>> {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    std::fs::create_dir_all(documents.join("simulation"))?;
    for scenario in Scenario::ALL {
        let days = days.iter().filter(|day| day.plan.sessions_per_user == SessionsPerUser::Many);
        let days: Vec<_> = days
            .map(|day| &day.report)
            .filter(|report| report.scenario.trouble == scenario.trouble)
            .collect();
        let file = documents.join("simulation").join(format!("{}.svg", scenario.name()));
        if !days.is_empty() {
            plot::draw(&days, Language::English.title(scenario.trouble), &file)?;
        }
    }
    for (file, language) in [("simulation.md", Language::English), ("simulation.zh-CN.md", Language::Chinese)]
    {
        let file = documents.join(file);
        let document = std::fs::read_to_string(&file)?;
        let renewed =
            renew(&document, days, otherwise, language).ok_or(format!("{} has no marks", file.display()))?;
        std::fs::write(&file, renewed)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let Memory { closed, open } = World::<Ours>::memory();
    println!("{closed} bytes for a phone whose app is closed, {open} for one whose app is open");
    let at_once = arguments.at_once.or_else(|| Some(std::thread::available_parallelism().ok()?.get()));
    let days = play_all(&jobs(&arguments), at_once.unwrap_or(1));
    if arguments.write {
        let otherwise = play_all(&otherwise(&arguments), at_once.unwrap_or(1));
        write(&days, &otherwise)?;
    }
    Ok(())
}
