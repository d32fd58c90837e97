//! Who else stops and who may start it again: in sentences and as JSON.

use super::reason;
use super::style::Palette;
use crate::explain::company::{Company, Starter};
use serde::Serialize;
use std::path::PathBuf;
use unitctl_parser::dependencies::{Maker, StopsWith, When};

/// The most units that a sentence names.
const MOST: usize = 8;

/// A unit of `"also_stops"`.
#[derive(Debug, Serialize)]
pub struct AlsoStops {
    unit: String,
    when: &'static str,
    follows: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    starts_again: bool,
    because: MakerJson,
}

/// A unit of `"may_start_again"`.
#[derive(Debug, Serialize)]
pub struct MayStart {
    unit: String,
    because: MakerJson,
}

/// The line, link or default that makes a dependency.
#[derive(Debug, Serialize)]
pub struct MakerJson {
    directive: &'static str,
    file: Option<String>,
    line: Option<u32>,
}

impl MakerJson {
    /// The line, link or default behind `directive`.
    pub fn new(directive: &'static str, maker: &Maker) -> Self {
        let (file, line) = match maker {
            Maker::Line { file, line } => (Some(file), Some(*line)),
            Maker::Link(link) => (Some(link), None),
            Maker::Implicit => (None, None),
        };
        Self { directive, file: file.map(|file| file.display().to_string()), line }
    }
}

/// The units that stop as well.
pub fn also_stops(company: &Company) -> Vec<AlsoStops> {
    let one = |stops: &StopsWith| AlsoStops {
        unit: stops.unit.to_string(),
        when: match stops.when {
            When::Before => "before",
            When::Together => "together",
            When::After => "after",
        },
        follows: stops.follows.to_string(),
        starts_again: stops.is_restarted,
        because: MakerJson::new(stops.directive, &stops.maker),
    };
    company.stops.iter().map(one).collect()
}

/// The units that may start it again.
pub fn may_start_again(company: &Company) -> Vec<MayStart> {
    let one = |starter: &Starter| MayStart {
        unit: starter.unit.to_string(),
        because: MakerJson::new(starter.directive, &starter.maker),
    };
    company.starters.iter().map(one).collect()
}

/// The same in sentences; each unit with the line that makes it so.
pub fn sentences(company: &Company, palette: Palette) -> Vec<String> {
    let mut sentences = Vec::new();
    for (when, again, words) in [
        (When::Before, false, "Also stops, before it"),
        (When::Together, false, "Also stops, at the same time"),
        (When::After, false, "Also stops, after it"),
        (When::Before, true, "Also restarts, stopping before it"),
        (When::Together, true, "Also restarts, stopping at the same time"),
        (When::After, true, "Also restarts, stopping after it"),
    ] {
        let units = company.stops.iter().filter(|stops| stops.when == when && stops.is_restarted == again);
        let named = units.map(|stops| named(stops.unit.as_str(), stops.directive, &stops.maker, palette));
        sentences.extend(sentence(words, named.collect()));
    }
    let starters = company.starters.iter();
    let named =
        starters.map(|starter| named(starter.unit.as_str(), starter.directive, &starter.maker, palette));
    sentences.extend(sentence("May start it again", named.collect()));
    sentences
}

fn sentence(words: &str, units: Vec<String>) -> Option<String> {
    let more = match units.len() {
        0 => return None,
        count if count > MOST => format!(" and {} more", count - MOST),
        _ => String::new(),
    };
    let shown = units.into_iter().take(MOST).collect::<Vec<_>>().join(", ");
    Some(format!("{words}: {shown}{more}."))
}

/// `b.service (PartOf= b.service:3)`
fn named(unit: &str, directive: &'static str, maker: &Maker, palette: Palette) -> String {
    format!("{unit} {}", palette.faint(format!("({})", reason(directive, maker))))
}

/// `PartOf= b.service:3`
pub fn reason(directive: &str, maker: &Maker) -> String {
    let place = match maker {
        Maker::Line { file, line } => reason::line_of(file, *line),
        Maker::Link(link) => {
            let last: PathBuf = link.iter().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
            last.display().to_string()
        }
        Maker::Implicit => "default".into(),
    };
    format!("{directive}= {place}")
}
