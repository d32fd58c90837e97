//! docs/rules/ is made from the rules; this test fails when it is not what would be made now.
//! `UNITCTL_WRITE=1 cargo test -p unitctl --test lint_docs` writes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use unitctl::lint::rules;

#[test]
#[expect(clippy::disallowed_methods, reason = "the environment says whether to write")]
fn pages_of_rules_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
    let mut made: BTreeMap<String, String> =
        rules::ALL.iter().map(|rule| (format!("{}.md", rule.name), rules::page(rule))).collect();
    made.insert("README.md".into(), rules::index());
    if std::env::var_os("UNITCTL_WRITE").is_some() {
        let _there_may_be_none = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &made {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let there: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    let stale: Vec<&String> = made
        .iter()
        .filter(|(name, text)| there.get(*name) != Some(text))
        .map(|(name, _)| name)
        .chain(there.keys().filter(|name| !made.contains_key(*name)))
        .collect();
    assert!(
        stale.is_empty(),
        "{stale:?}: write them anew: UNITCTL_WRITE=1 cargo test -p unitctl --test lint_docs"
    );
}
