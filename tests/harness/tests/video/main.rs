//! `colorist video` through the installed ffmpeg, and ffmpeg's `lut3d` beside our own table.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod color;
mod cube;
mod kept;
mod refused;
mod stopped;
mod support;
