//! `--jsonl`: one intent a line in, one object a line out, in order.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use colorist_core::Colorist;
use serde_json::{Value, json};

use super::{json, scaled};
use crate::failure::{Failure, error_json};

/// Answers standard input line by line.
///
/// A line that cannot be answered gets an `{"error": ...}` in its place, so that line N of the output
/// always belongs to line N of the input; the whole then ends with a failure.
pub(super) fn run(colorist: &Colorist, strength: Option<f32>) -> Result<(), Failure> {
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut all_answered = true;
    let mut line = Vec::new();
    loop {
        // Buffered while there is more to do, but never kept back from a reader that waits.
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let answer = answer(colorist, &line, strength);
        all_answered &= answer.get("error").is_none();
        serde_json::to_writer(&mut output, &answer).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    if all_answered {
        Ok(())
    } else {
        Err(Failure::Silent)
    }
}

fn answer(colorist: &Colorist, line: &[u8], strength: Option<f32>) -> Value {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Ok(intent) = std::str::from_utf8(line) else {
        return json!({"error": {
            "kind": "encoding",
            "message": "the line is not UTF-8",
            "help": "save the input as UTF-8",
        }});
    };
    match colorist.edit(intent) {
        Ok(prediction) => json::object(intent, &scaled(colorist, prediction, strength)),
        Err(error) => error_json(&error),
    }
}
