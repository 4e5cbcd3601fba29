//! A pack for people.

use std::fmt::Write as _;

use colorist_core::ProviderReport;
use colorist_core::catalog::{Slider, ToolKind};
use colorist_core::pack::Codec;

use super::{Report, form, milliseconds};
use crate::output::{FAINT, TITLE, styled};

pub(super) fn table(report: &Report) -> String {
    let pack = &report.pack;
    let shape = &pack.architecture;
    let mut text = format!(
        "\n  {}  {}\n\n",
        styled(TITLE, format!("{} {}", pack.name, pack.version)),
        styled(
            FAINT,
            format!("{}, {}", form(&report.path), report.path.display())
        ),
    );
    let bytes: u64 = pack.files.iter().map(|(_, info)| info.size).sum();
    let size = format!("{:.1} MB in {} files", bytes as f64 / 1e6, pack.files.len());
    let (goldens, reproduced) = report.goldens;
    let rows = [
        (
            "verified",
            format!("{size}: every size and SHA-256 is right"),
        ),
        (
            "goldens",
            format!("{reproduced} of {goldens} reproduced here"),
        ),
        (
            "runs on",
            format!("{}, threads: {}", report.provider.summary(), report.threads),
        ),
        ("loaded in", load(report)),
        (
            "codec",
            format!("{}, format {}", codec(&pack.codec), pack.format),
        ),
        (
            "architecture",
            format!(
                "{}, width {}, {}+{} layers, {:.1} M parameters, {}",
                shape.family,
                shape.d_model,
                shape.encoder_layers,
                shape.decoder_layers,
                shape.parameters as f64 / 1e6,
                pack.quantization.kind,
            ),
        ),
        (
            "tokenizer",
            format!(
                "{}, {} pieces, at most {} tokens",
                pack.tokenizer.kind, shape.vocab_size, pack.tokenizer.max_tokens
            ),
        ),
        ("license", pack.license.clone()),
    ];
    for (name, value) in rows {
        row(&mut text, name, &value);
    }
    providers(&mut text, &report.provider);
    catalog(&mut text, report);
    text
}

fn row(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {}{value}", styled(FAINT, format!("{name:<16}")));
}

/// The providers that were asked for: how the one that runs did, and why none of the others.
fn providers(text: &mut String, report: &ProviderReport) {
    if report.self_test.is_none() && report.others.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  {}", styled(TITLE, "Providers"));
    if let Some(test) = &report.self_test {
        row(
            text,
            &format!("{} ", report.running),
            &format!("runs: {test}"),
        );
    }
    for (name, why) in &report.others {
        row(text, &format!("{name} "), &why.to_string());
    }
}

/// How the student answers.
fn codec(codec: &Codec) -> String {
    match codec {
        Codec::Slots(slots) => format!("slots, {} of them", slots.slots.len()),
        Codec::Text(text) => match &text.vocabulary {
            Some(ids) => format!("text, written with {} tokens", ids.len()),
            None => "text, written with any token".to_owned(),
        },
        other => other.name().to_owned(),
    }
}

fn load(report: &Report) -> String {
    let load = &report.load;
    format!(
        "{:.0} ms (verify {:.0}, tokenizer {:.0}, session {:.0}; partly at the same time)",
        milliseconds(load.total),
        milliseconds(load.verify),
        milliseconds(load.tokenizer),
        milliseconds(load.session),
    )
}

fn catalog(text: &mut String, report: &Report) {
    for tool in &report.pack.catalog.tools {
        let (what, count) = match &tool.kind {
            ToolKind::Sliders(sliders) => ("sliders", sliders.len()),
            ToolKind::Grid { rows, .. } => ("rows", rows.len()),
            ToolKind::Choice { names, .. } => ("names", names.len()),
            _ => ("values", tool.value_names().len()),
        };
        let title = format!("{}: {count} {what}", tool.name);
        let meaning = styled(FAINT, &tool.meaning);
        let _ = writeln!(text, "\n  {}  {meaning}", styled(TITLE, title));
        match &tool.kind {
            ToolKind::Sliders(list) => list.iter().for_each(|one| slider(text, one)),
            ToolKind::Grid { rows, columns } => {
                let _ = writeln!(text, "    {}", rows.join(", "));
                columns.iter().for_each(|one| slider(text, one));
            }
            ToolKind::Choice { names, amount } => {
                amount.iter().for_each(|one| slider(text, one));
                for choice in names {
                    let meaning = styled(FAINT, &choice.meaning);
                    let _ = writeln!(text, "    {:<25}  {meaning}", choice.name);
                }
            }
            _ => {}
        }
    }
    text.push('\n');
}

fn slider(text: &mut String, slider: &Slider) {
    let range = format!("{}..{}", slider.range.min, slider.range.max);
    let meaning = styled(FAINT, &slider.meaning);
    let _ = writeln!(text, "    {:<16}{range:>9}  {meaning}", slider.name);
}
