//! Whatever is in a unit, lint neither panics nor points outside the file, and its fixes settle.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use unitctl::args::Lint;
use unitctl::lint::config::Configs;
use unitctl::lint::fix::fixed;
use unitctl::lint::report::{Report, examine};
use unitctl::lint::subject::{Given, Reading};
use unitctl_parser::load::{Loaded, SourceFile};
use unitctl_parser::name::UnitName;

/// Pieces of units, put together in any order: the ones that rules look for, and what is around them.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let key = prop::sample::select(vec![
        "ExecStart=",
        "ExecStop=",
        "Type=",
        "KillMode=",
        "Environment=",
        "After=",
        "[Service]",
        "[Unit]",
        "[Install]",
        "TimeoutStopSec=",
        "WantedBy=",
        "Description=",
        "# unitctl: allow ",
        "DefaultInstance=",
        "PIDFile=",
        "StandardOutput=",
        "killmode=",
        "BindTo=",
        "[service]",
        "",
    ]);
    let word = prop::sample::select(vec![
        "/bin/kill -HUP $MAINPID",
        "sh -c 'a; ${b}'",
        "mixed",
        "none",
        "forking",
        "oneshot",
        "\\",
        "\\ ",
        "\\q",
        "!!/bin/a",
        "+:/bin/a",
        "-!/bin/b",
        "syslog",
        "Mixed",
        "/var/run/x.pid",
        "date +%Y-%m",
        "\"",
        "'",
        "%",
        "%Y",
        "date +%Y",
        "$",
        "${",
        "${A:-b}",
        "x$A",
        "~/",
        "&&",
        "2>&1",
        "*",
        "a;",
        ";",
        "\\;",
        "5M",
        "0",
        "infinity",
        "“a”",
        "ä",
        "\u{a0}",
        "# x",
        "mutli-user.target",
        "a.service",
        "kill-mode-none, why",
        "A=$A",
        " ",
        "\t",
        "\r",
        "\0",
        "=",
    ]);
    (key, prop::collection::vec(word, 0..5), any::<bool>(), prop::collection::vec(any::<u8>(), 0..3))
        .prop_map(|(key, words, blank, bytes)| {
            let mut line = key.as_bytes().to_vec();
            line.extend(words.join(if blank { " " } else { "" }).bytes());
            line.extend(bytes);
            line.push(b'\n');
            line
        })
}

/// What is found in a service with this text.
fn report(bytes: &[u8]) -> Report {
    let args = Lint { systemd_version: Some(230), ..Lint::default() };
    let mut report = examine(loaded(bytes), Given::default(), &Configs::new(&args).unwrap().plain());
    // Of a file in which nothing is found the content is not kept.
    report.files[0].1.bytes = bytes.to_vec();
    report
}

fn loaded(bytes: &[u8]) -> Loaded {
    let name = UnitName::parse("a.service").unwrap();
    let file = SourceFile { path: "a.service".into(), bytes: bytes.to_vec(), void: None };
    Loaded::of_files(&name, Some(file), Vec::new())
}

/// All commands, and where what they write goes: what some fixes may not change.
fn meaning(bytes: &[u8]) -> String {
    let reading = Reading::of(loaded(bytes));
    let service = reading.settings().unwrap();
    let lists = [&service.exec_start, &service.exec_stop];
    let commands: Vec<_> = lists.iter().flat_map(|list| list.iter()).map(|line| &line.value).collect();
    format!("{:?} {commands:?} {:?}", reading.unit.load_state, service.pid_file.value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    /// Fixes come to an end, and those that only say the same in other words change nothing.
    #[test]
    fn fixes_settle(lines in prop::collection::vec(line(), 0..12)) {
        let mut bytes = b"[Service]\n".to_vec();
        bytes.extend(lines.concat());
        let mut same = report(&bytes);
        let file = &mut same.files[0].1;
        file.findings.retain(|finding| matches!(finding.rule.name, "questionable-value" | "deprecated-directive"));
        prop_assert_eq!(meaning(&bytes), meaning(&fixed(file).0));
        for _ in 0..6 {
            let (after, count) = fixed(&report(&bytes).files[0].1);
            if count == 0 {
                prop_assert_eq!(&after, &bytes);
                return Ok(());
            }
            prop_assert_ne!(&after, &bytes);
            bytes = after;
        }
        prop_assert!(false, "there is always something more: {}", String::from_utf8_lossy(&bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn findings_stay_in_the_file(lines in prop::collection::vec(line(), 0..12), bare: bool) {
        let mut bytes = b"[Service]\n".to_vec();
        bytes.extend(lines.concat());
        let name = UnitName::parse("a.service").unwrap();
        let file = SourceFile { path: "a.service".into(), bytes: bytes.clone(), void: None };
        let loaded = if bare {
            Loaded::of_files(&name, None, vec![file])
        } else {
            Loaded::of_files(&name, Some(file), Vec::new())
        };
        let args = Lint { systemd_version: Some(230), ..Lint::default() };
        let config = Configs::new(&args).unwrap().plain();
        let report = examine(loaded, Given { is_bare: bare, ..Given::default() }, &config);
        for (_, finding) in report.findings() {
            prop_assert!(finding.span.start <= finding.span.end && finding.span.end <= bytes.len(), "{finding:?}");
            prop_assert!(finding.start <= finding.end && finding.start.line > 0 && finding.start.column > 0);
            prop_assert!(!finding.message.is_empty());
        }
    }
}
