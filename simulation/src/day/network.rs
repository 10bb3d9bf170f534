//! The mobile network between a phone and everybody else.

use fastrand::Rng;

use super::{Ms, log_normal};

/// How good a phone's network is during a launch.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Median of a round trip, in ms.
    round_trip: f64,
    /// Share of requests that vanish: wx gives up on them at its timeout.
    lost: f64,
    /// Share of requests whose connection fails at once.
    refused: f64,
    /// Share of answers that are lost after the server served the request.
    cut: f64,
    /// Share of launches in which the phone is offline for a while.
    pub goes_offline: f64,
}

const GOOD: Network =
    Network { round_trip: 0.0, lost: 0.000_5, refused: 0.001, cut: 0.000_5, goes_offline: 0.02 };
const POOR: Network = Network { round_trip: 0.0, lost: 0.01, refused: 0.02, cut: 0.005, goes_offline: 0.1 };
/// Share of launches on a poor network.
const SHARE_POOR: f64 = 0.15;
const GOOD_MEDIAN: f64 = 80.0;
const POOR_MEDIAN: f64 = 500.0;
/// Scatter of the round trip, between networks and between the requests on one.
const BETWEEN: f64 = 0.4;
const WITHIN: f64 = 0.3;
/// The time until wx reports a failure that needs no network.
pub const AT_ONCE: Ms = 5;

/// The fate of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It vanishes.
    Lost,
    /// It fails after this long.
    Refused(Ms),
    /// It arrives after `there`; the answer takes `back`, or is lost if that is `None`.
    Arrives {
        /// The way to the server, in ms.
        there: Ms,
        /// The way back, in ms.
        back: Option<u16>,
    },
}

impl Network {
    /// The network of a launch.
    pub fn of_launch(random: &mut Rng) -> Self {
        let (kind, median) =
            if random.f64() < SHARE_POOR { (POOR, POOR_MEDIAN) } else { (GOOD, GOOD_MEDIAN) };
        Network { round_trip: log_normal(random, median, BETWEEN), ..kind }
    }

    /// A network on which nothing ever goes wrong; each way takes the same time.
    pub const fn ideal(way: Ms) -> Self {
        Network { round_trip: 2.0 * way as f64, lost: 0.0, refused: 0.0, cut: 0.0, goes_offline: 0.0 }
    }

    /// The time of one way, drawn at random.
    pub fn way(&self, random: &mut Rng) -> Ms {
        let scatter = if self.lost == 0.0 { 0.0 } else { WITHIN };
        log_normal(random, self.round_trip / 2.0, scatter).max(1.0) as Ms
    }

    /// The fate of the next request, drawn at random.
    pub fn send(&self, random: &mut Rng) -> Way {
        let (there, back, chance) = (self.way(random), self.way(random), random.f64());
        if chance < self.lost {
            Way::Lost
        } else if chance < self.lost + self.refused {
            Way::Refused(there)
        } else {
            let is_cut = chance < self.lost + self.refused + self.cut;
            let back = u16::try_from(back).unwrap_or(u16::MAX);
            Way::Arrives { there, back: (!is_cut).then_some(back) }
        }
    }

    /// Whether a call of wx to WeChat gets no answer, drawn at random.
    pub fn loses(&self, random: &mut Rng) -> bool {
        random.f64() < self.lost + self.refused
    }
}
