//! The surroundings of a service's commands, read from its unit.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::ffi::OsString;
use unitctl_parser::load::{Loader, Root, SearchPath};
use unitctl_parser::service::exec_context::{
    EnvironmentFile, ExecContext, Input, MemoryPressure, Output, ResourceLimit, WorkingDirectory,
};
use unitctl_parser::unit::{Expansion, Unit};
use unitctl_parser::value::specifier::NameOnly;

/// Reads a service of these lines.
fn read(lines: &str) -> ExecContext {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web@1.service");
    std::fs::write(&path, format!("[Service]\nExecStart=/bin/true\n{lines}")).unwrap();
    let loader = Loader::new(SearchPath::system(), Root::host());
    let name = NameOnly("web@1.service");
    let expansion = Expansion { fragment: &name, drop_ins: &name };
    ExecContext::read(&Unit::merge(loader.load_path(&path).unwrap(), expansion), expansion)
}

#[test]
fn nothing_set_is_what_systemd_gives() {
    assert_eq!(read(""), ExecContext::default());
}

#[test]
fn every_setting_that_is_applied() {
    let context = read(
        "User=web%i\nGroup=www\nSupplementaryGroups=mail adm\nSupplementaryGroups=tty\n\
         WorkingDirectory=-/srv/%p\nRootDirectory=/jail\nUMask=0077\nNice=-5\n\
         LimitNOFILE=1024:infinity\nLimitCORE=1K\nEnvironment=A=1 \"B=two words\"\nEnvironment=A=3\n\
         EnvironmentFile=-/etc/default/%p\nPassEnvironment=LANG TZ\nUnsetEnvironment=B=two\n\
         SetLoginEnvironment=no\nExecSearchPath=/opt/bin:/opt/sbin\n\
         StandardInput=file:/in\nStandardOutput=append:/log/%i\nStandardError=null\nIgnoreSIGPIPE=no\n\
         PermissionsStartOnly=yes\nRootDirectoryStartOnly=yes\nKillMode=mixed\nMemoryMax=1G\n\
         MemoryPressureWatch=on\nMemoryPressureThresholdSec=1s\n",
    );
    let limit = |name: &str, soft, hard| ResourceLimit { name: name.to_owned(), soft, hard };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = ExecContext {
        user: Some("web1".into()),
        group: Some("www".into()),
        supplementary_groups: words(&["mail", "adm", "tty"]),
        working_directory: WorkingDirectory::Path("/srv/web".into()),
        working_directory_missing_ok: true,
        root_directory: Some("/jail".into()),
        umask: 0o077,
        nice: Some(-5),
        limits: vec![limit("NOFILE", Some(1024), None), limit("CORE", Some(1024), Some(1024))],
        environment: vec![("A".into(), "3".into()), ("B".into(), "two words".into())],
        environment_files: vec![EnvironmentFile { path: "/etc/default/web".into(), optional: true }],
        pass_environment: words(&["LANG", "TZ"]),
        unset_environment: words(&["B=two"]),
        set_login_environment: Some(false),
        exec_search_path: vec![OsString::from("/opt/bin"), "/opt/sbin".into()],
        directories: Vec::new(),
        memory_pressure: MemoryPressure::Watch(1_000_000),
        standard_input: Input::File("/in".into()),
        standard_output: Output::Append("/log/1".into()),
        standard_error: Output::Null,
        ignore_sigpipe: false,
        permissions_start_only: true,
        root_directory_start_only: true,
        not_applied: Vec::new(),
    };
    assert_eq!(context, expected);
}

#[test]
fn input_may_stand_in_the_unit() {
    for (lines, expected) in [
        ("StandardInputText=one\\ttwo\nStandardInputText=%i\n", Some("one\ttwo\n1\n")),
        ("StandardInput=null\nStandardInputText=one\n", Some("one\n")),
        ("StandardInputText=one\nStandardInputData=\nStandardInputData=dHdv ZWlucw==\n", Some("twoeins")),
        ("StandardInputText=a\\qb\nStandardInputData=!\n", None),
    ] {
        let expected = expected.map_or(Input::Null, |text| Input::Data(text.as_bytes().to_vec()));
        assert_eq!(read(lines).standard_input, expected, "{lines}");
    }
}

#[test]
fn what_is_not_applied_is_named() {
    let context = read(
        "ProtectSystem=strict\nPrivateTmp=no\nPrivateDevices=yes\nStandardInput=socket\nStandardOutput=journal\n\
         CapabilityBoundingSet=CAP_KILL\nTTYPath=/dev/tty1\nProtectHome=yes\nProtectHome=no\n",
    );
    let named: Vec<&str> = context.not_applied.iter().map(|(setting, _)| setting.as_str()).collect();
    assert_eq!(
        named,
        [
            "ProtectSystem=strict",
            "PrivateDevices=yes",
            "StandardInput=socket",
            "CapabilityBoundingSet=CAP_KILL"
        ]
    );
    assert_eq!(context.not_applied[0].1.line, 3);
}
