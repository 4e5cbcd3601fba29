//! `colorist profiles`: what each way to run an engine takes, in memory and in time.
//!
//! Each profile gets fresh processes of this very program, one after the other: what a process once
//! held would show in the next profile's figures.

mod one;
mod table;

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::bench::stats::Stats;
use crate::cli::ProfilesArgs;
use crate::failure::Failure;
use crate::{output, source};

/// A way to run an engine.
struct Profile {
    name: &'static str,
    low_memory: bool,
    cache: Cache,
}

/// What is in the cache folder when the process starts.
#[derive(PartialEq)]
enum Cache {
    /// There is none.
    None,
    Empty,
    Full,
}

const PROFILES: [Profile; 6] = [
    Profile {
        name: "default",
        low_memory: false,
        cache: Cache::None,
    },
    Profile {
        name: "low memory",
        low_memory: true,
        cache: Cache::None,
    },
    Profile {
        name: "cache, first start",
        low_memory: false,
        cache: Cache::Empty,
    },
    Profile {
        name: "cache",
        low_memory: false,
        cache: Cache::Full,
    },
    Profile {
        name: "low memory, cache, first start",
        low_memory: true,
        cache: Cache::Empty,
    },
    Profile {
        name: "low memory, cache",
        low_memory: true,
        cache: Cache::Full,
    },
];

pub(crate) fn command(arguments: &ProfilesArgs) -> Result<(), Failure> {
    if arguments.one {
        return one::measure(&arguments.source);
    }
    let pack = source::path(&arguments.source)?;
    let threads = source::options(&arguments.source).threads;
    let folder = tempfile::tempdir()?;
    let mut measured = Vec::new();
    let bar = output::progress((PROFILES.len() as u64) * u64::from(arguments.processes));
    for profile in &PROFILES {
        let mut runs = Vec::new();
        for _ in 0..arguments.processes {
            let cache = folder.path().join("cache");
            if profile.cache == Cache::Empty {
                // Its first process has nothing to remove.
                let _ = std::fs::remove_dir_all(&cache);
            }
            runs.push(run(&pack, threads, profile, &cache)?);
            bar.inc(1);
        }
        measured.push((profile.name, medians(&runs)));
    }
    bar.finish_and_clear();
    if arguments.json {
        let profiles: Map<String, Value> = measured
            .into_iter()
            .map(|(name, figures)| (name.to_owned(), Value::Object(figures)))
            .collect();
        output::print_json(&json!({
            "processes": arguments.processes,
            "threads": threads,
            "profiles": profiles,
        }))
    } else {
        output::print(&table::table(&measured, arguments.processes))
    }
}

/// The figures of one process, by name, and the time from its start to its first edit.
fn run(
    pack: &Path,
    threads: usize,
    profile: &Profile,
    cache: &Path,
) -> Result<Map<String, Value>, Failure> {
    let start = Instant::now();
    let mut command = Command::new(env::current_exe()?);
    command.args(["profiles", "--one", "--json", "--threads"]);
    command.arg(threads.to_string()).arg("--pack").arg(pack);
    if profile.low_memory {
        command.arg("--low-memory");
    }
    if profile.cache != Cache::None {
        command.arg("--cache").arg(cache);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let failed = || Failure::new("a fresh process could not be measured");
    let mut stdout = BufReader::new(child.stdout.take().ok_or_else(failed)?);
    // A line for the first edit, then the figures.
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let first = start.elapsed();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest)?;
    if !child.wait()?.success() {
        return Err(failed());
    }
    let mut figures: Map<String, Value> = serde_json::from_str(&rest).map_err(|_| failed())?;
    figures.insert("startMs".to_owned(), json!(first.as_secs_f64() * 1e3));
    Ok(figures)
}

/// The median of each figure.
fn medians(runs: &[Map<String, Value>]) -> Map<String, Value> {
    let names = runs.first().into_iter().flat_map(Map::keys);
    names
        .map(|name| {
            let values = runs.iter().filter_map(|run| run.get(name)?.as_f64());
            (name.clone(), json!(Stats::new(values.collect()).p50))
        })
        .collect()
}
