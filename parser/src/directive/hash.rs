//! Where the search for a directive begins. The build script fills the table by this, `find` looks it up by this.

/// How many slots there are for directives: half as many again as directives, for most to stand near where the search begins.
pub(super) const SLOTS: usize = 2048;

/// The slot in which a directive stands, if it is free; else in the next one that is.
pub(super) fn slot(section: &str, name: &str) -> usize {
    // How names begin and end, and how long they are, tells nearly all of them apart.
    let [first, last] = [name.as_bytes().first_chunk(), name.as_bytes().last_chunk()]
        .map(|letters| letters.map_or(0, |letters| u64::from(u32::from_le_bytes(*letters))));
    let of_section = section.as_bytes().last_chunk().map_or(0, |letters| u32::from_le_bytes(*letters));
    let known = (first ^ last << 32) ^ u64::from(of_section) << 16 ^ (name.len() as u64) << 8;
    (known.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % SLOTS
}
