//! Catalogs and tokenizers that do not go together are refused, by name.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use colorist_core::{
    Catalog,
    catalog::Range,
    grammar::{Form, Grammar, GrammarError},
};

use crate::{FORMS, catalogs, compile, tokenizers};

const RANGE: Range = Range { min: -50, max: 50 };

fn filters(names: &[&str]) -> Catalog {
    catalogs::named(&["a"], &["b"], names, RANGE)
}

/// The error of both forms.
fn error(catalog: &Catalog, tokenizer: &tokenizers::Speller) -> GrammarError {
    let [first, second] = FORMS.map(|form| compile(catalog, form, tokenizer).unwrap_err());
    assert_eq!(first, second);
    assert!(first.to_string().contains("; "), "{first}: what to do?");
    first
}

fn indistinct(first: &str, second: &str) -> GrammarError {
    let [first, second] = [first, second].map(str::to_owned);
    GrammarError::Indistinct { first, second }
}

#[test]
fn a_name_that_cannot_be_spelled() {
    let cases = ["film \u{1f39e}", "", "  ", "日本", "a </s>"];
    for name in cases {
        let text = name.to_owned();
        let expected = GrammarError::Unspellable { text };
        let unigram = tokenizers::unigram();
        assert_eq!(error(&filters(&["film", name]), &unigram), expected);
        let sliders = catalogs::named(&["film", name], &[], &[], RANGE);
        assert_eq!(error(&sliders, &unigram), expected);
        let colors = catalogs::named(&[], &["film", name], &[], RANGE);
        assert_eq!(error(&colors, &unigram), expected);
    }
}

#[test]
fn a_name_that_holds_the_end_token() {
    let spell = |text: &str| Some(text.chars().map(u32::from).collect());
    let refused = Grammar::compile(&filters(&["film!"]), FORMS[0], '!' as u32, &spell);
    let text = "film!".to_owned();
    assert_eq!(refused.unwrap_err(), GrammarError::Unspellable { text });
}

#[test]
fn names_with_the_same_spelling() {
    let lowercase = tokenizers::unigram_of_lowercase();
    for (first, second) in [
        ("Look", "look"),
        ("née", "nee"),
        ("film noir", "film  noir"),
    ] {
        let expected = indistinct(first, second);
        assert_eq!(error(&filters(&["x", first, second]), &lowercase), expected);
        let sliders = catalogs::named(&[first, "x", second], &[], &[], RANGE);
        assert_eq!(error(&sliders, &lowercase), expected);
    }
    // The other tokenizer tells most of them apart.
    for names in [["Look", "look"], ["née", "nee"]] {
        let catalog = filters(&names);
        assert!(
            FORMS
                .iter()
                .all(|form| compile(&catalog, *form, &tokenizers::unigram()).is_ok())
        );
    }
}

#[test]
fn lines_that_cannot_be_told_apart() {
    let unigram = tokenizers::unigram();
    let catalog = catalogs::named(&["a", "a 5 b", "b"], &[], &[], RANGE);
    let error = compile(&catalog, FORMS[0], &unigram).unwrap_err();
    assert_eq!(
        error,
        indistinct("adjust | a | 5 | b | 10", "adjust | a 5 b | 10")
    );
    // With every slider written, the order tells.
    assert!(compile(&catalog, FORMS[1], &unigram).is_ok());
}

#[test]
fn names_within_names_are_fine() {
    let names = [
        "film",
        "film noir",
        "film noir 5",
        "Look",
        "Look 5",
        "unused",
        "filter",
    ];
    let catalog = filters(&names);
    for form in FORMS {
        let grammar = compile(&catalog, form, &tokenizers::unigram()).unwrap();
        for index in 0..names.len() {
            let line = colorist_core::grammar::Line::Used(vec![(index, vec![5])]);
            let tokens = grammar.tokens(2, &line).unwrap();
            assert_eq!(grammar.read(2, &tokens), Ok(line));
        }
    }
}

#[test]
fn a_step_that_is_none_and_a_range_without_a_value() {
    let catalog = filters(&["film"]);
    for step in [0, -5, i32::MIN] {
        let refused = compile(
            &catalog,
            Form { zeros: false, step },
            &tokenizers::unigram(),
        );
        assert_eq!(refused.unwrap_err(), GrammarError::Step { step });
    }
    let mut catalog = catalogs::named(&["a", "b"], &[], &[], RANGE);
    for (min, max) in [(1, 4), (6, 5), (i32::MAX, i32::MIN), (-4, -1)] {
        catalogs::numbers(&mut catalog, 0)[1].range = Range { min, max };
        let name = "b".to_owned();
        let expected = GrammarError::NoValue { name, step: 5 };
        assert_eq!(error(&catalog, &tokenizers::unigram()), expected);
    }
    // Only 0: it can be written where zeros are.
    catalogs::numbers(&mut catalog, 0)[1].range = Range { min: -4, max: 4 };
    assert!(compile(&catalog, FORMS[0], &tokenizers::unigram()).is_err());
    assert!(compile(&catalog, FORMS[1], &tokenizers::unigram()).is_ok());
}

#[test]
fn a_catalog_that_is_far_too_large() {
    let widest = Range {
        min: i32::MIN,
        max: i32::MAX,
    };
    let catalog = catalogs::named(&["a"], &[], &[], widest);
    let refused = error(&catalog, &tokenizers::unigram());
    assert!(
        matches!(refused, GrammarError::TooLarge { .. }),
        "{refused}"
    );
    let names: Vec<String> = (0..1000).map(|i| format!("x{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sliders = catalogs::named(&names, &[], &[], RANGE);
    let refused = compile(&sliders, FORMS[0], &tokenizers::unigram()).unwrap_err();
    assert!(
        matches!(refused, GrammarError::TooLarge { .. }),
        "{refused}"
    );
    // So many filters are no trouble.
    assert!(compile(&filters(&names), FORMS[0], &tokenizers::unigram()).is_ok());
}

/// A tool of sliders with these greatest values; every number from 0 on is written.
fn from_zero(most: impl Iterator<Item = i32>) -> Catalog {
    let sliders: serde_json::Map<_, _> = (0..)
        .zip(most)
        .map(|(i, max): (i32, i32)| (format!("x{i}"), serde_json::json!({"min": 0, "max": max})))
        .collect();
    let tool = serde_json::json!({"name": "many", "kind": "sliders", "sliders": sliders});
    Catalog::from_json(&serde_json::json!({"tools": [tool]})).unwrap()
}

/// Compiles with a token a word; gives how many words were spelled too.
fn by_words(catalog: &Catalog) -> (Result<Grammar, GrammarError>, usize) {
    let known = RefCell::new(HashMap::new());
    let spelled = Cell::new(0);
    let spell = |text: &str| {
        let mut known = known.borrow_mut();
        let ids = text.split(' ').map(|word| {
            spelled.set(spelled.get() + 1);
            let next = known.len() as u32 + 2;
            *known.entry(word.to_owned()).or_insert(next)
        });
        Some(ids.collect())
    };
    let form = Form {
        zeros: true,
        step: 1,
    };
    (Grammar::compile(catalog, form, 1, &spell), spelled.get())
}

#[test]
fn one_wide_range_does_not_repeat_the_other_names() {
    let most = |i| if i == 250 { 4095 } else { 1 };
    let (grammar, spelled) = by_words(&from_zero((0..500).map(most)));
    assert_eq!(grammar.unwrap().longest(0), 1002);
    // Each name and number once, then in a line: the wide range's beside its name and the tool's.
    assert!(spelled < 20_000, "{spelled}");
}

#[test]
fn lines_beyond_the_cache_are_refused_before_samples_are_made() {
    let (grammar, spelled) = by_words(&from_zero((0..1000).map(|i| 1 + i % 2)));
    let expected = GrammarError::TooLong {
        tool: "many".to_owned(),
        tokens: 2002,
        limit: 1024,
    };
    assert_eq!(grammar.unwrap_err(), expected);
    assert!(spelled < 1100, "{spelled}");
}

#[test]
fn a_tokenizer_that_joins_words() {
    let names = ["noir", "film"];
    let rows = [
        catalogs::named(&names, &[], &[], RANGE),
        catalogs::named(&[], &names, &[], RANGE),
        catalogs::named(&[], &[], &names, RANGE),
    ];
    // Signs go with the space before them, so only numbers without one show that `m` goes too.
    let within = [("▁", "-"), ("f", "i"), ("fi", "l"), ("1", "0")];
    let joining = tokenizers::pairs(&[within.as_slice(), &[("m", "▁")]].concat());
    for (catalog, form) in rows.iter().flat_map(|row| FORMS.map(|form| (row, form))) {
        assert!(compile(catalog, form, &tokenizers::pairs(&within)).is_ok());
        match compile(catalog, form, &joining) {
            Err(GrammarError::NotByWord { words }) => {
                assert!(words.split(' ').any(|word| word == "film"), "{words}");
            }
            other => panic!("{other:?}"),
        }
    }
}
