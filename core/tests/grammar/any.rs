//! What holds for every catalog.

use std::collections::HashMap;

use colorist_core::{
    Adjust, ColorAdjust, Edit, Filter, SelectiveAdjust,
    grammar::{Form, Grammar, GrammarError, Line},
};
use proptest::{collection::vec, option::of, prelude::*, test_runner::TestRunner};

use crate::{FORMS, catalogs, compile, tokenizers};

/// An edit of the shipped catalog in steps of 5; most sliders stay at 0.
fn edit() -> impl Strategy<Value = Edit> {
    let value = |most: i32| prop_oneof![3 => Just(0), 1 => (-most..=20).prop_map(|v| v * 5)];
    let adjust = vec(value(20), Adjust::COUNT).prop_map(|values| {
        let mut values = values.into_iter();
        Adjust::default().map(|name, _| match (name, values.next().unwrap()) {
            ("bloom" | "sharpen", value) => value.abs(),
            (_, value) => value,
        })
    });
    let colors = vec((value(20), value(20)), SelectiveAdjust::COUNT).prop_map(|values| {
        let mut values = values.into_iter();
        SelectiveAdjust::default().map(|_, _| {
            let (saturation, luminance) = values.next().unwrap();
            ColorAdjust {
                saturation,
                luminance,
            }
        })
    });
    let filter = (0..45usize, value(0)).prop_map(|(index, intensity)| Filter {
        name: catalogs::shipped().filters()[index].name.clone(),
        intensity,
    });
    (of(adjust), of(colors), of(filter)).prop_map(|(adjust, selective_adjust, filter)| Edit {
        adjust,
        selective_adjust,
        filter,
    })
}

/// A line written by somebody who always takes an allowed token, which one by `choices`.
fn walk(grammar: &Grammar, row: usize, choices: &[usize]) -> Vec<u32> {
    let mut tokens = Vec::new();
    let mut state = grammar.start(row);
    let mut choices = choices.iter().cycle();
    while !grammar.is_end(state) {
        let edges = grammar.edges(state);
        assert!(edges.windows(2).all(|pair| pair[0].id < pair[1].id));
        let edge = edges[choices.next().unwrap() % edges.len()];
        assert_eq!(grammar.step(state, edge.id), Some(edge.next));
        tokens.push(edge.id);
        state = edge.next;
    }
    tokens
}

fn form() -> impl Strategy<Value = Form> {
    (any::<bool>(), 1..=9).prop_map(|(zeros, step)| Form { zeros, step })
}

proptest! {
    #![proptest_config(crate::cases(384))]

    #[test]
    fn whatever_is_written_is_read(
        catalog in catalogs::lettered(),
        form in form(),
        walks in vec(vec(0..1000usize, 1..60), 4),
    ) {
        let tokenizer = tokenizers::unigram();
        let grammar = compile(&catalog, form, &tokenizer).unwrap();
        for row in 0..grammar.rows() {
            for choices in &walks {
                let tokens = walk(&grammar, row, choices);
                prop_assert!(tokens.len() <= grammar.longest(row));
                prop_assert!(tokens.iter().all(|id| grammar.ids().binary_search(id).is_ok()));
                let line = grammar.read(row, &tokens).unwrap();
                let (end, pieces) = tokens.split_last().unwrap();
                prop_assert_eq!(*end, tokenizer.end);
                // The same words for a person, for the tokenizer both ways, and for the grammar.
                let text = catalogs::text(&catalog, row, &line);
                prop_assert_eq!(&tokenizer.inner.decode(pieces, false).unwrap(), &text);
                prop_assert_eq!(&tokenizer.spell(&text).unwrap(), pieces);
                prop_assert_eq!(grammar.text(row, &line), Some(text));
                prop_assert_eq!(grammar.tokens(row, &line), Some(tokens));
            }
        }
    }

    #[test]
    fn exactly_the_catalogs_lines_can_be_written(catalog in catalogs::tricky(), zeros: bool) {
        let form = Form { zeros, step: 5 };
        let tokenizer = tokenizers::unigram();
        let compiled = compile(&catalog, form, &tokenizer);
        let mut distinct = true;
        let mut written = Vec::new();
        for row in 0..catalog.tools.len() {
            let mut known: HashMap<Vec<u32>, Line> = HashMap::new();
            for line in catalogs::lines(&catalog, row, form) {
                let text = catalogs::text(&catalog, row, &line);
                let tokens = tokenizer.spell(&text).unwrap();
                distinct &= known.insert([tokens, vec![tokenizer.end]].concat(), line).is_none();
            }
            written.push(known);
        }
        let grammar = match compiled {
            Ok(grammar) => grammar,
            Err(error) => {
                prop_assert!(matches!(error, GrammarError::Indistinct { .. }), "{}", error);
                prop_assert!(!distinct, "{}", error);
                return Ok(());
            }
        };
        prop_assert!(distinct);
        for (row, known) in written.into_iter().enumerate() {
            let all = everything(&grammar, row);
            prop_assert_eq!(all.len(), known.len());
            let longest = known.keys().map(Vec::len).max();
            prop_assert_eq!(longest, Some(grammar.longest(row)));
            for tokens in all {
                prop_assert_eq!(grammar.read(row, &tokens).ok(), known.get(&tokens).cloned());
            }
        }
    }

    #[test]
    fn the_first_token_that_is_not_allowed_is_named(
        catalog in catalogs::lettered(),
        zeros: bool,
        choices in vec(0..1000usize, 1..60),
        at in 0..1000usize,
        other in 0..100u32,
    ) {
        let tokenizer = tokenizers::unigram();
        let grammar = compile(&catalog, Form { zeros, step: 5 }, &tokenizer).unwrap();
        for row in 0..grammar.rows() {
            let mut tokens = walk(&grammar, row, &choices);
            let cut = at % tokens.len();
            prop_assert_eq!(grammar.read(row, &tokens[..cut]), Err(cut));
            prop_assert_eq!(grammar.read(row, &[tokens.as_slice(), &[other]].concat()), Err(tokens.len()));
            let mut state = grammar.start(row);
            for id in &tokens[..cut] {
                state = grammar.step(state, *id).unwrap();
            }
            if grammar.step(state, other).is_none() {
                tokens[cut] = other;
                prop_assert_eq!(grammar.read(row, &tokens), Err(cut));
            }
        }
    }
}

#[test]
fn the_shipped_word_pieces_write_the_shipped_catalog() {
    let catalog = catalogs::shipped();
    let tokenizer = tokenizers::shipped();
    for form in FORMS {
        let grammar = compile(&catalog, form, &tokenizer).unwrap();
        let walks = vec(vec(0..1000usize, 1..60), 4);
        let check = |(walks, edit): (Vec<Vec<usize>>, Edit)| {
            for row in 0..grammar.rows() {
                for choices in &walks {
                    let tokens = walk(&grammar, row, choices);
                    let line = grammar.read(row, &tokens).unwrap();
                    let text = catalogs::text(&catalog, row, &line);
                    let pieces = &tokens[..tokens.len() - 1];
                    prop_assert_eq!(&tokenizer.spell(&text).unwrap(), pieces);
                    // They have no capitals, and say only where a word goes on.
                    let pieces = pieces
                        .iter()
                        .map(|id| tokenizer.inner.id_to_token(*id).unwrap());
                    let written: String = pieces
                        .map(|p| p.trim_start_matches("##").to_owned())
                        .collect();
                    prop_assert_eq!(written, text.replace(' ', "").to_lowercase());
                    prop_assert_eq!(grammar.tokens(row, &line), Some(tokens));
                }
            }
            prop_assert_eq!(crate::round_trip(&grammar, &edit), edit.normalized());
            Ok(())
        };
        let mut runner = TestRunner::new(crate::cases(256));
        runner.run(&(walks, edit()), check).unwrap();
    }
}

/// Every line that the automaton lets through.
fn everything(grammar: &Grammar, row: usize) -> Vec<Vec<u32>> {
    let mut done = Vec::new();
    let mut open = vec![(grammar.start(row), Vec::new())];
    while let Some((state, tokens)) = open.pop() {
        for edge in grammar.edges(state) {
            open.push((edge.next, [tokens.as_slice(), &[edge.id]].concat()));
        }
        if grammar.is_end(state) {
            done.push(tokens);
        }
    }
    done
}
