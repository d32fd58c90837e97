//! Where the search for a directive begins. The build script fills the table by this, `find` looks it up by this.

/// How many slots there are for directives: enough for most to stand where the search for them begins.
pub(super) const SLOTS: usize = 4096;

/// The slot in which a directive stands, if it is free; else in the next one that is.
pub(super) fn slot(section: &str, name: &str) -> usize {
    // FNV-1a: names are short, and known when the table is made.
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = section.bytes().chain(name.bytes()).fold(0x811c_9dc5, mix);
    (hash ^ hash >> 16) as usize % SLOTS
}
