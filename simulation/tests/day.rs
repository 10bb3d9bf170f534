//! The results of a day of many phones, with few enough phones for every run of the tests.

use wafer_simulation::day::client::{Client, Ours, Wafer, WithoutBackoff};
use wafer_simulation::day::scenario::{Scenario, Trouble};
use wafer_simulation::day::server::SessionsPerUser;
use wafer_simulation::day::visit::MOST_CALLS;
use wafer_simulation::day::{HOUR, MINUTE, Plan, Report, run};

/// With fewer phones, the peak of a second would depend on chance.
const PHONES: u32 = 40_000;
const SEED: u64 = 7;

fn around_noon<C: Client>(trouble: Trouble) -> Report {
    run::<C>(Plan {
        phones: PHONES,
        seed: SEED,
        from: 11 * HOUR + 30 * MINUTE,
        until: 13 * HOUR,
        scenario: Scenario::with(trouble),
        capacity: C::CAPACITY,
        sessions_per_user: SessionsPerUser::Many,
        most_calls: MOST_CALLS,
    })
}

/// The logins of the five busiest seconds in a row.
fn busiest(report: &Report) -> u32 {
    let seconds: Vec<u32> = report.seconds.iter().map(|second| second.logins).collect();
    seconds.windows(5).map(|window| window.iter().sum()).max().unwrap_or_default()
}

#[test]
fn the_same_seed_gives_the_same_day() {
    let (one, other) = (around_noon::<Ours>(Trouble::GoodRefused), around_noon::<Ours>(Trouble::GoodRefused));
    assert_eq!(one.seconds, other.seconds);
    assert_eq!(one.waits, other.waits);
    let figures = |report: &Report| (report.events, report.launches, report.given_up, report.hung);
    assert_eq!(figures(&one), figures(&other));
    let calls = |report: &Report| report.total(|second| second.calls);
    let elsewhere = run::<Ours>(Plan {
        phones: PHONES,
        seed: SEED + 1,
        from: 11 * HOUR + 30 * MINUTE,
        until: 13 * HOUR,
        scenario: Scenario::with(Trouble::GoodRefused),
        capacity: Ours::CAPACITY,
        sessions_per_user: SessionsPerUser::Many,
        most_calls: MOST_CALLS,
    });
    assert_ne!(calls(&one), calls(&elsewhere));
}

/// Scenarios 2, 7 and 8: a phone logs in once, and only when it calls. The server of the predecessor never recovers.
#[test]
fn a_server_that_lost_all_sessions_recovers_within_minutes() {
    for trouble in [Trouble::SessionsLost, Trouble::ExpireTogether, Trouble::DownAndLost] {
        let (ours, wafer) = (around_noon::<Ours>(trouble), around_noon::<Wafer>(trouble));
        let recovers = ours.recovers_in_s().unwrap_or_else(|| panic!("{trouble:?}: never"));
        assert!(recovers <= 120, "{trouble:?}: after {recovers} s");
        assert_eq!(wafer.recovers_in_s(), None, "{trouble:?}");
        let logins = |report: &Report| report.total(|second| second.logins);
        assert!(
            logins(&ours) * 6 <= logins(&wafer),
            "{trouble:?}: {} logins, the predecessor {}",
            logins(&ours),
            logins(&wafer)
        );
        assert!(
            busiest(&ours) * 3 <= busiest(&wafer),
            "{trouble:?}: {} logins in the busiest five seconds, the predecessor {}",
            busiest(&ours),
            busiest(&wafer)
        );
    }
}

/// Scenario 3: users who are logged in stay so, and the others do not try more often than on an ordinary day.
#[test]
fn a_server_that_was_down_works_again_at_once() {
    let (ours, wafer) = (around_noon::<Ours>(Trouble::Down), around_noon::<Wafer>(Trouble::Down));
    let recovers = ours.recovers_in_s().expect("it recovers");
    assert!(recovers <= 60, "after {recovers} s");
    assert!(busiest(&ours) * 3 <= busiest(&wafer), "{} and {}", busiest(&ours), busiest(&wafer));
    let usual = around_noon::<Ours>(Trouble::None);
    let usual_peak = usual.peak(|second| second.logins);
    let peak = ours.peak(|second| second.logins);
    assert!(peak <= usual_peak * 2, "{peak} logins a second, {usual_peak} on an ordinary day");
}

/// Scenario 9: guarantee 13.
#[test]
fn logins_that_fail_for_everybody_are_fewer_with_back_off() {
    let (ours, without) =
        (around_noon::<Ours>(Trouble::LoginsFail), around_noon::<WithoutBackoff>(Trouble::LoginsFail));
    let during = |report: &Report| -> u32 {
        let first = ((report.scenario.from - report.from) / 1000) as usize;
        let lasts = ((report.scenario.until - report.scenario.from) / 1000) as usize;
        report.seconds[first..first + lasts].iter().map(|second| second.logins).sum()
    };
    assert!(during(&ours) < during(&without), "{} and {}", during(&ours), during(&without));
    assert!(ours.recovers_in_s().is_some_and(|after| after <= 120), "{:?}", ours.recovers_in_s());
}

#[test]
fn on_an_ordinary_day_nobody_waits_longer_for_the_back_off() {
    let (ours, without) = (around_noon::<Ours>(Trouble::None), around_noon::<WithoutBackoff>(Trouble::None));
    for quantile in [0.1, 0.5, 0.9, 0.99, 0.999, 0.9999] {
        let (waits, before) =
            (ours.waits.value_at_quantile(quantile), without.waits.value_at_quantile(quantile));
        assert!(waits <= before, "{waits} ms at {quantile}, {before} ms without back-off");
    }
    assert!(ours.given_up <= without.given_up);
    assert!(ours.waits.len() >= without.waits.len());
}
