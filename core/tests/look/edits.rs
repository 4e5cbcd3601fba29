//! Looks of one slider, and random edits.

use std::sync::LazyLock;

use colorist_core::{Adjust, Catalog, ColorAdjust, Edit, Look, SelectiveAdjust};
use proptest::prelude::*;

use crate::support;

pub(crate) fn look(edit: &Edit) -> Look {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(support::catalog);
    Look::compile(edit, &CATALOG).unwrap()
}

pub(crate) fn adjusted(name: &str, value: i32) -> Look {
    let mut adjust = Adjust::default();
    assert!(adjust.set(name, value));
    look(&Edit {
        adjust: Some(adjust),
        ..Edit::default()
    })
}

pub(crate) fn selected(name: &str, saturation: i32, luminance: i32) -> Look {
    let mut colors = SelectiveAdjust::default();
    assert!(colors.set(
        name,
        ColorAdjust {
            saturation,
            luminance
        }
    ));
    look(&Edit {
        selective_adjust: Some(colors),
        ..Edit::default()
    })
}

/// Two slider values, the lower one first.
pub(crate) fn two_values(min: i32) -> impl Strategy<Value = (i32, i32)> {
    (min..100, 1..=100).prop_map(|(low, more): (i32, i32)| (low, (low + more).min(100)))
}

pub(crate) fn any_edit() -> impl Strategy<Value = Edit> {
    let value = || prop_oneof![Just(-100), Just(0), Just(100), -100..=100];
    let adjust = proptest::collection::vec(value(), Adjust::COUNT);
    let colors = proptest::collection::vec(value(), 2 * SelectiveAdjust::COUNT);
    (adjust, colors).prop_map(|(adjust, colors)| {
        let mut values = adjust.into_iter();
        let mut pairs = colors.chunks(2);
        Edit {
            adjust: Some(Adjust::default().map(|_, _| values.next().unwrap())),
            selective_adjust: Some(SelectiveAdjust::default().map(|_, _| {
                let pair = pairs.next().unwrap();
                ColorAdjust {
                    saturation: pair[0],
                    luminance: pair[1],
                }
            })),
            filter: None,
        }
    })
}
