//! From values to text: everything here returns strings or serialisable structs.

pub mod afterwards;
pub mod duration;
pub mod events;
pub mod findings;
pub mod json;
pub mod reason;
pub mod style;
pub mod summary;
pub mod table;
pub mod timeline;
