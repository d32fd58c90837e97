//! The stop and kill procedure of systemd units: the plan, and its carrying out.
//!
//! ```text
//! service ─▶ plan ─▶ outlook
//!              └───▶ carrying out over a World ─▶ events
//! ```
//!
//! - [`plan`] is the procedure as pure data, and its only description: it holds no PIDs, reads no clock
//!   and opens no file.

pub mod plan;
