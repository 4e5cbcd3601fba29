//! The page: HTML, style, script and data in one file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::sample::{Photo, Sample, Shown};
use crate::failure::Failure;
use crate::picture::Picture;

const FRAME: &str = include_str!("../../assets/report/page.html");
const STYLE: &str = include_str!("../../assets/report/page.css");
/// One script in two parts: the answers, and what is shown.
const SCRIPT: &str = concat!(
    include_str!("../../assets/report/answers.js"),
    include_str!("../../assets/report/page.js")
);

/// A page and its name.
pub(super) struct Page {
    pub(super) html: String,
    /// Of the content, pictures included: answers belong to one such page.
    pub(super) id: String,
}

impl Page {
    pub(super) fn new(
        student: &str,
        seed: u64,
        photos: &[Photo],
        samples: &[Sample],
    ) -> Result<Self, Failure> {
        let photos: Vec<Value> = photos.iter().map(photo).collect();
        let samples: Vec<Value> = samples.iter().map(sample).collect();
        let mut data = json!({
            "student": student,
            "seed": seed,
            "photos": photos,
            "samples": samples,
        });
        let id = hex(&Sha256::digest(data.to_string())[..8]);
        data["id"] = id.as_str().into();
        let html = fill(|name| match name {
            "policy" => Some(policy()),
            "style" => Some(STYLE.to_owned()),
            "script" => Some(SCRIPT.to_owned()),
            "data" => Some(inert(&data)),
            _ => None,
        })?;
        Ok(Self { html, id })
    }
}

fn photo(photo: &Photo) -> Value {
    let Picture { width, height, .. } = &photo.picture;
    json!({"jpeg": photo.jpeg, "width": width, "height": height})
}

fn sample(sample: &Sample) -> Value {
    let shown = |shown: &Shown| json!({"jpeg": shown.jpeg, "edit": shown.edit.to_json()});
    json!({
        "intent": sample.intent,
        "photo": sample.photo,
        "teacher": shown(&sample.teacher),
        "student": shown(&sample.student),
    })
}

/// The frame with each `{{name}}` replaced; what is filled in is not looked at again.
fn fill(value: impl Fn(&str) -> Option<String>) -> Result<String, Failure> {
    let mut parts = FRAME.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let filled = part
            .split_once("}}")
            .and_then(|(name, rest)| Some((value(name)?, rest)));
        let (text, rest) =
            filled.ok_or_else(|| Failure::new("the page's frame has an unknown place"))?;
        page += &text;
        page += rest;
    }
    Ok(page)
}

/// The Content Security Policy: this style, this script, pictures inside the page; no network.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; \
         style-src 'sha256-{}'; script-src 'sha256-{}'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// JSON that no HTML parser takes for markup, whatever the texts in it are.
fn inert(data: &Value) -> String {
    data.to_string()
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
