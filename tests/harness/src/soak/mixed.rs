//! Edits among all that disturbs an engine: trims, unloadings, cancels, reopenings. Every answer has to
//! be the golden's.

use colorist_core::pack::Golden;
use colorist_core::{CancelToken, Colorist, Error, Pack, Request, ToolCall, TrimLevel};
use indicatif::ProgressIterator;
use serde_json::{Value, json};

use crate::cli::SoakArgs;
use crate::failure::Failure;
use crate::{inspect, memory, output, source};

/// Of how many edits one comes after each of these, on average.
const CANCEL: u64 = 20;
const TRIM: u64 = 100;
const UNLOAD: u64 = 500;
const REOPEN: u64 = 1000;

/// Of how many edits the memory is read after one.
const SAMPLE: u32 = 50;

/// A generator of numbers (xorshift64*, Vigna 2016): the same seed gives the same soak.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % limit
    }
}

/// How often each happened.
#[derive(Default)]
struct Counts {
    trims: u32,
    unloads: u32,
    reopenings: u32,
    cancelled: u32,
    /// Cancels that came too late to stop the answer.
    answered: u32,
}

pub(super) fn command(arguments: &SoakArgs) -> Result<(), Failure> {
    let mut colorist = source::open(&arguments.source)?;
    let goldens = Pack::open(source::path(&arguments.source)?)?.goldens()?;
    let expected = expected(&colorist, &goldens)?;
    // An odd number: the generator stays at 0 forever.
    let mut random = Random(arguments.seed << 1 | 1);
    let mut counts = Counts::default();
    let mut samples = Vec::new();
    for number in (0..arguments.edits).progress_with(output::progress(arguments.edits.into())) {
        disturb(&mut colorist, arguments, &mut random, &mut counts)?;
        let index = random.below(goldens.len() as u64) as usize;
        let (intent, expected) = (&goldens[index].intent, &expected[index]);
        if random.below(CANCEL) == 0 {
            cancel(&colorist, intent, expected, &mut random, &mut counts)?;
        }
        check(&colorist.call_tools(intent)?.calls, expected)?;
        if number % SAMPLE == 0 {
            samples.extend(memory::resident());
        }
    }
    report(arguments, &counts, &samples)
}

/// What the goldens' intents give on this machine, which has to be what the pack says, about.
fn expected(colorist: &Colorist, goldens: &[Golden]) -> Result<Vec<Vec<ToolCall>>, Failure> {
    let mut expected = Vec::new();
    for (golden, number) in goldens.iter().zip(1..) {
        let calls = colorist.call_tools(&golden.intent)?.calls;
        if !inspect::agree(&calls, &golden.calls) {
            return Err(Failure::new(format!("golden {number} is not reproduced")));
        }
        expected.push(calls);
    }
    if expected.is_empty() {
        return Err(Failure::new("the pack has no goldens").help("build the pack with goldens"));
    }
    Ok(expected)
}

fn check(calls: &[ToolCall], expected: &[ToolCall]) -> Result<(), Failure> {
    if calls == expected {
        return Ok(());
    }
    Err(Failure::new(
        "an answer differs from the first one to the same intent",
    ))
}

fn disturb(
    colorist: &mut Colorist,
    arguments: &SoakArgs,
    random: &mut Random,
    counts: &mut Counts,
) -> Result<(), Failure> {
    if random.below(TRIM) == 0 {
        colorist.trim(TrimLevel::Light)?;
        counts.trims += 1;
    }
    if random.below(UNLOAD) == 0 {
        colorist.trim(TrimLevel::Unload)?;
        counts.unloads += 1;
    }
    if random.below(REOPEN) == 0 {
        colorist.close();
        *colorist = source::open(&arguments.source)?;
        counts.reopenings += 1;
    }
    Ok(())
}

/// Cancels a request after another while each time: it is waiting, running or answered then.
fn cancel(
    colorist: &Colorist,
    intent: &str,
    expected: &[ToolCall],
    random: &mut Random,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let token = CancelToken::new();
    let request = Request::default().with_cancel(token.clone());
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    colorist.submit_call_tools(intent, request, move |result| {
        drop(sender.send(result));
    });
    for _ in 0..random.below(100_000) {
        std::hint::spin_loop();
    }
    token.cancel();
    match receiver.recv() {
        Ok(Ok(answer)) => {
            counts.answered += 1;
            check(&answer.calls, expected)
        }
        Ok(Err(Error::Cancelled)) => {
            counts.cancelled += 1;
            Ok(())
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Failure::new("a cancelled request was not answered")),
    }
}

/// The middle of each quarter's memory, MB; the median, since a sample may fall on an unloading.
fn quarters(samples: &[f64]) -> Vec<f64> {
    let quarter = samples.len().div_ceil(4).max(1);
    let median = |samples: &[f64]| {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    samples.chunks(quarter).map(median).collect()
}

fn report(arguments: &SoakArgs, counts: &Counts, samples: &[f64]) -> Result<(), Failure> {
    let quarters = quarters(samples);
    let (Some(first), Some(last)) = (quarters.first(), quarters.last()) else {
        return Err(super::unknown());
    };
    let growth = last - first;
    if arguments.json {
        output::print_json(&to_json(arguments, counts, &quarters, growth))?;
    } else {
        let megabytes: Vec<String> = quarters.iter().map(|mb| format!("{mb:.1}")).collect();
        output::print(&format!(
            "{} edits, all equal to the goldens; {} trims, {} unloadings, {} reopenings, \
             {} cancels ({} of them too late)\n\
             memory by quarter: {} MB ({growth:+.1} MB)\n",
            arguments.edits,
            counts.trims,
            counts.unloads,
            counts.reopenings,
            counts.cancelled + counts.answered,
            counts.answered,
            megabytes.join(", "),
        ))?;
    }
    super::judge(arguments, growth)
}

fn to_json(arguments: &SoakArgs, counts: &Counts, quarters: &[f64], growth: f64) -> Value {
    json!({
        "edits": arguments.edits,
        "seed": arguments.seed,
        "trims": counts.trims,
        "unloadings": counts.unloads,
        "reopenings": counts.reopenings,
        "cancelled": counts.cancelled,
        "cancelledTooLate": counts.answered,
        "residentByQuarterMB": quarters,
        "growthMB": growth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_medians_in_order() {
        let samples = [1.0, 9.0, 2.0, 5.0, 5.0, 5.0, 7.0, 0.0, 7.0, 8.0];
        assert_eq!(quarters(&samples), [2.0, 5.0, 7.0, 8.0]);
        assert!(quarters(&[]).is_empty());
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let numbers = |seed| {
            let mut random = Random(seed);
            [(); 8].map(|()| random.below(1000))
        };
        assert_eq!(numbers(3), numbers(3));
        assert_ne!(numbers(3), numbers(5));
    }
}
