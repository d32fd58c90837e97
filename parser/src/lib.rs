#![doc = include_str!("../README.md")]
//!
//! # The modules
//!
//! The way of the data through this crate is
//!
//! ```text
//! bytes ─▶ syntax ─▶ unit ─▶ service
//! ```
//!
//! - [`syntax`] knows the text: every byte of one file, with spans.
//! - [`name`] knows what may be the name of a unit, and what follows from it.
//! - [`load`] finds and reads files: no other module does.
//! - [`mod@unit`] merges them into histories of directives, [`service`] says what these come to.
//! - [`dependencies`] knows which unit has to do with which.
//! - [`value`] knows what a single value may be, one file for each kind.
//! - [`collections`] has the maps that all crates here use.
//! - [`diagnostic`] says what was wrong, and where.
//!
//! No module of this crate knows processes, clocks or terminals.

#![forbid(unsafe_code)]

pub mod collections;
pub mod dependencies;
pub mod diagnostic;
pub mod directive;
pub mod load;
pub mod name;
pub mod service;
pub mod syntax;
pub mod unit;
pub mod value;
