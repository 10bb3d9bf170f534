//! Draws one picture for each scenario, with all clients in it.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use super::client::{Client, Ours, Wafer, WeRequest, WithoutBackoff};
use super::measure::{Report, Second};
use super::scenario::Trouble;
use super::{DAY, HOUR, MINUTE, Ms, SECOND};

const SIZE: (u32, u32) = (960, 780);
const LEGEND_HEIGHT: i32 = 24;
const LETTER_WIDTH: i32 = 6;
/// The most points of a line.
const POINTS: usize = 360;
const FONT: &str = "sans-serif";
/// The colour of a client.
fn colour(client: &str) -> RGBColor {
    match client {
        Ours::NAME => RGBColor(0, 122, 76),
        WithoutBackoff::NAME => RGBColor(222, 141, 0),
        WeRequest::NAME => RGBColor(43, 98, 178),
        Wafer::NAME => RGBColor(204, 61, 82),
        _ => RGBColor(140, 108, 171),
    }
}

/// How the seconds of a point become one value.
#[derive(Clone, Copy)]
enum Point {
    Highest,
    Mean,
}

type Figure = (&'static str, Point, fn(&Second) -> u32);

const FIGURES: [Figure; 3] = [
    ("login requests a second (highest)", Point::Highest, |second| second.logins),
    ("refused and failed calls a second (mean)", Point::Mean, |second| second.refused + second.failed),
    ("requests in the server's queue (highest)", Point::Highest, |second| second.queue),
];

/// Draws the days of one scenario, one client each, into a file.
pub fn draw(days: &[&Report], title: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let Some(first) = days.first() else { return Ok(()) };
    let (from, until) = shown(first);
    let unit = if until - from > 6 * HOUR { HOUR } else { MINUTE };
    let scaled = |at: Ms| f64::from(at) / f64::from(unit);
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (legend, panels) = root.titled(title, (FONT, 22))?.split_vertically(LEGEND_HEIGHT);
    let (mut x, y) = (64, LEGEND_HEIGHT / 2);
    for day in days {
        let stroke = colour(day.client).stroke_width(3);
        legend.draw(&PathElement::new([(x, y), (x + 16, y)], stroke))?;
        legend.draw(&Text::new(day.client, (x + 22, y - 5), (FONT, 13)))?;
        x += 48 + LETTER_WIDTH * day.client.len() as i32;
    }
    for (panel, (name, point, figure)) in panels.split_evenly((3, 1)).iter().zip(FIGURES) {
        let lines: Vec<Vec<(Ms, f64)>> =
            days.iter().map(|day| line(day, from, until, point, figure)).collect();
        let highest = lines.iter().flatten().map(|(_, value)| *value).fold(10.0, f64::max);
        let mut chart = ChartBuilder::on(panel)
            .caption(name, (FONT, 15))
            .margin_right(16)
            .x_label_area_size(24)
            .y_label_area_size(64)
            .build_cartesian_2d(scaled(from)..scaled(until), (1.0..highest * 1.3).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(RGBColor(225, 225, 225))
            .x_labels(11)
            .y_labels(4)
            .x_label_formatter(&|at| {
                let minutes = (at * f64::from(unit / MINUTE)).round() as u32;
                format!("{:02}:{:02}", minutes / 60, minutes % 60)
            })
            .y_label_formatter(&|value| format!("{value:.0}"))
            .draw()?;
        // The first client is drawn last, so that its line is on top.
        for (day, line) in days.iter().zip(lines).rev() {
            let points = line.into_iter().map(|(at, value)| (scaled(at), value));
            chart.draw_series(LineSeries::new(points, colour(day.client).stroke_width(2)))?;
        }
    }
    root.present()?;
    Ok(())
}

/// The part of a day that is shown: from a little before the trouble until long after it.
fn shown(day: &Report) -> (Ms, Ms) {
    let end = day.from + (day.seconds.len() as Ms - 1) * SECOND;
    if day.scenario.trouble == Trouble::None {
        return (day.from, end.min(DAY));
    }
    let lasts = day.scenario.until - day.scenario.from;
    let from = day.scenario.from.saturating_sub(5 * MINUTE).max(day.from);
    (from, (day.scenario.until + lasts / 2 + 20 * MINUTE).min(end))
}

fn line(day: &Report, from: Ms, until: Ms, point: Point, figure: fn(&Second) -> u32) -> Vec<(Ms, f64)> {
    let first = ((from - day.from) / SECOND) as usize;
    let seconds = &day.seconds[first..((until - day.from) / SECOND) as usize];
    let step = seconds.len().div_ceil(POINTS).max(1);
    let chunks = seconds.chunks(step).enumerate();
    chunks
        .map(|(index, chunk)| {
            let figures = chunk.iter().map(|second| f64::from(figure(second)));
            let value = match point {
                Point::Highest => figures.fold(0.0, f64::max),
                Point::Mean => figures.sum::<f64>() / chunk.len() as f64,
            };
            // A logarithmic scale has no zero.
            (from + (index * step) as Ms * SECOND, value.max(1.0))
        })
        .collect()
}
