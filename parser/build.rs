//! Turns `directives.tsv` into a sorted table that needs no work when the program starts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

#[expect(clippy::disallowed_methods, reason = "cargo hands OUT_DIR over in the environment")]
fn main() {
    println!("cargo::rerun-if-changed=directives.tsv");
    let rows = fs::read_to_string("directives.tsv").expect("directives.tsv is part of the crate");
    let mut sections: BTreeMap<&str, BTreeMap<&str, [&str; 3]>> = BTreeMap::new();
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t').chain(std::iter::repeat(""));
        let mut column = || columns.next().unwrap_or_default();
        let (section, name) = (column(), column());
        sections.entry(section).or_default().insert(name, [column(), column(), column()]);
    }
    let mut table = String::from("&[\n");
    for (section, directives) in &sections {
        writeln!(table, "    (\"{section}\", &[").expect("a string can be written to");
        for (name, [value, since, page]) in directives {
            let since = if since.is_empty() { "0" } else { since };
            writeln!(
                table,
                "        Directive {{ section: \"{section}\", name: \"{name}\", value: \"{value}\", \
                 since: {since}, page: \"{page}\" }},"
            )
            .expect("a string can be written to");
        }
        table.push_str("    ]),\n");
    }
    table.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("directives.rs"), table).expect("OUT_DIR can be written to");
}
