//! The point function: all steps in their order, on one color or on a whole table.

use super::{
    balance::Balance,
    chroma::Chroma,
    color::{self, Block, each},
    filter::Filter,
    gamut,
    selective::Selective,
    slider,
    tone::Tone,
};
use crate::edit::{Adjust, SelectiveAdjust};

/// The points of a table that are computed together, so that loops become vector instructions.
const LANES: usize = 32;

/// The steps; `None` where a step has no effect.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    light: Option<Light>,
    filter: Option<Filter>,
}

/// The steps from linear light to the gamut.
#[derive(Debug, Clone, PartialEq)]
struct Light {
    balance: Balance,
    tone: Option<Tone>,
    chroma: Option<Chroma>,
    selective: Option<Selective>,
}

impl Point {
    pub(super) fn new(a: &Adjust, selective: &SelectiveAdjust, filter: Option<Filter>) -> Self {
        let used = |values: &[i32]| values.iter().any(|value| *value != 0);
        let tone = used(&[a.brightness, a.contrast, a.highlights, a.shadows]).then(|| {
            Tone::new(
                slider(a.brightness),
                slider(a.contrast),
                slider(a.highlights),
                slider(a.shadows),
            )
        });
        let chroma = used(&[a.hue, a.saturation, a.vibrance])
            .then(|| Chroma::new(slider(a.hue), slider(a.saturation), slider(a.vibrance)));
        let selective = (!selective.is_neutral()).then(|| Selective::new(selective));
        let any = used(&[a.exposure, a.temperature, a.tint, a.linear_offset])
            || tone.is_some()
            || chroma.is_some()
            || selective.is_some();
        let light = any.then(|| Light {
            balance: Balance::new(
                slider(a.exposure),
                slider(a.temperature),
                slider(a.tint),
                slider(a.linear_offset),
            ),
            tone,
            chroma,
            selective,
        });
        Self { light, filter }
    }

    pub(super) fn is_identity(&self) -> bool {
        self.light.is_none() && self.filter.is_none()
    }

    /// One color.
    pub(super) fn color(&self, rgb: [f32; 3]) -> [f32; 3] {
        let rgb = rgb.map(color::unit);
        let mut block = rgb.map(|x| [x]);
        if let Some(light) = &self.light {
            block = rgb.map(|x| [light.balance.light(x)]);
            light.apply(&mut block);
        }
        if let Some(filter) = &self.filter {
            filter.apply(&mut block);
        }
        color::pixel(&block, 0)
    }

    /// The table of `size` points along each axis, red fastest; the fourth number is 1.
    pub(super) fn table(&self, size: usize) -> Vec<[f32; 4]> {
        let axis: Vec<f32> = (0..size).map(|i| i as f32 / (size - 1) as f32).collect();
        let first: Vec<f32> = match &self.light {
            Some(light) => axis.iter().map(|x| light.balance.light(*x)).collect(),
            None => axis,
        };
        let mut data = Vec::with_capacity(size * size * size);
        for &b in &first {
            for &g in &first {
                data.extend(first.iter().map(|&r| [r, g, b, 1.0]));
            }
        }
        if self.is_identity() {
            return data;
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            unsafe { self.apply_avx2(&mut data) };
            return data;
        }
        self.apply(&mut data);
        data
    }

    /// [`apply`](Self::apply) in wider vectors. Without FMA: results are the same everywhere.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn apply_avx2(&self, data: &mut [[f32; 4]]) {
        self.apply(data);
    }

    /// The steps on exposed linear light, or on encoded colors where there is only a filter.
    #[inline(always)]
    fn apply(&self, data: &mut [[f32; 4]]) {
        for points in data.chunks_mut(LANES) {
            let mut block = [[0.0; LANES]; 3];
            for (i, [r, g, b, _]) in points.iter().enumerate() {
                color::set(&mut block, i, [*r, *g, *b]);
            }
            if let Some(light) = &self.light {
                light.apply(&mut block);
            }
            if let Some(filter) = &self.filter {
                filter.apply(&mut block);
            }
            for (i, point) in points.iter_mut().enumerate() {
                let [r, g, b] = color::pixel(&block, i);
                *point = [r, g, b, 1.0];
            }
        }
    }
}

impl Light {
    /// From exposed linear light to encoded colors, in place.
    #[inline(always)]
    fn apply<const N: usize>(&self, block: &mut Block<N>) {
        let before = *block;
        each(block, |rgb| {
            color::lms_to_lab(self.balance.apply(color::rgb_to_lms(rgb)))
        });
        if let Some(tone) = &self.tone {
            each(block, |lab| tone.apply(lab));
        }
        let mut reach = [0.0; N];
        for (i, reach) in reach.iter_mut().enumerate() {
            *reach = gamut::reach(color::pixel(&before, i));
        }
        if let Some(chroma) = &self.chroma {
            for (i, reach) in reach.iter().enumerate() {
                color::set(block, i, chroma.apply(color::pixel(block, i), *reach));
            }
        }
        if let Some(selective) = &self.selective {
            for (i, reach) in reach.iter().enumerate() {
                color::set(block, i, selective.apply(color::pixel(block, i), *reach));
            }
        }
        each(block, color::lab_to_rgb);
        for (i, reach) in reach.iter().enumerate() {
            let before = color::pixel(&before, i);
            let rgb = gamut::fit(color::pixel(block, i), before, *reach);
            color::set(block, i, rgb.map(color::encode));
        }
    }
}
