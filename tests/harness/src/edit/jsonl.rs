//! `--jsonl`: one intent a line in, one object a line out, in order.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use colorist_core::{Colorist, Error, IntentError};
use serde_json::{Value, json};

use super::{json, scaled};
use crate::failure::{Failure, error_json};

/// The most of a line that is kept: the core's own limit is 1 MiB, and the end of the line counts.
const LONGEST: usize = (1 << 20) + 16;

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
        // Buffered while there is a whole line to do, but never kept back from a reader that waits.
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        let length = read_line(&mut input, &mut line)?;
        let answer = match length {
            0 => break,
            _ if length > line.len() => error_json(&Error::Intent(IntentError::TooLong {
                bytes: length,
                max: 1 << 20,
            })),
            _ => answer(colorist, &line, strength),
        };
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

/// Reads up to the end of the line, and keeps no more than `LONGEST` bytes of it.
///
/// The answer is how many bytes there were; zero at the end of the input.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    let mut length = 0;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = end.map_or(buffer, |end| &buffer[..=end]);
        let kept = part.len().min(LONGEST - line.len());
        line.extend_from_slice(&part[..kept]);
        let read = part.len();
        input.consume(read);
        length += read;
        if end.is_some() || read == 0 {
            return Ok(length);
        }
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
    let answer = match colorist.edit(intent) {
        Err(Error::OtherTools { .. }) => colorist.call_tools(intent).map(|calls| calls.to_json()),
        edit => edit.map(|prediction| scaled(colorist, prediction, strength).to_json()),
    };
    match answer {
        Ok(answer) => json::object(intent, answer),
        Err(error) => error_json(&error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_long_line_is_skipped_and_not_kept() {
        let mut text = b"one\n".to_vec();
        text.extend(b"x".repeat(3 * LONGEST));
        text.extend(b"\n\nlast");
        let mut input = BufReader::with_capacity(1000, &*text);
        let mut line = Vec::new();
        let mut lengths = Vec::new();
        loop {
            let length = read_line(&mut input, &mut line).unwrap();
            lengths.push((length, line.len()));
            if length == 0 {
                break;
            }
        }
        let long = (3 * LONGEST + 1, LONGEST);
        assert_eq!(lengths, [(4, 4), long, (1, 1), (4, 4), (0, 0)]);
    }
}
