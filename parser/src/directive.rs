//! Every section and directive that systemd 262 knows, for every type of unit.
//!
//! The table was drawn from systemd itself (`systemd --dump-configuration-items`) and its manual. It
//! is `directives.tsv` beside this crate's manifest, made into tables when the crate is built.

mod hash;

/// A directive of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The section it belongs to.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The kind of its value, in systemd's words (`BOOLEAN`, `SECONDS`, `PATH [...]`).
    pub value: &'static str,
    /// The version of systemd that introduced it; 0 where the manual does not say.
    pub since: u16,
    /// The manual page that describes it; empty for directives that are not described (any more).
    pub page: &'static str,
}

/// A part of `TEXT`: where it begins, and its length.
type Place = (u16, u8);

struct SectionRow {
    name: Place,
    /// Its rows in `ROWS`.
    first: u16,
    end: u16,
}

struct Row {
    section: Place,
    name: Place,
    value: Place,
    since: u16,
    page: Place,
}

include!(concat!(env!("OUT_DIR"), "/directives.rs"));

fn text((start, length): Place) -> &'static str {
    &TEXT[usize::from(start)..usize::from(start) + usize::from(length)]
}

impl SectionRow {
    fn rows(&self) -> &'static [Row] {
        &ROWS[usize::from(self.first)..usize::from(self.end)]
    }
}

impl Row {
    fn directive(&self) -> Directive {
        let &Self { section, name, value, since, page } = self;
        Directive { section: text(section), name: text(name), value: text(value), since, page: text(page) }
    }
}

/// The same as bytes, for comparisons: where characters begin does not matter to them.
fn bytes((start, length): Place) -> &'static [u8] {
    &TEXT.as_bytes()[usize::from(start)..usize::from(start) + usize::from(length)]
}

/// All directives of a section, the shortest names first; none for an unknown section.
pub fn of_section(section: &str) -> impl Iterator<Item = Directive> {
    let section = SECTIONS.iter().find(|row| bytes(row.name) == section.as_bytes());
    section.into_iter().flat_map(|section| section.rows().iter().map(Row::directive))
}

/// The directive of this exact name in this section.
pub fn find(section: &str, name: &str) -> Option<Directive> {
    let mut slot = hash::slot(section, name);
    loop {
        // A free slot names no row.
        let row = ROWS.get(usize::from(SLOTS[slot]))?;
        if bytes(row.name) == name.as_bytes() && bytes(row.section) == section.as_bytes() {
            return Some(row.directive());
        }
        slot = (slot + 1) % SLOTS.len();
    }
}

/// The names of all sections, sorted.
pub fn sections() -> impl Iterator<Item = &'static str> {
    SECTIONS.iter().map(|row| text(row.name))
}

/// What somebody who wrote an unknown `name` in `section` may have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// A directive of this section that is spelt nearly so.
    Misspelt(Directive),
    /// This very directive, but it belongs to another section.
    Misplaced(Directive),
}

/// What `name` may have meant, in a unit whose sections are `known`.
pub fn meant(section: &str, name: &str, known: &[&str]) -> Option<Meant> {
    let same_but_for_case = of_section(section).find(|row| row.name.eq_ignore_ascii_case(name));
    if let Some(directive) = same_but_for_case {
        return Some(Meant::Misspelt(directive));
    }
    if let Some(directive) =
        known.iter().filter(|other| **other != section).find_map(|other| find(other, name))
    {
        return Some(Meant::Misplaced(directive));
    }
    nearest(name, of_section(section).map(|row| row.name))
        .and_then(|name| find(section, name))
        .map(Meant::Misspelt)
}

/// The word that is nearest to `word`, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    words
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_is_found_by_its_name() {
        let mut count = 0;
        for section in sections() {
            for directive in of_section(section) {
                assert_eq!(find(section, directive.name), Some(directive));
                count += 1;
            }
        }
        assert_eq!(count, 1377, "as many as directives.tsv has rows");
    }

    #[test]
    fn names_are_exact() {
        assert_eq!(find("Service", "KillMode").unwrap().page, "systemd.kill");
        assert_eq!(find("Service", "killmode"), None);
        assert_eq!(find("Unit", "KillMode"), None);
        assert_eq!(find("Nonsense", "KillMode"), None);
    }

    #[test]
    fn what_was_meant() {
        let known = ["Install", "Service", "Unit"];
        let meant = |section, name| meant(section, name, &known);
        let service = |name| find("Service", name).unwrap();
        assert_eq!(meant("Service", "killmode"), Some(Meant::Misspelt(service("KillMode"))));
        assert_eq!(meant("Service", "KilSignal"), Some(Meant::Misspelt(service("KillSignal"))));
        assert_eq!(meant("Unit", "KillMode"), Some(Meant::Misplaced(service("KillMode"))));
        assert_eq!(meant("Service", "Xyzzy"), None);
    }
}
