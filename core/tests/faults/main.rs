//! What may go wrong on a device, and that each of it ends in the documented error or answer.
//! `SECURITY.md` names these tests.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

mod cancel;
mod files;
mod model;
mod threads;
mod tokenizer;

// Limits of a process, signals, and libraries that are made on the spot with the C compiler: the ways
// to bring these faults about are Linux's.
#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod library;
#[cfg(target_os = "linux")]
mod memory;

#[path = "../support/mod.rs"]
mod support;
