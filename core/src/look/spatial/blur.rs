//! Blurs. Beyond the border the picture goes on as its outermost pixels are.

use super::plane::Plane;
use crate::look::renderer;

/// A box of `2 reach + 1` cells with a cell of weight `tip` at both ends: any variance can be had.
///
/// Pascal Gwosdek, Sven Grewenig, Andrés Bruhn, Joachim Weickert, "Theoretical foundations of
/// Gaussian convolution by extended box filtering" (2011).
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    reach: usize,
    tip: f32,
}

impl Window {
    /// Of the given standard deviation, in cells.
    pub(super) fn new(sigma: f64) -> Self {
        let variance = sigma * sigma;
        let reach = (((12.0 * variance + 1.0).sqrt() - 1.0) / 2.0).floor();
        let full = 2.0 * reach + 1.0;
        let tip = full * (3.0 * variance - reach * (reach + 1.0))
            / (6.0 * ((reach + 1.0) * (reach + 1.0) - variance));
        Self {
            reach: reach as usize,
            tip: tip as f32,
        }
    }

    fn norm(self) -> f64 {
        1.0 / ((2 * self.reach + 1) as f64 + 2.0 * f64::from(self.tip))
    }

    /// Averages over the window, in place.
    ///
    /// The running sums are f64: what f32 would leave behind when a bright cell goes out shows in
    /// black, where the eye and the encoding are steep.
    pub(super) fn average<const N: usize>(self, plane: &mut Plane<N>) {
        let (width, height) = (plane.width, plane.height);
        // Along the columns, all at a time.
        let before = std::mem::take(&mut plane.cells);
        let row = |y: usize| &before[y.min(height - 1) * width..][..width];
        let mut out = Vec::with_capacity(before.len());
        let mut sums = vec![[0f64; N]; width];
        for i in 0..=2 * self.reach {
            let y = i.saturating_sub(self.reach);
            merge(&mut sums, row(y), |sum, x| sum + x);
        }
        for y in 0..height {
            let (above, below) = (
                row(y.saturating_sub(self.reach + 1)),
                row(y + self.reach + 1),
            );
            let ends = above.iter().zip(below);
            out.extend(
                sums.iter()
                    .zip(ends)
                    .map(|(sum, (a, b))| self.close(sum, a, b)),
            );
            merge(&mut sums, row(y.saturating_sub(self.reach)), |sum, x| {
                sum - x
            });
            merge(&mut sums, below, |sum, x| sum + x);
        }
        // Along the rows.
        let mut before = vec![[0.0; N]; width];
        for cells in out.chunks_exact_mut(width) {
            self.along(cells, &mut before);
        }
        plane.cells = out;
    }

    /// Averages along one row; `before` is as long.
    fn along<const N: usize>(self, cells: &mut [[f32; N]], before: &mut [[f32; N]]) {
        before.copy_from_slice(cells);
        let at = |x: usize| before[x.min(before.len() - 1)];
        let mut sum = [0f64; N];
        for i in 0..=2 * self.reach {
            step(&mut sum, at(i.saturating_sub(self.reach)), |sum, x| sum + x);
        }
        for (x, cell) in cells.iter_mut().enumerate() {
            let (left, right) = (at(x.saturating_sub(self.reach + 1)), at(x + self.reach + 1));
            *cell = self.close(&sum, &left, &right);
            step(&mut sum, at(x.saturating_sub(self.reach)), |sum, x| sum - x);
            step(&mut sum, right, |sum, x| sum + x);
        }
    }

    /// A sum and the cells at its ends to the average.
    #[inline(always)]
    fn close<const N: usize>(self, sum: &[f64; N], a: &[f32; N], b: &[f32; N]) -> [f32; N] {
        let (tip, norm) = (f64::from(self.tip), self.norm());
        let mut cell = [0.0; N];
        for (c, cell) in cell.iter_mut().enumerate() {
            *cell = ((sum[c] + tip * f64::from(a[c] + b[c])) * norm) as f32;
        }
        cell
    }
}

#[inline(always)]
fn step<const N: usize>(sum: &mut [f64; N], cell: [f32; N], with: impl Fn(f64, f64) -> f64) {
    for (sum, x) in sum.iter_mut().zip(cell) {
        *sum = with(*sum, f64::from(x));
    }
}

#[inline(always)]
fn merge<const N: usize>(
    sums: &mut [[f64; N]],
    row: &[[f32; N]],
    with: impl Fn(f64, f64) -> f64 + Copy,
) {
    for (sum, cell) in sums.iter_mut().zip(row) {
        step(sum, *cell, with);
    }
}

/// A small Gaussian blur of the standard deviation `sigma`, in cells.
pub(super) fn gaussian(plane: &Plane<1>, sigma: f64, threads: usize) -> Plane<1> {
    let reach = (3.0 * sigma).ceil() as usize;
    let side: Vec<f64> = (1..=reach)
        .map(|i| (-0.5 * (i as f64 / sigma).powi(2)).exp())
        .collect();
    let norm = 1.0 / (1.0 + 2.0 * side.iter().sum::<f64>());
    let side: Vec<f32> = side.iter().map(|weight| (weight * norm) as f32).collect();
    let center = norm as f32;

    let (width, height) = (plane.width, plane.height);
    let mut cells = vec![[0.0]; plane.cells.len()];
    renderer::in_bands(&mut cells, width, threads, |first, band| {
        // A row with the border's pixels repeated.
        let mut row = vec![0.0f32; width + 2 * reach];
        for (i, out) in band.chunks_exact_mut(width).enumerate() {
            let y = first + i;
            let at = |y: usize| &plane.cells[y.min(height - 1) * width..][..width];
            let inner = &mut row[reach..][..width];
            for (sum, [x]) in inner.iter_mut().zip(at(y)) {
                *sum = center * x;
            }
            for (distance, weight) in (1..).zip(&side) {
                let pair = at(y.saturating_sub(distance)).iter().zip(at(y + distance));
                for (sum, ([a], [b])) in inner.iter_mut().zip(pair) {
                    *sum += weight * (a + b);
                }
            }
            let (left, right) = (inner[0], inner[width - 1]);
            row[..reach].fill(left);
            row[reach + width..].fill(right);
            for ([sum], x) in out.iter_mut().zip(&row[reach..]) {
                *sum = center * x;
            }
            for (distance, weight) in (1..).zip(&side) {
                let pair = row[reach - distance..].iter().zip(&row[reach + distance..]);
                for ([sum], (a, b)) in out.iter_mut().zip(pair) {
                    *sum += weight * (a + b);
                }
            }
        }
    });
    Plane {
        width,
        height,
        cells,
    }
}
