//! From values to text: everything here returns strings or serialisable structs.

pub mod afterwards;
pub mod brief;
pub mod company;
pub mod compare;
pub mod diff;
pub mod duration;
pub mod events;
pub mod findings;
pub mod github;
pub mod json;
pub mod lint_json;
pub mod lint_text;
pub mod mermaid;
pub mod printable;
pub mod progress;
pub mod reason;
pub mod sarif;
pub mod style;
pub mod summary;
pub mod svg;
pub mod table;
pub mod tally;
pub mod timeline;
