//! A filter's recipe as an ASC CDL, as far as one can hold it.

use std::fmt::{self, Write as _};

use super::{LookError, Mono, Recipe};

/// The namespace that OpenColorIO writes.
const NAMESPACE: &str = "urn:ASC:CDL:v1.01";

/// The ASC CDL of a filter (American Society of Cinematographers, Color Decision List, v1.2), see
/// [`Recipe::to_cdl`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cdl {
    /// The content of a `.cdl` file.
    pub xml: String,
    /// What of the filter is not in it, or only roughly; empty where it is the whole filter.
    pub missing: Vec<CdlGap>,
}

/// A part of a filter that an ASC CDL has no number for. Its display text says what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CdlGap {
    /// The change to monochrome, unless its weights are those of Rec. 709 and nothing follows that
    /// would tint the gray.
    Mono,
    /// The tints of shadows and highlights.
    Toning,
    /// Soft ends: a CDL cuts off what leaves the range, a filter bends it in.
    SoftClip,
    /// An intensity below 100 where the mix with the picture is no CDL itself.
    Intensity,
}

impl fmt::Display for CdlGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mono => "the monochrome mix is only approximated by the saturation",
            Self::Toning => "the tints of shadows and highlights are left out",
            Self::SoftClip => "what leaves the range is cut off instead of bent in",
            Self::Intensity => "the intensity is only approximated",
        })
    }
}

impl Recipe {
    /// The recipe as an ASC CDL for tools that take one: an XML `ColorDecisionList` with one
    /// `ColorCorrection` of that `id`, the filter's name by custom. `intensity` is the edit's, 0 to
    /// 100; values beyond count as the ends.
    ///
    /// A CDL is slope, offset, power and saturation, and works here on sRGB-encoded values. Whatever
    /// else the filter does is named in [`Cdl::missing`] and in a `Description` in the file. A
    /// monochrome mix becomes saturation. An intensity below 100 moves the ten numbers towards
    /// neutral: `1 + (x - 1) t`, offset `x t`, power `x^t`; that is the exact mix where only slope
    /// and offset, or only saturation, are used. The other tools of an edit are not part of it.
    ///
    /// # Errors
    /// When a number is out of range.
    pub fn to_cdl(&self, id: &str, intensity: i32) -> Result<Cdl, LookError> {
        self.check().map_err(|reason| LookError::InvalidRecipe {
            name: id.to_owned(),
            reason,
        })?;
        let t = f64::from(intensity.clamp(0, 100)) / 100.0;
        let missing = if t > 0.0 { self.gaps(t) } else { Vec::new() };
        let saturation = self.saturation * (1.0 - self.mono.mix);
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <ColorDecisionList xmlns=\"{NAMESPACE}\">\n\
             \x20 <InputDescription>sRGB-encoded</InputDescription>\n\
             \x20 <ColorDecision>\n\
             \x20   <ColorCorrection id=\"{}\">\n",
            escaped(id),
        );
        for gap in &missing {
            let _ = writeln!(xml, "      <Description>Colorist: {gap}</Description>");
        }
        let _ = write!(
            xml,
            "      <SOPNode>\n\
             \x20       <Slope>{}</Slope>\n\
             \x20       <Offset>{}</Offset>\n\
             \x20       <Power>{}</Power>\n\
             \x20     </SOPNode>\n\
             \x20     <SatNode>\n\
             \x20       <Saturation>{:.6}</Saturation>\n\
             \x20     </SatNode>\n\
             \x20   </ColorCorrection>\n\
             \x20 </ColorDecision>\n\
             </ColorDecisionList>\n",
            three(self.slope.map(|x| 1.0 + (x - 1.0) * t)),
            // Plus zero: no "-0".
            three(self.offset.map(|x| x * t + 0.0)),
            three(self.power.map(|x| x.powf(t))),
            1.0 + (saturation - 1.0) * t,
        );
        Ok(Cdl { xml, missing })
    }

    /// What a CDL cannot hold of it, mixed in by `t`.
    fn gaps(&self, t: f64) -> Vec<CdlGap> {
        let one = |x: [f64; 3]| x == [1.0; 3];
        let same = |x: [f64; 3]| x == [x[0]; 3];
        let Mono { mix, weights } = self.mono;
        let straight = one(self.power);
        // Such a curve may come before or after the mono mix.
        let plain = straight && same(self.slope) && same(self.offset);
        let curves = !(straight && one(self.slope) && self.offset == [0.0; 3]);
        let cut = self.slope.iter().zip(self.offset);
        let parts = [
            (
                CdlGap::Mono,
                mix > 0.0 && !(plain && weights == Mono::default().weights),
            ),
            (
                CdlGap::Toning,
                self.shadows.amount > 0.0 || self.highlights.amount > 0.0,
            ),
            (
                CdlGap::SoftClip,
                cut.into_iter().any(|(slope, o)| o < 0.0 || slope + o > 1.0)
                    || (self.saturation > 1.0 && mix < 1.0),
            ),
            (
                CdlGap::Intensity,
                t < 1.0 && curves && !(straight && self.saturation == 1.0 && mix == 0.0),
            ),
        ];
        parts
            .into_iter()
            .filter_map(|(gap, is)| is.then_some(gap))
            .collect()
    }
}

fn three([r, g, b]: [f64; 3]) -> String {
    format!("{r:.6} {g:.6} {b:.6}")
}

/// Text for an attribute in double quotes; XML 1.0 knows no control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}
