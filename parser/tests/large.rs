//! Reading grows linearly with the input, whatever the input.

#![expect(clippy::print_stdout, reason = "the figures are for whoever looks")]

use nix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;
use unitctl_parser::load::{Loader, Root, SearchPath};
use unitctl_parser::name::UnitName;
use unitctl_parser::service::{ManagerDefaults, Service};
use unitctl_parser::syntax;
use unitctl_parser::unit::{Expansion, Unit};
use unitctl_parser::value::specifier::NameOnly;

/// The shortest of a few tries, in time of the processor: others may be busy on it.
fn time(mut work: impl FnMut()) -> Duration {
    let now =
        || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every thread has it"));
    let once = |work: &mut dyn FnMut()| {
        let started = now();
        work();
        now().saturating_sub(started)
    };
    (0..3).map(|_| once(&mut work)).min().expect("three tries")
}

/// Eight times the input may take eight times as long, and on a busy machine more, but never 64 times.
fn grows_linearly(what: &str, work: impl Fn(usize)) {
    let (small, large) = (time(|| work(1)), time(|| work(8)));
    let factor = large.as_secs_f64() / small.as_secs_f64().max(1e-4);
    println!("{what}: {small:?}, eight times as much: {large:?}, {factor:.1} x");
    assert!(factor < 24.0, "{what}: eight times the input took {factor:.1} times as long");
}

#[test]
fn syntax_of_any_shape() {
    for (what, line) in [
        ("assignments", "KillMode=mixed\n"),
        ("continuations", "\\\n"),
        ("comments in a continued value", "#\n"),
        ("long words", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("sections", "[Service]\n"),
        ("ends of lines", "\r\0\n"),
        ("backslashes", "\\\\\\"),
        ("byte order marks", "\u{feff}\n"),
    ] {
        grows_linearly(what, |times| {
            let source = line.repeat(times * 400_000 / line.len() / 4);
            black_box(syntax::lines(source.as_bytes()).map(|line| line.span.len()).sum::<usize>());
        });
    }
}

/// Loads and reads a service with this fragment and this drop-in.
fn read(fragment: &str, drop_in: &str) -> Unit {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("a.service.d")).expect("it is new");
    std::fs::write(folder.path().join("a.service"), fragment).expect("it is new");
    std::fs::write(folder.path().join("a.service.d/x.conf"), drop_in).expect("it is new");
    let loader = Loader::new(SearchPath::new([folder.path().to_owned()]), Root::host());
    let name = NameOnly("a.service");
    let expansion = Expansion { fragment: &name, drop_ins: &name };
    let unit = Unit::merge(loader.load(&UnitName::parse("a.service").expect("a name")), expansion);
    black_box(Service::read(&unit, expansion, &ManagerDefaults::default()));
    unit
}

#[test]
fn units_of_any_shape() {
    for (what, line) in [
        ("settings", "KillMode=mixed\n"),
        ("commands", "ExecStop=/bin/kill $MAINPID\n"),
        ("commands that are reset", "ExecStop=/bin/a\nExecStop=\n"),
        ("variables", "Environment=A=1\n"),
        ("unknown directives", "KilMode=mixed\n"),
        ("rejected values", "KillSignal=SIGTREM\n"),
    ] {
        grows_linearly(what, |times| {
            let drop_in = format!("[Service]\n{}", line.repeat(times * 1_000));
            black_box(read("[Service]\nExecStart=/bin/true\n", &drop_in));
        });
    }
}

#[test]
fn a_million_assignments_in_a_drop_in() {
    let drop_in = format!("[Service]\n{}KillMode=process\n", "KillMode=mixed\n".repeat(1_000_000));
    let unit = read("[Service]\nExecStart=/bin/true\n", &drop_in);
    let decided = unit.deciding("Service", "KillMode").expect("it was set");
    assert_eq!((decided.line, &*decided.value), (1_000_002, "process"));
}

#[test]
fn a_million_continuations() {
    let fragment =
        format!("[Service]\nExecStart=/bin/true {}end\nKillMode=mixed\n", "\\\n".repeat(1_000_000));
    let unit = read(&fragment, "");
    assert_eq!(unit.deciding("Service", "KillMode").map(|entry| entry.line), Some(1_000_003));
}

#[test]
fn a_line_of_a_hundred_megabytes_ends_the_file_and_nothing_else() {
    let fragment = format!("[Service]\nKillMode=mixed\nDescription={}\n", "x".repeat(100_000_000));
    let unit = read(&fragment, "");
    assert!(unit.deciding("Service", "KillMode").is_some());
    assert_eq!(unit.load_state.to_string(), "error");
}
