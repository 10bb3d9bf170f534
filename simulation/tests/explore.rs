//! The exploration finds no broken guarantee in the core, and finds the faults that are planted on purpose.

use wafer_simulation::explore::{Bounds, Fault, scenes, tunnel, written};

/// Explores the scene of this name to its end.
fn holds(name: &str) {
    let scene = scenes::all().into_iter().find(|scene| scene.name == name).expect("a scene");
    match scene.bounds.explore(|_| {}) {
        Ok(seen) => {
            println!("{}: {seen}", scene.about);
            assert!(seen.is_whole);
        }
        Err(found) => panic!("{}", found.report(&scene.bounds)),
    }
}

macro_rules! scenes {
    ($($test:ident: $name:literal,)+) => {
        $(#[test] fn $test() { holds($name) })+

        #[test]
        fn every_quick_scene_is_explored() {
            let quick: Vec<&str> = scenes::all().iter().filter(|scene| scene.is_quick).map(|scene| scene.name).collect();
            assert_eq!(quick, [$($name),+]);
        }
    };
}

scenes! {
    every_order_of_events_of_one_call_keeps_the_guarantees: "one-call",
    every_order_of_events_of_two_calls_keeps_the_guarantees: "two-calls",
    other_copies_and_lost_instances_break_no_guarantee: "copies",
    no_change_of_the_configuration_breaks_a_guarantee: "configuration",
    neither_clock_nor_listeners_break_a_guarantee: "clock",
    logins_of_every_age_keep_to_the_budget: "budget",
    a_server_that_logs_nobody_in_is_left_alone_and_nothing_hangs: "back-off",
}

#[test]
fn each_fault_of_a_host_is_found_by_a_story_of_a_few_moves() {
    let expected = [
        (Fault::NoTimers, "one-call", "5: what hangs is never given up", 1),
        (Fault::TimersUntold, "one-call", "5: a Plain hangs, and no timer is set", 2),
        (Fault::AnswersTwice, "one-call", "a call that is on its way is taken up again", 1),
        (Fault::AnswersLate, "one-call", "5: a call settled twice", 2),
        (Fault::PassEverywhere, "configuration", "8: the session goes where it does not belong", 3),
        (Fault::SentAndTold, "one-call", "a call that is on its way is taken up again", 3),
        (Fault::NotRemoved, "copies", "7: log-out was undone", 3),
        (Fault::LoginsForgotten, "copies", "6: 3 automatic logins in a minute", 4),
    ];
    assert_eq!(expected.map(|(fault, ..)| fault), Fault::ALL);
    for (fault, scene, broken, moves) in expected {
        let scene = scenes::all().into_iter().find(|own| own.name == scene).expect("a scene");
        let bounds = Bounds { fault: Some(fault), ..scene.bounds };
        let Err(found) = bounds.explore(|_| {}) else { panic!("{fault:?} is not found") };
        assert_eq!(
            (found.broken.as_str(), found.story.len()),
            (broken, moves),
            "{fault:?} {:?}",
            found.story
        );
    }
}

#[test]
fn what_is_generated_of_the_exploration_is_current() {
    for (path, text) in written::files() {
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(current == text, "{} is not current: make phases", path.display());
    }
}

#[test]
fn no_order_of_events_leaves_a_tunnel_stuck_or_a_socket_behind() {
    match tunnel::explore() {
        Ok(seen) => {
            println!("one tunnel: {seen}");
            assert!(seen.is_whole);
        }
        Err(found) => panic!("{found:#?}"),
    }
}
