//! One profile, in this process.

use std::thread;
use std::time::{Duration, Instant};

use colorist_core::{Colorist, TrimLevel};
use serde_json::{Map, Value, json};

use crate::bench::stats::Stats;
use crate::cli::Source;
use crate::failure::Failure;
use crate::{edit, memory, output, source};

/// What every process asks.
const INTENT: &str = "golden hour";

/// Edits that are timed.
const EDITS: usize = 200;

/// After how long the engine that is left alone unloads.
const IDLE: Duration = Duration::from_millis(20);

/// How long an idle engine may take to unload before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn measure(source: &Source) -> Result<(), Failure> {
    let path = source::path(source)?;
    let colorist = Colorist::open(&path, source::options(source))?;
    let editor = colorist.catalog().is_editor();
    edit::timed(&colorist, INTENT, editor)?;
    output::print("ready\n")?;
    let mut figures = Map::new();
    figures.insert("startPeakMB".to_owned(), json!(known(memory::peak())?));
    let mut times = Vec::new();
    for _ in 0..EDITS {
        let timings = edit::timed(&colorist, INTENT, editor)?;
        times.push(timings.total.as_secs_f64() * 1e3);
    }
    figures.insert("editMs".to_owned(), json!(Stats::new(times).p50));
    note(&mut figures, "loaded")?;
    colorist.trim(TrimLevel::Light)?;
    note(&mut figures, "light")?;
    colorist.trim(TrimLevel::Unload)?;
    note(&mut figures, "unload")?;
    let start = Instant::now();
    edit::timed(&colorist, INTENT, editor)?;
    figures.insert(
        "reloadMs".to_owned(),
        json!(start.elapsed().as_secs_f64() * 1e3),
    );
    drop(colorist);
    let options = source::options(source).with_idle_unload(IDLE);
    let colorist = Colorist::open(&path, options)?;
    edit::timed(&colorist, INTENT, editor)?;
    let start = Instant::now();
    while colorist.is_loaded() {
        if start.elapsed() > PATIENCE {
            return Err(Failure::new("an idle engine did not unload"));
        }
        thread::sleep(IDLE);
    }
    note(&mut figures, "idle")?;
    figures.insert("peakMB".to_owned(), json!(known(memory::peak())?));
    output::print_json(&Value::Object(figures))
}

/// Notes what the process holds now.
fn note(figures: &mut Map<String, Value>, when: &str) -> Result<(), Failure> {
    figures.insert(format!("{when}MB"), json!(known(memory::resident())?));
    figures.insert(
        format!("{when}AnonymousMB"),
        json!(known(memory::anonymous())?),
    );
    Ok(())
}

fn known(memory: Option<f64>) -> Result<f64, Failure> {
    memory.ok_or_else(|| Failure::new("this system does not tell how much memory a process holds"))
}
