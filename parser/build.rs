//! Turns `directives.tsv` into tables that need no work when the program starts: the directives section by section, the
//! shortest names first, and where each of them is found by its hash.
//!
//! The tables hold places in one long text instead of references: a reference would have to be adjusted to
//! where the program was loaded, thousands of them each time it starts.

#[path = "src/directive/hash.rs"]
mod hash;

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
    let mut slots = vec![u16::MAX; hash::SLOTS];
    let (mut section_rows, mut rows, mut count) = (String::new(), String::new(), 0);
    for (section, directives) in &sections {
        let end = count + directives.len();
        let section_place = text.place(section);
        writeln!(section_rows, "    SectionRow {{ name: {section_place}, first: {count}, end: {end} }},")
            .expect("a string can be written to");
        for (at, ((_, name), [value, since, page])) in directives.iter().enumerate() {
            let mut slot = hash::slot(section, name);
            while slots[slot] != u16::MAX {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = u16::try_from(count + at).expect("there are fewer directives");
            let since = if since.is_empty() { "0" } else { since };
            let [name, value, page] = [name, value, page].map(|part| text.place(part));
            writeln!(
                rows,
                "    Row {{ section: {section_place}, name: {name}, value: {value}, since: {since}, page: {page} }},"
            )
            .expect("a string can be written to");
        }
        count = end;
    }
    let tables = format!(
        "static TEXT: &str = {:?};\nstatic SECTIONS: [SectionRow; {}] = [\n{section_rows}];\n\
         static ROWS: [Row; {count}] = [\n{rows}];\nstatic SLOTS: [u16; hash::SLOTS] = {slots:?};\n",
        text.text,
        sections.len()
    );
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("directives.rs"), tables).expect("OUT_DIR can be written to");
}
