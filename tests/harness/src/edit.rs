//! `colorist edit`: an intent becomes the parameters of the pack's tools.

mod bars;
mod json;
mod jsonl;
pub(crate) mod table;
mod tools;

use colorist_core::{Colorist, Prediction, Timings};

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
    let target = &arguments.target;
    if strength.is_some() || target.image.is_some() || target.lut.is_some() {
        source::check_editor(colorist.catalog())?;
    }
    if arguments.jsonl {
        return jsonl::run(colorist, strength);
    }
    let intent = arguments.intent.join(" ");
    if !colorist.catalog().is_editor() {
        return tools::print_calls(colorist, &intent, arguments.json);
    }
    let prediction = scaled(colorist, colorist.edit(&intent)?, strength);
    let printed = if arguments.json {
        output::print_json(&json::object(&intent, prediction.to_json()))
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

/// Answers an intent with whatever tools the pack has, for those who only want to know how long it
/// takes. `editor` says whether it has the photo editor's.
pub(crate) fn timed(
    colorist: &Colorist,
    intent: &str,
    editor: bool,
) -> colorist_core::Result<Timings> {
    Ok(match editor {
        true => colorist.edit(intent)?.timings,
        false => colorist.call_tools(intent)?.timings,
    })
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
