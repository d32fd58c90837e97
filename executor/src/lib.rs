#![doc = include_str!("../README.md")]
//!
//! # The modules
//!
//! ```text
//! service ─▶ plan ─▶ outlook · afterwards
//!              └───▶ carry_out over a World ─▶ events
//! ```
//!
//! - [`plan`] is the procedure as pure data, and its only description: it holds no PIDs, reads no clock
//!   and opens no file.
//! - [`outlook`] is what can come of a plan, whatever the processes do.
//! - [`afterwards`] is what the service manager does once a signal has ended the main process.
//! - [`compare`] says what is different about a stop and a kill.
//! - [`carry_out`] follows a plan. It knows PIDs and time only through a [`World`](world::World).
//! - [`unasked`] is what the service manager does after a reload in which the main process has ended.
//! - [`event`] is what it tells of that.
//! - [`world`] is the door to processes and time.
//! - [`simulated`] is a world of scripted processes.
//! - [`linux`] is that world on a real machine, the one place that makes system calls.

pub mod afterwards;
pub mod carry_out;
pub mod compare;
pub mod default_effect;
pub mod event;
pub mod linux;
pub mod outlook;
pub mod plan;
pub mod simulated;
pub mod unasked;
pub mod world;
