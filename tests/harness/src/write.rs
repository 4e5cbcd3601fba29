//! `colorist write`: what a text student writes, one JSON object an answer.

use std::io::{self, BufRead, Write};

use colorist_core::{Colorist, Decoding, Error, Request};
use serde_json::{Value, json};

use crate::cli::{self, WriteArgs};
use crate::failure::{Failure, error_json};
use crate::{memory, source};

pub(crate) fn command(arguments: &WriteArgs) -> Result<(), Failure> {
    let colorist = source::open(&arguments.source)?;
    let request = Request::default().with_decoding(match arguments.decoding {
        cli::Decoding::Constrained => Decoding::Constrained,
        cli::Decoding::StepByStep => Decoding::StepByStep,
        cli::Decoding::Free => Decoding::Free,
        cli::Decoding::Unread => Decoding::Unread,
    });
    let intents = if arguments.intent.is_empty() {
        io::stdin().lock().lines().collect::<Result<_, _>>()?
    } else {
        vec![arguments.intent.join(" ")]
    };
    let mut output = io::stdout().lock();
    let mut all_answered = true;
    for intent in intents {
        for _ in 0..arguments.repeat {
            let answer = answer(&colorist, &intent, &request);
            all_answered &= answer.get("error").is_none();
            serde_json::to_writer(&mut output, &answer).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
        }
    }
    if arguments.memory {
        memory::print_peak();
    }
    if all_answered {
        Ok(())
    } else {
        Err(Failure::Silent)
    }
}

fn answer(colorist: &Colorist, intent: &str, request: &Request) -> Value {
    match colorist.call_tools_with(intent, request) {
        Ok(prediction) => json!({
            "edit": colorist.catalog().calls_to_json(&prediction.calls),
            "written": prediction.written,
            "timings": prediction.timings.to_json(),
        }),
        Err(error) => {
            let mut value = error_json(&error);
            if let Error::Output(place) = &error {
                value["error"]["tool"] = place.tool.as_str().into();
                value["error"]["position"] = place.position.into();
            }
            value
        }
    }
}
