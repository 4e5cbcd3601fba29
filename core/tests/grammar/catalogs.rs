//! Catalogs to write in: the shipped one, made-up ones, and every line of a small one.

use std::path::Path;

use colorist_core::{
    Catalog,
    catalog::{FilterInfo, Range, Slider},
    grammar::{Form, Line},
};
use proptest::{
    collection::{hash_set, vec},
    prelude::*,
};

/// The shipped catalog.
pub(crate) fn shipped() -> Catalog {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/data/catalog.json");
    let json = std::fs::read_to_string(path).unwrap();
    Catalog::from_json(&serde_json::from_str(&json).unwrap()).unwrap()
}

/// A catalog of these names; every range is this one, but an intensity begins at 0.
pub(crate) fn named(sliders: &[&str], colors: &[&str], filters: &[&str], range: Range) -> Catalog {
    let slider = |name: &&str| Slider {
        name: (*name).to_owned(),
        range,
        meaning: String::new(),
    };
    let filter = |name: &&str| FilterInfo {
        name: (*name).to_owned(),
        meaning: String::new(),
        recipe: None,
    };
    Catalog {
        adjust: sliders.iter().map(slider).collect(),
        colors: colors.iter().map(|name| (*name).to_owned()).collect(),
        saturation: range,
        luminance: range,
        filters: filters.iter().map(filter).collect(),
        intensity: Range { min: 0, ..range },
    }
}

/// Ranges around or beside 0; each holds a multiple of every step up to 9 that is not 0.
fn range() -> impl Strategy<Value = Range> {
    let around = (-120..=0, 9..=120).prop_map(|(min, max)| Range { min, max });
    let beside = (-100..=100, 18..=60).prop_map(|(min, width)| Range {
        min,
        max: min + width,
    });
    prop_oneof![around, beside]
}

/// Catalogs of these words: names of one to three, so many sliders, colors and filters at most.
/// Many names begin with others.
fn catalog(
    words: &'static [&'static str],
    most: usize,
    range: impl Strategy<Value = Range>,
) -> impl Strategy<Value = Catalog> {
    let name = vec(proptest::sample::select(words), 1..=3).prop_map(|words| words.join(" "));
    let names = hash_set(name, 0..=most).prop_map(|set| set.into_iter().collect::<Vec<_>>());
    let lists = (names.clone(), names.clone(), names);
    (lists, vec(range, most + 3)).prop_map(|((sliders, colors, filters), ranges)| {
        fn refs(names: &[String]) -> Vec<&str> {
            names.iter().map(String::as_str).collect()
        }
        let mut catalog = named(&refs(&sliders), &refs(&colors), &refs(&filters), ranges[0]);
        for (slider, range) in catalog.adjust.iter_mut().zip(&ranges[1..]) {
            slider.range = *range;
        }
        catalog.luminance = ranges[ranges.len() - 1];
        catalog.intensity = ranges[ranges.len() - 2];
        catalog
    })
}

/// Any catalog whose names have letters, spaces and accents. No word of them reads as a number.
pub(crate) fn lettered() -> impl Strategy<Value = Catalog> {
    const WORDS: &[&str] = &[
        "film",
        "film_noir",
        "noir",
        "Noir",
        "née",
        "ana",
        "banana",
        "a",
        "unused",
        "adjust",
        "übér",
        "weiß",
        "x-ray",
        "f",
        "fi",
        "filmnoir",
        "Look",
        "L",
        "smørrebrød",
    ];
    catalog(WORDS, 9, range())
}

/// Small catalogs whose names are hard to tell from numbers and from each other, and often not at
/// all.
pub(crate) fn tricky() -> impl Strategy<Value = Catalog> {
    const WORDS: &[&str] = &["a", "a", "5", "-5", "10", "unused", "ab", "b"];
    let narrow = proptest::sample::select(vec![(-5, 5), (0, 10), (-10, 0), (-5, 10)]);
    let narrow = narrow.prop_map(|(min, max)| Range { min, max });
    // Three colors of such ranges would have too many lines to look at each.
    let small = catalog(WORDS, 3, narrow).prop_map(|mut catalog| {
        catalog.colors.truncate(2);
        catalog
    });
    (small, any::<bool>(), 0..3usize).prop_map(|(mut catalog, joined, at)| {
        // A name that reads as another one, its value, and the next name.
        if let ([first, second, third], true) = (&mut catalog.adjust[..], joined) {
            third.name = format!("{} 5 {}", first.name, second.name);
            catalog.adjust.swap(2, at);
        }
        if let ([first, second], true) = (&catalog.colors[..], joined) {
            catalog.saturation = Range { min: 0, max: 5 };
            catalog.colors.insert(at, format!("{first} 5 5 {second}"));
        }
        catalog
    })
}

/// Every line of a small catalog, made without the grammar.
pub(crate) fn lines(catalog: &Catalog, row: usize, form: Form) -> Vec<Line> {
    let values = |range: Range| {
        let all = range.min..=range.max;
        all.filter(|value| value % form.step == 0)
            .collect::<Vec<_>>()
    };
    let changed = |range| values(range).into_iter().filter(|value| *value != 0);
    let mut lines = vec![Line::Unused];
    match row {
        0 => {
            let sliders = catalog.adjust.iter().enumerate();
            let choices = sliders.map(|(index, slider)| {
                let zero = form.zeros.then_some(0);
                let values = changed(slider.range).chain(zero);
                values.map(|value| (index, value)).collect()
            });
            lines.extend(lists(choices.collect(), form).map(Line::Adjust));
        }
        1 => {
            let pairs: Vec<[i32; 2]> = values(catalog.saturation)
                .into_iter()
                .flat_map(|s| values(catalog.luminance).into_iter().map(move |l| [s, l]))
                .collect();
            let choices = (0..catalog.colors.len())
                .map(|index| pairs.iter().map(|pair| (index, *pair)).collect());
            lines.extend(lists(choices.collect(), form).map(Line::Selective));
        }
        _ => {
            let names = 0..catalog.filters.len();
            lines.extend(names.flat_map(|index| {
                changed(catalog.intensity).map(move |intensity| Line::Filter { index, intensity })
            }));
        }
    }
    lines
}

/// One of each choice, or some of them, but at least one.
fn lists<T: Clone>(choices: Vec<Vec<T>>, form: Form) -> impl Iterator<Item = Vec<T>> {
    let mut lists = vec![Vec::new()];
    for choice in choices {
        let longer = lists.iter().flat_map(|list: &Vec<T>| {
            let with = |one: &T| [list.as_slice(), std::slice::from_ref(one)].concat();
            choice.iter().map(with).collect::<Vec<_>>()
        });
        let longer = longer.collect::<Vec<_>>();
        if form.zeros {
            lists = longer;
        } else {
            lists.extend(longer);
        }
    }
    lists.into_iter().filter(|list| !list.is_empty())
}

/// The text of a line, made without the grammar.
pub(crate) fn text(catalog: &Catalog, row: usize, line: &Line) -> String {
    let mut words = vec![["adjust", "selectiveAdjust", "filter"][row].to_owned()];
    match line {
        Line::Unused => words.push("unused".to_owned()),
        Line::Adjust(sliders) => {
            words.extend(sliders.iter().flat_map(|(index, value)| {
                [catalog.adjust[*index].name.clone(), value.to_string()]
            }))
        }
        Line::Selective(colors) => words.extend(colors.iter().flat_map(|(index, [s, l])| {
            [catalog.colors[*index].clone(), s.to_string(), l.to_string()]
        })),
        Line::Filter { index, intensity } => {
            words.extend([catalog.filters[*index].name.clone(), intensity.to_string()]);
        }
    }
    words.join(" ")
}
