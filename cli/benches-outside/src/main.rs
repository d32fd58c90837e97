//! How fast unit files are read, by unitctl and by the other parsers written in Rust and Python; and whether
//! the time grows with the size of the file. `cli/release/benchmarks` runs it and writes docs/benchmarks.md.
//!
//! The arguments are folders of units. Only files that every parser accepts are measured. Each figure is the
//! median of interleaved rounds, with the least and the greatest beside it.

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use unitctl_parser::syntax;

const ROUNDS: usize = 11;

type Reader = (&'static str, fn(&str) -> bool);

/// Two of them read line by line or keep all: they are measured both ways.
const READERS: [Reader; 7] = [
    ("unitctl-parser, line by line", |text| syntax::lines(text.as_bytes()).map(black_box).count() > 0),
    ("unitctl-parser, all lines kept", |text| {
        !black_box(syntax::Syntax::parse(text.as_bytes())).lines.is_empty()
    }),
    ("freedesktop_entry_parser 2, line by line", |text| {
        freedesktop_entry_parser::low_level::parse_entry(text.as_bytes()).all(|section| match section {
            Ok(section) => black_box(section).attrs.len() < usize::MAX,
            Err(_) => false,
        })
    }),
    ("freedesktop_entry_parser 2, all kept", |text| {
        black_box(freedesktop_entry_parser::Entry::parse(text)).is_ok()
    }),
    ("rust-ini 0.21", |text| black_box(ini::Ini::load_from_str(text)).is_ok()),
    ("systemd-unit-edit 0.1", |text| {
        black_box(text.parse::<systemd_unit_edit::SystemdUnit>()).is_ok()
    }),
    ("systemd-parser 0.1", |text| black_box(systemd_parser::parse_string(text)).is_ok()),
];

const PYTHON: &str = "
import configparser, sys, time
texts = sys.stdin.read().split('\\0')
best = []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    for text in texts:
        configparser.ConfigParser(strict=False, interpolation=None, delimiters=('=',)).read_string(text)
    best.append(time.perf_counter() - start)
print(*best)
";

fn main() {
    let mut texts = Vec::new();
    std::env::args_os().skip(1).for_each(|folder| collect(&PathBuf::from(folder), &mut texts));
    let all = texts.len();
    texts.retain(|text| READERS.iter().all(|(_, read)| std::panic::catch_unwind(|| read(text)).unwrap_or(false)));
    if texts.is_empty() {
        println!("name folders of units");
        return;
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} of {all} files, {bytes} bytes; median of {ROUNDS} rounds, least and greatest\n", texts.len());
    println!("| parser | MB/s | least | greatest | its time, unitctl is 1 |");
    println!("|---|---:|---:|---:|---:|");
    let mut times = vec![Vec::new(); READERS.len()];
    for _ in 0..ROUNDS {
        for (times, (_, read)) in times.iter_mut().zip(READERS) {
            let start = Instant::now();
            for text in &texts {
                read(text);
            }
            times.push(start.elapsed().as_secs_f64());
        }
    }
    let mut rows: Vec<(&str, Vec<f64>)> = READERS.iter().map(|(name, _)| *name).zip(times).collect();
    rows.extend(python(&texts).map(|times| ("Python's configparser", times)));
    let own = median(&mut rows[0].1);
    for (name, times) in &mut rows {
        let time = median(times);
        let speed = |time: f64| bytes as f64 / 1e6 / time;
        let (least, greatest) = (speed(times[times.len() - 1]), speed(times[0]));
        println!("| {name} | {:.1} | {least:.1} | {greatest:.1} | {:.1} |", speed(time), time / own);
    }

    println!("\nOne file, made of the same text again and again:\n\n| MB | ms | MB/s |\n|---:|---:|---:|");
    let unit = texts.concat();
    for megabytes in [1, 3, 10, 30, 100] {
        let size = megabytes * 1_000_000;
        let text = unit.repeat(size / unit.len().max(1) + 1);
        let text = &text.as_bytes()[..size];
        let mut times: Vec<f64> = (0..5)
            .map(|_| {
                let start = Instant::now();
                black_box(syntax::lines(black_box(text)).map(black_box).count());
                start.elapsed().as_secs_f64()
            })
            .collect();
        let time = median(&mut times);
        println!("| {megabytes} | {:.1} | {:.1} |", time * 1e3, megabytes as f64 / time);
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_unit = path.extension().is_some_and(|end| end == "service" || end == "socket" || end == "timer");
        match path.symlink_metadata() {
            Ok(data) if data.is_dir() => collect(&path, texts),
            Ok(data) if data.is_file() && is_unit => texts.extend(std::fs::read_to_string(&path)),
            _ => {}
        }
    }
}

fn python(texts: &[String]) -> Option<Vec<f64>> {
    let mut child = Command::new("python3")
        .args(["-c", PYTHON, &ROUNDS.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(texts.join("\0").as_bytes()).ok()?;
    let answer = String::from_utf8(child.wait_with_output().ok()?.stdout).ok()?;
    let times: Vec<f64> = answer.split_whitespace().filter_map(|time| time.parse().ok()).collect();
    (!times.is_empty()).then_some(times)
}
