//! Catalogs to write in: the shipped one, made-up ones, and every line of a small one.

use std::path::Path;

use colorist_core::{
    Catalog, Edit,
    catalog::{Choice, Range, Slider, Tool, ToolKind},
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
    let filter = |name: &&str| Choice {
        name: (*name).to_owned(),
        ..Choice::default()
    };
    let kinds = [
        ToolKind::Sliders(sliders.iter().map(slider).collect()),
        ToolKind::Grid {
            rows: colors.iter().map(|name| (*name).to_owned()).collect(),
            columns: ["saturation", "luminance"].iter().map(slider).collect(),
        },
        ToolKind::Choice {
            names: filters.iter().map(filter).collect(),
            amount: Some(Slider {
                range: Range { min: 0, ..range },
                ..slider(&"intensity")
            }),
        },
    ];
    let tools = Edit::TOOLS.iter().zip(kinds);
    let tool = |(name, kind): (&&str, ToolKind)| Tool {
        name: (*name).to_owned(),
        meaning: String::new(),
        kind,
    };
    Catalog {
        tools: tools.map(tool).collect(),
    }
}

/// The numbers of a tool: its sliders, its columns or its amount.
pub(crate) fn numbers(catalog: &mut Catalog, row: usize) -> &mut [Slider] {
    match &mut catalog.tools[row].kind {
        ToolKind::Sliders(sliders) => sliders,
        ToolKind::Grid { columns, .. } => columns,
        ToolKind::Choice { amount, .. } => amount.as_mut_slice(),
        other => panic!("{other:?}"),
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
        for (slider, range) in numbers(&mut catalog, 0).iter_mut().zip(&ranges[1..]) {
            slider.range = *range;
        }
        numbers(&mut catalog, 1)[1].range = ranges[ranges.len() - 1];
        numbers(&mut catalog, 2)[0].range = ranges[ranges.len() - 2];
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
        rows(&mut catalog).truncate(2);
        catalog
    });
    (small, any::<bool>(), 0..3usize).prop_map(|(mut catalog, joined, at)| {
        // A name that reads as another one, its value, and the next name.
        let sliders = numbers(&mut catalog, 0);
        if let ([first, second, third], true) = (&mut *sliders, joined) {
            third.name = format!("{} 5 {}", first.name, second.name);
            sliders.swap(2, at);
        }
        if let ([first, second], true) = (&rows(&mut catalog)[..], joined) {
            let name = format!("{first} 5 5 {second}");
            numbers(&mut catalog, 1)[0].range = Range { min: 0, max: 5 };
            rows(&mut catalog).insert(at, name);
        }
        catalog
    })
}

/// The rows of the grid.
fn rows(catalog: &mut Catalog) -> &mut Vec<String> {
    match &mut catalog.tools[1].kind {
        ToolKind::Grid { rows, .. } => rows,
        other => panic!("{other:?}"),
    }
}

/// Every line of a small catalog, made without the grammar.
pub(crate) fn lines(catalog: &Catalog, row: usize, form: Form) -> Vec<Line> {
    let values = |range: Range| {
        let all = range.min..=range.max;
        all.filter(|value| value % form.step == 0)
            .collect::<Vec<_>>()
    };
    let changed = |range| values(range).into_iter().filter(|value| *value != 0);
    // Every list of one value of each range.
    let cells = |columns: &[Slider]| {
        columns.iter().fold(vec![Vec::new()], |cells, column| {
            let longer = cells.iter().flat_map(|cell: &Vec<i32>| {
                let with = |value| [cell.as_slice(), &[value]].concat();
                values(column.range).into_iter().map(with)
            });
            longer.collect()
        })
    };
    let mut lines = vec![Line::Unused];
    match &catalog.tools[row].kind {
        ToolKind::Sliders(sliders) => {
            let choices = sliders.iter().enumerate().map(|(index, slider)| {
                let zero = form.zeros.then_some(0);
                let values = changed(slider.range).chain(zero);
                values.map(|value| (index, vec![value])).collect()
            });
            lines.extend(lists(choices.collect(), form).map(Line::Used));
        }
        ToolKind::Grid { rows, columns } => {
            let cells = cells(columns);
            let choices = (0..rows.len())
                .map(|index| cells.iter().map(|cell| (index, cell.clone())).collect());
            lines.extend(lists(choices.collect(), form).map(Line::Used));
        }
        ToolKind::Choice { names, amount } => {
            let amounts: Vec<Vec<i32>> = match amount {
                Some(amount) => changed(amount.range).map(|value| vec![value]).collect(),
                None => vec![Vec::new()],
            };
            lines.extend((0..names.len()).flat_map(|index| {
                let with = move |amount: &Vec<i32>| Line::Used(vec![(index, amount.clone())]);
                amounts.iter().map(with).collect::<Vec<_>>()
            }));
        }
        other => panic!("{other:?}"),
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
    let tool = &catalog.tools[row];
    let mut words = vec![tool.name.clone()];
    match line {
        Line::Unused => words.push("unused".to_owned()),
        Line::Used(names) => {
            for (index, values) in names {
                words.push(match &tool.kind {
                    ToolKind::Sliders(sliders) => sliders[*index].name.clone(),
                    ToolKind::Grid { rows, .. } => rows[*index].clone(),
                    _ => tool.choices()[*index].name.clone(),
                });
                words.extend(values.iter().map(i32::to_string));
            }
        }
    }
    words.join(" ")
}
