//! Pictures of plain numbers, smaller than the frame: area averages down, interpolation up.

use crate::look::{Channel, Frame, renderer};

/// `N` numbers in each cell.
#[derive(Debug, Clone)]
pub(super) struct Plane<const N: usize> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) cells: Vec<[f32; N]>,
}

/// A row of cells, each with the difference to the next one.
pub(super) type Row<const N: usize> = Vec<[[f32; N]; 2]>;

/// The size of a picture `scale` times as large, at least 1 x 1.
pub(super) fn fitted(width: usize, height: usize, scale: f64) -> (usize, usize) {
    let side = |side: usize| ((side as f64 * scale).round() as usize).max(1);
    (side(width), side(height))
}

impl<const N: usize> Plane<N> {
    /// The average of `number` over the area of each of `width` x `height` cells; the frame is no
    /// smaller than that.
    pub(super) fn reduced<T: Channel>(
        frame: &Frame<'_, T>,
        (width, height): (usize, usize),
        threads: usize,
        number: impl Fn([f32; 3]) -> [f32; N] + Sync,
    ) -> Self {
        let mut cells = vec![[0.0; N]; width * height];
        renderer::in_bands(&mut cells, width, threads, |first, band| {
            let mut sums = vec![[0.0; N]; frame.width()];
            for (i, cells) in band.chunks_exact_mut(width).enumerate() {
                sums.fill([0.0; N]);
                let area = Area::new(first + i, height, frame.height());
                for y in area.first..=area.last {
                    let weight = area.weight(y);
                    let row = frame.pixels().chunks_exact(4 * frame.width()).nth(y);
                    let pixels = row.unwrap_or_default().chunks_exact(4);
                    for (sum, pixel) in sums.iter_mut().zip(pixels) {
                        let rgb = [pixel[0], pixel[1], pixel[2]].map(T::to_unit);
                        add(sum, number(rgb), weight);
                    }
                }
                if width == sums.len() {
                    cells.copy_from_slice(&sums);
                    continue;
                }
                for (x, cell) in cells.iter_mut().enumerate() {
                    let area = Area::new(x, width, sums.len());
                    for (i, sum) in (area.first..).zip(&sums[area.first..=area.last]) {
                        add(cell, *sum, area.weight(i));
                    }
                }
            }
        });
        Self {
            width,
            height,
            cells,
        }
    }

    /// Each cell replaced by what `number` makes of it.
    pub(super) fn map<const M: usize>(&self, number: impl Fn([f32; N]) -> [f32; M]) -> Plane<M> {
        Plane {
            width: self.width,
            height: self.height,
            cells: self.cells.iter().map(|cell| number(*cell)).collect(),
        }
    }

    /// Interpolated linearly for the row `y` of a picture with `height` rows.
    pub(super) fn row(&self, y: usize, height: usize, out: &mut Row<N>) {
        let (low, part) = place(y, self.height, height);
        let high = (low + 1).min(self.height - 1);
        let [low, high] = [low, high].map(|y| &self.cells[y * self.width..][..self.width]);
        out.clear();
        out.extend(low.iter().zip(high).map(|(a, b)| {
            let mut cell = *a;
            for (x, b) in cell.iter_mut().zip(b) {
                *x += (b - *x) * part;
            }
            [cell, [0.0; N]]
        }));
        for i in 1..out.len() {
            let next = out[i][0];
            let [cell, step] = &mut out[i - 1];
            for ((step, x), next) in step.iter_mut().zip(cell).zip(next) {
                *step = next - *x;
            }
        }
    }
}

fn add<const N: usize>(sum: &mut [f32; N], numbers: [f32; N], weight: f32) {
    for (sum, number) in sum.iter_mut().zip(numbers) {
        *sum += number * weight;
    }
}

/// The pixels under a cell along one axis.
struct Area {
    start: f64,
    end: f64,
    first: usize,
    last: usize,
}

impl Area {
    /// The cell `i` of `cells` over `pixels`.
    fn new(i: usize, cells: usize, pixels: usize) -> Self {
        let scale = pixels as f64 / cells as f64;
        let (start, end) = (i as f64 * scale, (i + 1) as f64 * scale);
        Self {
            start,
            end,
            first: (start as usize).min(pixels - 1),
            last: (end.ceil() as usize).clamp(1, pixels) - 1,
        }
    }

    /// The share of the pixel `i` in the cell.
    fn weight(&self, i: usize) -> f32 {
        let covered = self.end.min((i + 1) as f64) - self.start.max(i as f64);
        (covered.max(0.0) / (self.end - self.start)) as f32
    }
}

/// Where the center of a pixel lies between the centers of cells: the lower one and the way to the
/// next. Before the first center and after the last one there is nothing to interpolate.
fn place(i: usize, cells: usize, pixels: usize) -> (usize, f32) {
    let at = (i as f64 + 0.5) * cells as f64 / pixels as f64 - 0.5;
    let at = at.clamp(0.0, (cells - 1) as f64);
    (at as usize, at.fract() as f32)
}

/// The places of a row's pixels between the cells.
#[derive(Debug)]
pub(super) struct Across(Vec<(u32, f32)>);

impl Across {
    /// For `pixels` over `cells`.
    pub(super) fn new(cells: usize, pixels: usize) -> Self {
        let place = |i| {
            let (cell, part) = place(i, cells, pixels);
            (cell as u32, part)
        };
        Self((0..pixels).map(place).collect())
    }

    /// Calls `work` with each of `out` and what is interpolated there.
    #[inline(always)]
    pub(super) fn each<U, const N: usize>(
        &self,
        row: &Row<N>,
        out: &mut [U],
        mut work: impl FnMut(&mut U, [f32; N]),
    ) {
        for (out, &(cell, part)) in out.iter_mut().zip(&self.0) {
            let [mut value, step] = row[cell as usize];
            for (x, step) in value.iter_mut().zip(step) {
                *x += step * part;
            }
            work(out, value);
        }
    }
}
