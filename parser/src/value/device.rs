//! `What=` of mounts and swaps: a device by its path or by a tag.

use std::fmt::Write as _;

/// A tag such as `UUID=x` as the path under which udev has it; anything else as it is.
pub fn node(value: &str) -> String {
    let tag = TAGS.iter().find_map(|(tag, by)| Some((value.strip_prefix(tag)?, by)));
    let Some((name, by)) = tag else { return value.to_owned() };
    let name = name.trim_matches(['"', '\'']);
    let mut node = format!("/dev/disk/by-{by}/");
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || "#+-.:=@_".contains(c) || !c.is_ascii() {
            node.push(c);
        } else {
            let _strings_take_everything = write!(node, "\\x{:02x}", u32::from(c));
        }
    }
    node
}

const TAGS: &[(&str, &str)] =
    &[("LABEL=", "label"), ("UUID=", "uuid"), ("PARTUUID=", "partuuid"), ("PARTLABEL=", "partlabel")];
