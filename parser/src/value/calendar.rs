//! Moments that come again, as `OnCalendar=` of a timer writes them (systemd.time(7), "Calendar Events").
//!
//! Only whether systemd takes them: `[WEEKDAYS] [DATE] [TIME] [ZONE]`, or a word such as `daily`. Which time zones a
//! machine knows is not known here, so any name of the usual form is taken for one.

use super::ValueError;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while1};
use nom::character::complete::{char, digit1, one_of, space0, space1};
use nom::combinator::{all_consuming, map_opt, opt, peek, value, verify};
use nom::error::Error;
use nom::multi::separated_list1;
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

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

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

/// Why systemd would not take this for a moment that comes again.
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    if is_valid(text) {
        return Ok(());
    }
    Err(ValueError::new(0..text.len(), format!("`{text}` is no moment in the calendar")).with_help(
        "write WEEKDAY YEAR-MONTH-DAY HOUR:MINUTE:SECOND, such as Mon *-*-* 04:00, or a word such as daily",
    ))
}

fn is_valid(text: &str) -> bool {
    let text = match text.rsplit_once(' ') {
        Some((event, zone)) if is_zone(zone) => event,
        _ => text,
    };
    SHORTHANDS.iter().any(|word| word.eq_ignore_ascii_case(text)) || all_consuming(event).parse(text).is_ok()
}

fn is_zone(word: &str) -> bool {
    let is_in_area = |(area, city): (&str, &str)| {
        AREAS.contains(&area)
            && !city.is_empty()
            && city.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte))
    };
    word.eq_ignore_ascii_case("utc") || word.split_once('/').is_some_and(is_in_area)
}

/// Weekdays, date and time, of which at least one is there.
fn event(input: &str) -> IResult<&str, ()> {
    let (rest, days) = opt(weekdays).parse(input)?;
    if days.is_some() && rest.is_empty() {
        return Ok((rest, ()));
    }
    let (rest, ()) = if days.is_some() { value((), space1).parse(rest)? } else { (rest, ()) };
    if days.is_some() && rest.is_empty() {
        return Ok((rest, ()));
    }
    alt((
        value((), (date, opt((space1, time)))),
        value((), time),
        value((), (char('@'), map_opt(digit1, |digits: &str| digits.parse::<u32>().ok()))),
    ))
    .parse(rest)
}

/// `Mon,Wed..Fri`; a comma at the end does no harm.
fn weekdays(input: &str) -> IResult<&str, ()> {
    let range = verify((weekday, opt(((alt((tag(".."), tag("-")))), weekday))), |(from, to)| {
        to.as_ref().is_none_or(|(_, to)| from <= to)
    });
    let end = peek(alt((value((), one_of(" ")), value((), nom::combinator::eof))));
    value((), (separated_list1(char(','), range), opt(char(',')), end)).parse(input)
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

/// `YEAR-MONTH-DAY`, `MONTH-DAY`; with `~` in place of the last dash the days count from the end of the month.
fn date(input: &str) -> IResult<&str, ()> {
    let month = |input| component(input, 1, 12, false);
    let day = |input| {
        alt((
            value((), (char('-'), |input| component(input, 1, 31, false))),
            value((), (char('~'), |input| component(input, 1, 31, true))),
        ))
        .parse(input)
    };
    let end = |input| peek(alt((value((), char(' ')), value((), nom::combinator::eof)))).parse(input);
    alt((value((), (year, char('-'), month, day, end)), value((), (month, day, end)))).parse(input)
}

fn year(input: &str) -> IResult<&str, ()> {
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
        let item = |input| item(input, &|number| number, &seconds);
        chain(input, item, |item, _| item.is_within(0..=60 * 1_000_000 - 1, false))
    };
    value((), opt((char(':'), second))).parse(input)
}

/// `*`, or numbers, ranges and repetitions.
fn component(input: &str, from: i64, to: i64, from_end: bool) -> IResult<&str, ()> {
    let item = |input| item(input, &|number| number, &number);
    // Days counted from the end must be in every month; of several, each may be three less than the one before, which
    // systemd does not seem to mean (observed on 262).
    let least = |index| if from_end { 3 * (index + 1) } else { 0 };
    chain(input, item, |item, index| item.is_within(from..=to - least(index), from_end))
}

fn chain<'a>(
    input: &'a str,
    item: impl Fn(&'a str) -> IResult<&'a str, Item>,
    fits: impl Fn(&Item, i64) -> bool,
) -> IResult<&'a str, ()> {
    let items = separated_list1(char(','), item);
    let in_order = |mut items: Vec<Item>| {
        items.sort_by_key(|item| item.start);
        items
    };
    let fit = verify(items.map(in_order), |items: &[Item]| {
        items.iter().zip(0..).all(|(item, index)| fits(item, index))
    });
    alt((value((), char('*')), value((), fit))).parse(input)
}

/// One part of a component.
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
    Ok((rest, whole * 1_000_000 + fraction.map_or(0, |(_, fraction)| fraction)))
}
