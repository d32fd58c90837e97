//! Moments that come again, as `OnCalendar=` of a timer writes them (systemd.time(7), "Calendar Events").
//!
//! Only whether systemd takes them: `[WEEKDAYS] [DATE] [TIME] [ZONE]`, or a word such as `daily`; and whether their only
//! day has one of their weekdays, as otherwise they never come. Which time zones a machine knows is not known here, so
//! any name of the usual form is taken for one.

use super::ValueError;
use super::check::Complaint;
use super::kind::Effect;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while1};
use nom::character::complete::{char, digit1, one_of, space0, space1};
use nom::combinator::{all_consuming, map_opt, opt, peek, value, verify};
use nom::error::Error;
use nom::multi::separated_list1;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};
use std::ops::RangeInclusive;

const SHORTHANDS: &[&str] = &[
    "minutely",
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "semiannually",
    "semi-annually",
    "biannually",
    "bi-annually",
    "annually",
    "anually",
    "yearly",
];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The areas of the time zone database; a name in one of them is a zone.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

const MICROS_PER_SECOND: i64 = 1_000_000;

/// What systemd has to say against this as a moment that comes again.
pub(super) fn check(text: &str) -> Result<(), Complaint> {
    let complaint = |effect, message, help: &str| {
        let error = ValueError::new(0..text.len(), message).with_help(help);
        Err(Complaint { error, effect })
    };
    match parse(text) {
        None => complaint(
            Effect::Ignored,
            format!("`{text}` is no moment in the calendar"),
            "write WEEKDAY YEAR-MONTH-DAY HOUR:MINUTE:SECOND, such as Mon *-*-* 04:00, or a word such as daily",
        ),
        Some(event) => match event.wrong_weekday() {
            None => Ok(()),
            Some(day) => complaint(
                Effect::Warned,
                format!("this moment never comes: that day is a {}", WEEKDAYS[day]),
                "leave the weekday out, or correct it",
            ),
        },
    }
}

/// Reads it.
fn parse(text: &str) -> Option<Event> {
    let text = match text.rsplit_once(' ') {
        Some((event, zone)) if is_zone(zone) => event,
        _ => text,
    };
    if SHORTHANDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Some(Event::default());
    }
    all_consuming(event).parse(text).map(|(_, event)| event).ok()
}

fn is_zone(word: &str) -> bool {
    let is_in_area = |(area, city): (&str, &str)| {
        AREAS.contains(&area)
            && !city.is_empty()
            && city.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte))
    };
    word.eq_ignore_ascii_case("utc") || word.split_once('/').is_some_and(is_in_area)
}

/// What of a moment decides whether it ever comes.
#[derive(Default)]
struct Event {
    /// From Monday on; none: on all.
    weekdays: Option<[bool; 7]>,
    /// The day, counted from that of the epoch, if it is a single one.
    day: Option<i64>,
}

impl Event {
    /// The weekday of its only day, if it is to be on others.
    fn wrong_weekday(&self) -> Option<usize> {
        // The epoch began on a Thursday.
        let day = usize::try_from((self.day? + 3).rem_euclid(7)).ok()?;
        self.weekdays.filter(|wanted| !wanted[day]).map(|_| day)
    }
}

/// The number of a day, counted from that of the epoch; none if the month is not that long.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap_years_before =
        |year: i64| (year - 1).div_euclid(4) - (year - 1).div_euclid(100) + (year - 1).div_euclid(400);
    let is_leap = leap_years_before(year + 1) > leap_years_before(year);
    let february = if is_leap { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month - 1).ok()?;
    let first_of_year = (year - 1970) * 365 + leap_years_before(year) - leap_years_before(1970);
    (day <= *months.get(before)?).then(|| first_of_year + months[..before].iter().sum::<i64>() + day - 1)
}

/// Weekdays, date and time, of which at least one is there.
fn event(input: &str) -> IResult<&str, Event> {
    let (rest, weekdays) = opt(weekdays).parse(input)?;
    let (rest, _) = if weekdays.is_some() { space0(rest)? } else { (rest, "") };
    if weekdays.is_some() && rest.is_empty() {
        return Ok((rest, Event { weekdays, day: None }));
    }
    let seconds = map_opt(digit1, |digits: &str| digits.parse::<u32>().ok());
    let (rest, day) = alt((
        terminated(date, alt((value((), (space1, time)), value((), space0)))),
        value(None, time),
        preceded(char('@'), seconds).map(|seconds| Some(i64::from(seconds / (24 * 60 * 60)))),
    ))
    .parse(rest)?;
    Ok((rest, Event { weekdays, day }))
}

/// `Mon,Wed..Fri`; a comma at the end does no harm.
fn weekdays(input: &str) -> IResult<&str, [bool; 7]> {
    let range = verify((weekday, opt(preceded(alt((tag(".."), tag("-"))), weekday))), |(from, to)| {
        to.is_none_or(|to| *from <= to)
    });
    let end = peek(alt((value((), one_of(" ")), value((), nom::combinator::eof))));
    let (rest, ranges) = terminated(separated_list1(char(','), range), (opt(char(',')), end)).parse(input)?;
    let mut days = [false; 7];
    for (from, to) in ranges {
        days[from..=to.unwrap_or(from)].fill(true);
    }
    Ok((rest, days))
}

fn weekday(input: &str) -> IResult<&str, usize> {
    for (number, name) in WEEKDAYS.iter().enumerate() {
        for spelling in [name, &name[..3]] {
            if let Ok((rest, _)) = tag_no_case::<_, _, Error<&str>>(spelling).parse(input)
                && !rest.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                return Ok((rest, number));
            }
        }
    }
    Err(nom::Err::Error(Error::new(input, nom::error::ErrorKind::Tag)))
}

/// `YEAR-MONTH-DAY`, `MONTH-DAY`; with `~` in place of the last dash the days count from the end of the month. Returns
/// the day if that is a single one, counted from the beginning of its month (the others systemd does not look at).
fn date(input: &str) -> IResult<&str, Option<i64>> {
    let month = |input| component(input, 1, 12, false);
    let day = |input| {
        alt((
            preceded(char('-'), |input| component(input, 1, 31, false)),
            value(None, preceded(char('~'), |input| component(input, 1, 31, true))),
        ))
        .parse(input)
    };
    let end = |input| peek(alt((value((), char(' ')), value((), nom::combinator::eof)))).parse(input);
    let whole = (terminated(year, char('-')), month, terminated(day, end));
    let single =
        |(year, month, day): (Option<i64>, Option<i64>, Option<i64>)| day_number(year?, month?, day?);
    alt((whole.map(single), value(None, (month, day, end)))).parse(input)
}

fn year(input: &str) -> IResult<&str, Option<i64>> {
    let full = |year: i64| match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    let item = |input| item(input, &|number| full(number), &number);
    chain(input, item, |item, _| item.is_within(1970..=2199, false))
}

fn time(input: &str) -> IResult<&str, ()> {
    let hour = |input| component(input, 0, 23, false);
    let minute = |input| component(input, 0, 59, false);
    let (input, ()) = value((), (space0, hour, char(':'), minute)).parse(input)?;
    let second = |input| {
        // Without a step, one of a second is meant.
        let is_long = |item: &Item| {
            item.repeat > 0 || item.stop.is_none_or(|stop| stop - item.start >= MICROS_PER_SECOND)
        };
        let item = |input| verify(|input| item(input, &|number| number, &seconds), is_long).parse(input);
        chain(input, item, |item, _| item.is_within(0..=60 * MICROS_PER_SECOND - 1, false))
    };
    value((), opt((char(':'), second))).parse(input)
}

/// `*`, or numbers, ranges and repetitions.
fn component(input: &str, from: i64, to: i64, from_end: bool) -> IResult<&str, Option<i64>> {
    let item = |input| item(input, &|number| number, &number);
    // Days counted from the end must be in every month; of several, each may be three less than the one before, which
    // systemd does not seem to mean (observed on 262).
    let least = |index| if from_end { 3 * (index + 1) } else { 0 };
    chain(input, item, |item, index| item.is_within(from..=to - least(index), from_end))
}

/// Returns the number that it is if it is a single one.
fn chain<'a>(
    input: &'a str,
    item: impl Fn(&'a str) -> IResult<&'a str, Item>,
    fits: impl Fn(&Item, i64) -> bool,
) -> IResult<&'a str, Option<i64>> {
    let items = separated_list1(char(','), item);
    let in_order = |items: Vec<Item>| {
        let mut items: Vec<Item> = items.into_iter().map(Item::shortened).collect();
        items.sort_unstable();
        items.dedup();
        items
    };
    let fit = verify(items.map(in_order), |items: &[Item]| {
        items.iter().zip(0..).all(|(item, index)| fits(item, index))
    });
    let single = |items: Vec<Item>| match items[..] {
        [Item { start, stop: None, repeat: 0 }] => Some(start),
        _ => None,
    };
    alt((value(None, char('*')), fit.map(single))).parse(input)
}

/// One part of a component.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    start: i64,
    stop: Option<i64>,
    repeat: i64,
}

impl Item {
    /// Whether it stays in its range. What repeats must do so at least once.
    fn is_within(&self, range: RangeInclusive<i64>, from_end: bool) -> bool {
        if !range.contains(&self.start) {
            return false;
        }
        match self.stop {
            // A step that leads out of it is none.
            Some(stop) => range.contains(&stop) && self.start <= stop,
            None if from_end => range.contains(&(self.start - self.repeat)),
            None => range.contains(&(self.start + self.repeat)),
        }
    }

    /// The same without what is behind its last step: a range that ends at its first number is that number.
    fn shortened(self) -> Self {
        let Self { start, stop, repeat } = self;
        match stop.map(|stop| if repeat > 0 { stop - (stop - start).rem_euclid(repeat) } else { stop }) {
            Some(stop) if stop == start => Self { start, stop: None, repeat: 0 },
            stop => Self { start, stop, repeat },
        }
    }
}

fn item<'a>(
    input: &'a str,
    full: &impl Fn(i64) -> i64,
    number: &impl Fn(&'a str) -> IResult<&'a str, i64>,
) -> IResult<&'a str, Item> {
    let (input, start) = number(input)?;
    let (input, stop) = opt((tag(".."), number)).parse(input)?;
    let (input, repeat) = opt((char('/'), verify(number, |repeat| *repeat > 0))).parse(input)?;
    let stop = stop.map(|(_, stop)| full(stop));
    Ok((input, Item { start: full(start), stop, repeat: repeat.map_or(0, |(_, repeat)| repeat) }))
}

fn number(input: &str) -> IResult<&str, i64> {
    map_opt(digit1, |digits: &str| digits.parse::<i32>().ok().map(i64::from)).parse(input)
}

/// Seconds in microseconds; what is below is rounded.
fn seconds(input: &str) -> IResult<&str, i64> {
    let (rest, whole) = number(input)?;
    let fraction = map_opt(digit1, |digits: &str| {
        let (kept, rest) = digits.split_at(digits.len().min(6));
        let rounded = i64::from(rest.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
        Some(format!("{kept:0<6}").parse::<i64>().ok()? + rounded)
    });
    // Two dots make a range.
    let dot = verify(take_while1(|c| c == '.'), |dots: &str| dots.len() == 1);
    let (rest, fraction) = opt((dot, fraction)).parse(rest)?;
    Ok((rest, whole * MICROS_PER_SECOND + fraction.map_or(0, |(_, fraction)| fraction)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_that_never_come() {
        for (text, day) in [
            ("Mon 2025-01-01", Some("Wednesday")),
            ("Wed 2025-01-01", None),
            ("Mon,Wed 2025-01-01", None),
            ("Thu..Sun,Mon 2025-01-01 12:00", Some("Wednesday")),
            ("mon 2025-1-1 *:00 Europe/Berlin", Some("Wednesday")),
            ("Mon 25-01-01", Some("Wednesday")),
            ("Mon 95-01-01", Some("Sunday")),
            ("Mon 2199-12-31", Some("Tuesday")),
            ("Mon 2024-02-29", Some("Thursday")),
            ("Fri @0", Some("Thursday")),
            ("Thu @0", None),
            ("Fri @4294967295", Some("Sunday")),
            // One number in other words.
            ("Mon 2025-01-01..01", Some("Wednesday")),
            ("Mon 2025,2025-01-01,01..01/3", Some("Wednesday")),
            ("Mon 2025-01-01..03/5", Some("Wednesday")),
            // More than one day, or one that systemd does not look at.
            ("Mon 2025-01-01..03/2", None),
            ("Mon 2025-*-01", None),
            ("Mon 01-01", None),
            ("Mon 2025/1-01-01", None),
            ("Mon 2025-01~03", None),
            ("Mon 2025-02-30", None),
            ("Mon 2023-02-29", None),
        ] {
            let event = parse(text).unwrap();
            assert_eq!(event.wrong_weekday().map(|day| WEEKDAYS[day]), day, "{text}");
        }
    }

    #[test]
    fn a_range_of_seconds_is_one_second_long_at_least() {
        for (text, taken) in [
            ("10:00:21..22", true),
            ("10:00:21..21", false),
            ("10:00:4,21..21,31", false),
            ("10:00:21..21.999999", false),
            ("10:00:21.5..22.4", false),
            ("10:00:21.5..22.5", true),
            // With a step it may be shorter, and is its first second.
            ("10:00:21..21/5", true),
            ("10:21..21", true),
        ] {
            assert_eq!(parse(text).is_some(), taken, "{text}");
        }
    }

    #[test]
    fn ranges_end_at_their_last_step_and_what_is_said_twice_counts_once() {
        for (text, taken) in [
            ("*-*-01..33/5", true),
            ("*-*-01..36/5", false),
            ("*-*-30..34/5", true),
            ("*-*-30..40/5", false),
            ("20..26/4:00", false),
            ("1970..2200/200-01-01", true),
            ("10:00:50..66/15", false),
            ("*-*~26,26", true),
            ("*-*~26,26..26", true),
            ("*-*~25..26,25..26", true),
            ("*-*~22,22,23", true),
            ("*-*~25,26", false),
            ("*-*~28..31/4", true),
            // Blanks before a zone are more than one only behind a day.
            ("*-*-18  UTC", true),
            ("Mon  UTC", true),
            ("*-*-18 10:00  UTC", false),
            ("daily  UTC", false),
        ] {
            assert_eq!(parse(text).is_some(), taken, "{text}");
        }
    }
}
