//! Maps and sets found by hash that need no random numbers.
//!
//! Those of the standard library ask for random numbers and panic where there are none: in an empty root directory of
//! a kernel before Linux 3.17, which has neither getrandom(2) nor anybody's `/dev/urandom`. `clippy.toml` bans them.

use std::hash::{BuildHasher, DefaultHasher, Hasher as _};

/// A map whose order means nothing.
#[expect(clippy::disallowed_types, reason = "this is what is used in its place")]
pub type HashMap<K, V> = std::collections::HashMap<K, V, Seed>;
/// A set whose order means nothing.
#[expect(clippy::disallowed_types, reason = "this is what is used in its place")]
pub type HashSet<K> = std::collections::HashSet<K, Seed>;
/// A map that keeps the order in which it was filled.
#[expect(clippy::disallowed_types, reason = "this is what is used in its place")]
pub type IndexMap<K, V, S = Seed> = indexmap::IndexMap<K, V, S>;

/// What makes hashes differ from run to run, so that nobody can write files whose names all hash alike: where the
/// kernel has put this program in memory.
#[derive(Clone, Copy, Debug)]
pub struct Seed(usize);

impl Default for Seed {
    fn default() -> Self {
        let here = 0_u8;
        Self((&raw const here).addr())
    }
}

impl BuildHasher for Seed {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write_usize(self.0);
        hasher
    }
}
