//! Pictures and diagrams say what the text says.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

use std::process::Command;

const UNITS: [(&str, &str); 4] = [
    ("plain", ""),
    (
        "full",
        "ExecStop=/bin/a \"<b> & c\"\nExecStopPost=/bin/d\nSendSIGHUP=yes\nTimeoutStopFailureMode=abort\n",
    ),
    ("process", "KillMode=process\nTimeoutStopSec=infinity\n"),
    ("oneshot", "Type=oneshot\nRemainAfterExit=yes\nExecStop=/bin/a %%\n"),
];

fn explain(settings: &str, options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.service");
    std::fs::write(&file, format!("[Service]\nExecStart=/bin/main\n{settings}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
    let output = command.arg("explain").args(options).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace(folder.path().to_str().unwrap(), "")
}

/// The texts of an SVG, tags taken out; asserts that every tag is closed.
fn texts(svg: &str) -> String {
    let (mut open, mut text, mut rest) = (Vec::new(), String::new(), svg);
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = behind.split_once('>').unwrap();
        assert!(!tag.contains('<'), "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_once(' ').map_or(tag, |(name, _)| name));
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?}");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_word_of_the_text_is_in_the_picture() {
    for (name, settings) in UNITS {
        for action in ["stop", "kill"] {
            let text = explain(settings, &["--action", action]);
            let picture = texts(&explain(settings, &["--action", action, "--format", "svg"]));
            for word in text.split_whitespace() {
                assert!(
                    picture.contains(word.trim_end_matches([',', ':'])),
                    "{name}, {action}: {word}\n{picture}"
                );
            }
        }
    }
}

#[test]
fn the_diagram_has_a_node_for_each_phase_and_leads_to_the_end() {
    for (name, settings) in UNITS {
        let text = explain(settings, &["--color", "never"]);
        let diagram = explain(settings, &["--format", "mermaid"]);
        let nodes: Vec<&str> = diagram.lines().filter(|line| line.contains(" as p")).collect();
        let names =
            ["stop (", "stop-sigterm (", "stop-watchdog (", "stop-sigkill (", "stop-post (", "final-"];
        assert!(nodes.iter().all(|node| names.iter().any(|name| node.contains(name))), "{name}: {diagram}");
        // Every phase begins with when it comes.
        let phases = text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) || line.starts_with("from "));
        assert_eq!(nodes.len(), phases.count(), "{name}:\n{text}\n{diagram}");
        assert!(diagram.contains("[*] --> p0") && diagram.contains("--> [*]"), "{name}: {diagram}");
        for line in diagram.lines().filter(|line| line.contains("-->")) {
            let (from, to) = line.trim().split_once(" --> ").unwrap();
            for end in [from, to.split(' ').next().unwrap()] {
                let known = end == "[*]" || nodes.iter().any(|node| node.ends_with(&format!(" as {end}")));
                assert!(known, "{name}: {line}");
            }
        }
    }
}
