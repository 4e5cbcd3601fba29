//! What needs a pixel's neighbors: structure, sharpen, bloom.

/// The three amounts.
#[derive(Debug, Clone, PartialEq)]
#[allow(dead_code, reason = "not applied yet")]
pub(super) struct Spatial {
    bloom: f32,
    sharpen: f32,
    structure: f32,
}

impl Spatial {
    pub(super) fn new(bloom: f32, sharpen: f32, structure: f32) -> Self {
        Self {
            bloom,
            sharpen,
            structure,
        }
    }
}
