//! `lint --fix` moves what is misplaced, where nothing else can have been meant: a directive into the one section that
//! knows it, a comment to a line of its own.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use unitctl::args::Lint;
use unitctl::lint::config::Configs;
use unitctl::lint::fix::fixed;
use unitctl::lint::report::examine;
use unitctl::lint::subject::Given;
use unitctl_parser::load::{Loaded, SourceFile};
use unitctl_parser::name::UnitName;

/// What a unit becomes.
fn after(name: &str, text: &str) -> String {
    let name = UnitName::parse(name).unwrap();
    let file = SourceFile { path: name.as_str().into(), bytes: text.as_bytes().to_vec(), void: None };
    let loaded = Loaded::of_files(&name, Some(file), Vec::new());
    let report = examine(loaded, Given::default(), &Configs::new(&Lint::default()).unwrap().plain());
    String::from_utf8(fixed(&report.files[0].1).0).unwrap()
}

#[test]
fn a_directive_goes_to_the_end_of_its_section() {
    for (before, expected) in [
        (
            "[Unit]\nDescription=x\nRestart=always\n\n[Service]\nExecStart=/bin/x\n\n[Install]\nWantedBy=a.target\n",
            "[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/x\nRestart=always\n\n[Install]\nWantedBy=a.target\n",
        ),
        // Several, with what they go on in; behind those that are there, if the directive is a list of units.
        (
            "[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/x\nWants=b.service \\\n  c.service\nAfter=b.service\n",
            "[Unit]\nAfter=a.service\nWants=b.service \\\n  c.service\nAfter=b.service\n[Service]\nExecStart=/bin/x\n",
        ),
        // A comment goes along if it can be about nothing else.
        (
            "[Unit]\n# why\nUser=app\n\n[Service]\n# last\nExecStart=/bin/x\n# end\n",
            "[Unit]\n\n[Service]\n# last\nExecStart=/bin/x\n# why\nUser=app\n# end\n",
        ),
        // Lines end as they did, and where one did not it does.
        (
            "[Unit]\r\nUser=a\r\n[Service]\r\nExecStart=/bin/x",
            "[Unit]\r\n[Service]\r\nExecStart=/bin/x\r\nUser=a",
        ),
        (
            "[Unit]\n[Service]\nExecStart=/bin/x\nAfter=a.service",
            "[Unit]\nAfter=a.service\n[Service]\nExecStart=/bin/x\n",
        ),
    ] {
        assert_eq!(after("a.service", before), expected);
    }
}

#[test]
fn where_something_else_may_be_meant_it_stays() {
    for (name, text) in [
        // It is set already.
        ("a.service", "[Unit]\nRestart=always\n[Service]\nExecStart=/bin/x\nRestart=no\n"),
        ("a.service", "[Unit]\nExecStart=/bin/y\n[Service]\nExecStart=/bin/x\n"),
        // There is no such section, or there are two.
        ("a.service", "[Service]\nExecStart=/bin/x\nWantedBy=multi-user.target\n"),
        ("a.service", "[Unit]\nUser=a\n[Service]\nExecStart=/bin/x\n[Service]\nNice=5\n"),
        // The comment may be about the next line, too.
        ("a.service", "[Unit]\n# why\nUser=app\nDescription=x\n[Service]\nExecStart=/bin/x\n"),
    ] {
        assert_eq!(after(name, text), text);
    }
}

#[test]
fn a_comment_behind_a_value_gets_a_line_that_ends_as_the_others() {
    for end in ["\n", "\r\n"] {
        let before = format!("[Service]{end}ExecStart=/bin/x{end}TimeoutStopSec=5 # c{end}Nice=5{end}");
        let expected = format!("[Service]{end}ExecStart=/bin/x{end}# c{end}TimeoutStopSec=5{end}Nice=5{end}");
        assert_eq!(after("a.service", &before), expected);
    }
}
