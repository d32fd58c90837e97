//! Where the cgroup of a unit is: its slice, and the path below it.

use super::{UnitName, UnitType, escape};
use crate::value::ValueError;
use crate::value::delegate::CONTROLLERS;

impl UnitName {
    /// The slice of a unit that names none: `system.slice`, for instances one slice for each template, and for
    /// the units of the user manager the same below `app.slice`.
    #[must_use]
    pub fn default_slice(&self, user: bool) -> Self {
        let base = if user { "app" } else { "system" };
        let own = self.instance().map(|_| format!("{base}-{}", escape(self.prefix().as_bytes())));
        // An escaped prefix may make the slice's name too long; systemd then refuses to load the unit.
        own.and_then(|prefix| Self::build(&prefix, None, UnitType::Slice).ok()).unwrap_or_else(|| Self {
            text: if user { "app.slice" } else { "system.slice" }.into(),
            prefix_end: if user { 3 } else { 6 },
            unit_type: UnitType::Slice,
        })
    }

    /// Where the cgroup of a unit of this name is when it belongs to `slice`, relative to the manager's own
    /// cgroup: `system.slice/a.service`, `a.slice/a-b.slice/a.service`. An error if `slice` is none.
    pub fn cgroup_path(&self, slice: &Self) -> Result<String, ValueError> {
        let mut path = slice.slice_path()?;
        if self.unit_type == UnitType::Slice {
            return self.slice_path();
        }
        if !path.is_empty() {
            path.push('/');
        }
        push_cgroup(&mut path, &self.text);
        Ok(path)
    }

    /// The slice that a slice is in, by its name; nothing for the root slice. An error if it is none.
    pub fn parent_slice(&self) -> Result<String, ValueError> {
        let path = self.slice_path()?;
        let stem = self.without_suffix();
        let parent = stem.rsplit_once('-').map_or("-", |(parent, _)| parent);
        Ok(if path.is_empty() { String::new() } else { format!("{parent}.slice") })
    }

    /// The cgroup of a slice: one level for each dash, and nothing for the root slice `-.slice`.
    fn slice_path(&self) -> Result<String, ValueError> {
        let stem = self.without_suffix();
        if stem == "-" && self.unit_type == UnitType::Slice {
            return Ok(String::new());
        }
        let well_formed = self.unit_type == UnitType::Slice
            && usize::from(self.prefix_end) == self.dot()
            && stem.split('-').all(|part| !part.is_empty());
        if !well_formed {
            return Err(ValueError::new(0..self.text.len(), format!("{self} is no valid name of a slice"))
                .with_help("the name of a slice is a path with - for /, such as system.slice or a-b.slice"));
        }
        let mut path = String::new();
        for (end, _) in stem.match_indices('-') {
            push_cgroup(&mut path, &format!("{}.slice", &stem[..end]));
            path.push('/');
        }
        push_cgroup(&mut path, &self.text);
        Ok(path)
    }
}

fn push_cgroup(path: &mut String, name: &str) {
    if needs_cgroup_escape(name) {
        path.push('_');
    }
    path.push_str(name);
}

/// Whether a cgroup of that name could be taken for one of the kernel's files, so that systemd writes `_` before it.
fn needs_cgroup_escape(name: &str) -> bool {
    let begins_with = |word: &str| name.strip_prefix(word).is_some_and(|rest| rest.starts_with('.'));
    name.starts_with(['_', '.']) || begins_with("cgroup") || CONTROLLERS.iter().any(|word| begins_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> UnitName {
        UnitName::parse(text).unwrap()
    }

    #[test]
    fn where_the_cgroup_is() {
        for (unit, slice, path) in [
            ("a.service", "system.slice", "system.slice/a.service"),
            ("a.service", "-.slice", "a.service"),
            ("a.service", "a-b.slice", "a.slice/a-b.slice/a.service"),
            ("cpu.service", "system.slice", "system.slice/_cpu.service"),
            ("_x.service", "system.slice", "system.slice/__x.service"),
            ("tasks.service", "system.slice", "system.slice/tasks.service"),
            ("sl.service", "io-_x-.y.slice", "_io.slice/io-_x.slice/io-_x-.y.slice/sl.service"),
            ("a-b.slice", "a.slice", "a.slice/a-b.slice"),
        ] {
            assert_eq!(name(unit).cgroup_path(&name(slice)).unwrap(), path);
        }
        for slice in ["a--.slice", "-a.slice", "a--b.slice", "a@b.slice", "a.service"] {
            assert!(name("a.service").cgroup_path(&name(slice)).is_err(), "{slice}");
        }
    }

    #[test]
    fn the_slice_of_a_unit_that_names_none() {
        for (unit, user, slice) in [
            ("a.service", false, "system.slice"),
            ("a.service", true, "app.slice"),
            ("a@i.service", false, "system-a.slice"),
            ("a@i.service", true, "app-a.slice"),
            ("a-b_\\x20@a-i.service", false, "system-a\\x2db_\\x5cx20.slice"),
        ] {
            assert_eq!(name(unit).default_slice(user), name(slice));
        }
    }
}
