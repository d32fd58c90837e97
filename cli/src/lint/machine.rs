//! What rules may ask about the machine, or the root, that a unit is for.

use unitctl_parser::load::Loader;

/// Looks things up where units are.
#[derive(Debug)]
pub struct Machine<'a> {
    /// Finds units and files.
    pub loader: &'a Loader,
}
