//! `colorist edit`: an intent becomes the parameters of the three tools.

mod bars;
mod json;
mod jsonl;
pub(crate) mod table;

use colorist_core::{Colorist, Prediction};

use crate::cli::EditArgs;
use crate::failure::Failure;
use crate::{memory, output, render, source};

pub(crate) fn command(arguments: &EditArgs) -> Result<(), Failure> {
    render::check(&arguments.target, None)?;
    let colorist = source::open(&arguments.source)?;
    let outcome = answer(arguments, &colorist);
    if arguments.memory {
        memory::print_peak();
    }
    outcome
}

fn answer(arguments: &EditArgs, colorist: &Colorist) -> Result<(), Failure> {
    let strength = arguments.strength;
    if arguments.jsonl {
        return jsonl::run(colorist, strength);
    }
    let intent = arguments.intent.join(" ");
    let prediction = scaled(colorist, colorist.edit(&intent)?, strength);
    let printed = if arguments.json {
        output::print_json(&json::object(&intent, &prediction))
    } else {
        output::print(&table::table(&intent, &prediction))
    };
    // A reader that went away, as in `colorist ... | head`, does not cost the files.
    let written = render::show(&prediction.edit, colorist.catalog(), &arguments.target)?;
    printed?;
    match written.as_str() {
        "" => Ok(()),
        _ if arguments.json => Ok(()),
        _ => output::print(&format!("{written}\n")),
    }
}

/// The prediction with its edit at another strength, still within the sliders' ranges.
pub(crate) fn scaled(
    colorist: &Colorist,
    mut prediction: Prediction,
    strength: Option<f32>,
) -> Prediction {
    if let Some(strength) = strength {
        prediction.edit = prediction.edit.scaled(strength).clamped(colorist.catalog());
    }
    prediction
}
