//! The program `unitctl`.
fn main() {}
