//! Turns `directives.tsv` into sorted tables that need no work when the program starts. The directives of a section are
//! sorted by length first: two lengths are compared faster than two names.
//!
//! The tables hold places in one long text instead of references: a reference would have to be adjusted to
//! where the program was loaded, thousands of them each time it starts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

/// One long text and where its parts are.
#[derive(Default)]
struct Text {
    text: String,
    places: BTreeMap<String, (usize, usize)>,
}

impl Text {
    /// The place of `part`, as a tuple in Rust.
    fn place(&mut self, part: &str) -> String {
        let text = &mut self.text;
        let (start, length) = *self.places.entry(part.to_owned()).or_insert_with(|| {
            text.push_str(part);
            (text.len() - part.len(), part.len())
        });
        format!("({start}, {length})")
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo hands OUT_DIR over in the environment")]
fn main() {
    println!("cargo::rerun-if-changed=directives.tsv");
    let rows = fs::read_to_string("directives.tsv").expect("directives.tsv is part of the crate");
    let mut sections: BTreeMap<&str, BTreeMap<(usize, &str), [&str; 3]>> = BTreeMap::new();
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t').chain(std::iter::repeat(""));
        let mut column = || columns.next().unwrap_or_default();
        let (section, name) = (column(), column());
        sections.entry(section).or_default().insert((name.len(), name), [column(), column(), column()]);
    }
    let mut text = Text::default();
    let (mut section_rows, mut rows, mut count) = (String::new(), String::new(), 0);
    for (section, directives) in &sections {
        let end = count + directives.len();
        writeln!(
            section_rows,
            "    SectionRow {{ name: {}, first: {count}, end: {end} }},",
            text.place(section)
        )
        .expect("a string can be written to");
        count = end;
        for ((_, name), [value, since, page]) in directives {
            let since = if since.is_empty() { "0" } else { since };
            let [name, value, page] = [name, value, page].map(|part| text.place(part));
            writeln!(rows, "    Row {{ name: {name}, value: {value}, since: {since}, page: {page} }},")
                .expect("a string can be written to");
        }
    }
    let tables = format!(
        "static TEXT: &str = {:?};\nstatic SECTIONS: [SectionRow; {}] = [\n{section_rows}];\n\
         static ROWS: [Row; {count}] = [\n{rows}];\n",
        text.text,
        sections.len()
    );
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("directives.rs"), tables).expect("OUT_DIR can be written to");
}
