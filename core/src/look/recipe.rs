//! What a filter does, as data: a [`Recipe`] in the catalog.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// How a filter is made, on sRGB-encoded values, in the order of the fields.
///
/// Slope, offset, power and saturation are those of the ASC CDL (American Society of
/// Cinematographers, Color Decision List, v1.2). The default changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// The change to monochrome; what follows can give the gray a color again.
    pub mono: Mono,
    /// The factor of red, green and blue, 0 to 4.
    pub slope: [f64; 3],
    /// What is added then, -1 to 1. Positive values lift black, negative ones crush it.
    pub offset: [f64; 3],
    /// The exponent that is applied then, 0.1 to 10. Below 1 mid-tones become brighter.
    pub power: [f64; 3],
    /// The factor of the distance from gray, 0 to 4.
    pub saturation: f64,
    /// The tint of the dark tones.
    pub shadows: Tint,
    /// The tint of the bright tones.
    pub highlights: Tint,
}

/// A change to monochrome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mono {
    /// How much of it: 0 is color, 1 is gray.
    pub mix: f64,
    /// The shares of red, green and blue in the gray, -1 to 2 each; their sum is 1.
    pub weights: [f64; 3],
}

/// A tint that leaves the luma as it is. Black and white stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tint {
    /// The Oklab hue, degrees from 0 to 360: about 29 is red, 110 yellow, 143 green, 195 cyan,
    /// 264 blue, 328 magenta.
    pub hue: f64,
    /// How strong, 0 to 1.
    pub amount: f64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            mono: Mono::default(),
            slope: [1.0; 3],
            offset: [0.0; 3],
            power: [1.0; 3],
            saturation: 1.0,
            shadows: Tint::default(),
            highlights: Tint::default(),
        }
    }
}

impl Default for Mono {
    fn default() -> Self {
        Self {
            mix: 0.0,
            weights: [0.2126, 0.7152, 0.0722],
        }
    }
}

impl Recipe {
    /// Whether every number is in its range.
    ///
    /// # Errors
    /// Names the field and its range.
    pub fn check(&self) -> Result<(), String> {
        let weights = self.mono.weights;
        within("slope", &self.slope, 0.0..=4.0)?;
        within("offset", &self.offset, -1.0..=1.0)?;
        within("power", &self.power, 0.1..=10.0)?;
        within("saturation", &[self.saturation], 0.0..=4.0)?;
        within("mono.mix", &[self.mono.mix], 0.0..=1.0)?;
        within("mono.weights", &weights, -1.0..=2.0)?;
        within(
            "the sum of mono.weights",
            &[weights.iter().sum()],
            0.999..=1.001,
        )?;
        for (name, tint) in [("shadows", self.shadows), ("highlights", self.highlights)] {
            within(&format!("{name}.hue"), &[tint.hue], 0.0..=360.0)?;
            within(&format!("{name}.amount"), &[tint.amount], 0.0..=1.0)?;
        }
        Ok(())
    }
}

fn within(name: &str, values: &[f64], range: RangeInclusive<f64>) -> Result<(), String> {
    // What is not a number is in no range.
    if values.iter().all(|value| range.contains(value)) {
        return Ok(());
    }
    Err(format!(
        "{name} is not from {} to {}",
        range.start(),
        range.end()
    ))
}
