//! Percentiles.

use serde_json::{Value, json};

/// The percentiles of a set of times, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stats {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
}

impl Stats {
    /// By the nearest rank: each figure is a time that was really measured. Zeros for no times.
    pub(crate) fn new(mut milliseconds: Vec<f64>) -> Self {
        milliseconds.sort_by(f64::total_cmp);
        let rank = |share: f64| {
            let rank = (share * milliseconds.len() as f64).ceil() as usize;
            milliseconds
                .get(rank.saturating_sub(1))
                .copied()
                .unwrap_or_default()
        };
        Self {
            p50: rank(0.50),
            p90: rank(0.90),
            p99: rank(0.99),
        }
    }

    pub(crate) fn to_json(self) -> Value {
        json!({"p50": self.p50, "p90": self.p90, "p99": self.p99})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let hundred = (1..=100).rev().map(f64::from).collect();
        assert_eq!(
            Stats::new(hundred),
            Stats {
                p50: 50.0,
                p90: 90.0,
                p99: 99.0
            }
        );
        assert_eq!(
            Stats::new(vec![7.0]),
            Stats {
                p50: 7.0,
                p90: 7.0,
                p99: 7.0
            }
        );
        assert_eq!(
            Stats::new(Vec::new()),
            Stats {
                p50: 0.0,
                p90: 0.0,
                p99: 0.0
            }
        );
    }
}
