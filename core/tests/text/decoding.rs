//! What is written, and how.

use std::{thread, time::Duration};

use colorist_core::{
    CancelToken, Edit, Error, Pack, TrimLevel,
    grammar::{Form, Grammar},
    pack::Codec,
};
use proptest::{collection::vec, prelude::*};

use super::*;

/// The pack's grammar in the tokenizer's own tokens, and its end.
fn grammar() -> (Grammar, u32) {
    let pack = Pack::open(text_pack()).unwrap();
    let manifest = pack.manifest();
    let Codec::Text(text) = &manifest.codec else {
        panic!("another codec");
    };
    let tokenizer = pack.file(&manifest.tokenizer.file).unwrap();
    let tokenizer = tokenizers::Tokenizer::from_bytes(tokenizer).unwrap();
    let spell = |word: &str| Some(tokenizer.encode_fast(word, false).ok()?.get_ids().to_vec());
    let form = Form {
        zeros: text.zeros,
        step: text.step,
    };
    let grammar = Grammar::compile(&manifest.catalog, form, text.end_id, &spell).unwrap();
    (grammar, text.end_id)
}

/// How many tokens of a line the grammar leaves a choice about.
fn choices(grammar: &Grammar, row: usize, tokens: &[u32]) -> usize {
    let mut state = grammar.start(row);
    let choice = |id: &&u32| {
        let choice = grammar.edges(state).len() > 1;
        state = grammar.step(state, **id).expect("an allowed token");
        choice
    };
    tokens.iter().filter(choice).count()
}

/// Whether every value is one that the tools have.
fn is_valid(edit: &Edit, engine: &Colorist) -> bool {
    let sliders = edit.adjust.iter().flat_map(|tool| tool.values());
    let colors = edit.selective_adjust.iter().flat_map(|tool| tool.values());
    let intensity = edit.filter.iter().map(|filter| filter.intensity);
    let named = edit
        .filter
        .iter()
        .all(|f| engine.catalog().filter(&f.name).is_some());
    named
        && edit.clamped(engine.catalog()) == *edit
        && sliders
            .chain(colors)
            .chain(intensity)
            .all(|value| value % 5 == 0)
}

#[test]
fn whatever_is_asked_the_answer_is_an_edit() {
    let engine = open();
    proptest!(ProptestConfig::with_cases(200), |(intent in "\\PC{1,60}")| {
        match engine.edit(&intent) {
            Ok(prediction) => prop_assert!(is_valid(&prediction.edit, &engine)),
            // Spaces of any kind only.
            Err(error) => prop_assert!(matches!(error, Error::Intent(_)), "{error:?}"),
        }
    });
}

#[test]
fn side_by_side_in_few_passes_the_same_tokens_are_written_as_one_by_one() {
    let (engine, (grammar, _)) = (open(), grammar());
    let mut answers = std::collections::HashSet::new();
    for intent in INTENTS {
        let fast = decode(&engine, intent, Decoding::Constrained).unwrap();
        let plain = decode(&engine, intent, Decoding::StepByStep).unwrap();
        assert_eq!(fast.written, plain.written, "{intent}");
        assert_eq!(fast.edit, plain.edit, "{intent}");
        let (fast, plain, written) = (fast.timings, plain.timings, fast.written);
        assert_eq!(fast.forced_tokens, plain.forced_tokens);
        let tokens: usize = written.iter().map(Vec::len).sum();
        assert!(fast.forced_tokens >= 6, "{fast:?}"); // names and ends at the least
        // One pass for each choice of the line with the most of them: the lines are side by side.
        let most = (0..grammar.rows())
            .map(|row| choices(&grammar, row, &written[row]))
            .max();
        assert_eq!(Some(fast.passes), most, "{fast:?}");
        assert!(tokens > fast.forced_tokens);
        assert!(plain.passes > 2 * fast.passes, "{plain:?}");
        assert!(fast.inference <= fast.total);
        answers.insert(written);
    }
    assert!(answers.len() > 6, "{} answers", answers.len());
}

/// The goldens are those that Kotlin and Swift reproduce too. `UPDATE_GOLDEN=1` writes them anew.
#[test]
fn the_goldens_are_reproduced() {
    let engine = open();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let line = |intent| {
            let edit = engine.edit(intent).unwrap().edit.to_json();
            format!("{}\n", serde_json::json!({"intent": intent, "edit": edit}))
        };
        let lines: String = INTENTS.map(line).concat();
        let path = text_pack();
        let manifest = std::fs::read(path.join("pack.json")).unwrap();
        let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        manifest["files"]["goldens.jsonl"] =
            serde_json::json!({"size": lines.len(), "sha256": support::sha256(lines.as_bytes())});
        std::fs::write(path.join("goldens.jsonl"), lines).unwrap();
        support::write_manifest(&path, &manifest);
    }
    let goldens = Pack::open(text_pack()).unwrap().goldens().unwrap();
    assert_eq!(goldens.len(), INTENTS.len());
    for golden in goldens {
        let edit = engine.edit(&golden.intent).unwrap().edit;
        assert_eq!(edit.calls(), golden.calls, "{}", golden.intent);
    }
}

#[test]
fn what_is_written_is_read_as_the_edit() {
    let (engine, (grammar, end)) = (open(), grammar());
    let mut used = [0; 3];
    for intent in INTENTS {
        let prediction = engine.edit(intent).unwrap();
        assert!(
            prediction
                .written
                .iter()
                .all(|tokens| tokens.last() == Some(&end))
        );
        let read = |row: usize| {
            let line = grammar.read(row, &prediction.written[row]).expect("a line");
            grammar.call(row, &line)
        };
        let calls: Vec<_> = (0..grammar.rows()).filter_map(read).collect();
        assert_eq!(calls, prediction.edit.calls());
        used[0] += usize::from(prediction.adjust.is_some());
        used[1] += usize::from(prediction.selective_adjust.is_some());
        used[2] += usize::from(prediction.filter.is_some());
        let confidence = prediction.confidence;
        for confidence in [
            confidence.adjust,
            confidence.selective_adjust,
            confidence.filter,
        ] {
            assert!(confidence > 0.0 && confidence <= 1.0, "{confidence}");
        }
    }
    assert!(used.iter().all(|count| *count > 0), "{used:?}");
}

#[test]
fn without_a_grammar_the_place_is_named_from_which_on_it_is_no_edit() {
    let (engine, (grammar, end)) = (open(), grammar());
    let mut wrong = 0;
    for intent in INTENTS {
        let written = decode(&engine, intent, Decoding::Unread).unwrap();
        assert_eq!(written.edit, Edit::default());
        for (row, tokens) in written.written.iter().enumerate() {
            let whole = tokens.last() == Some(&end) || tokens.len() == grammar.longest(row);
            assert!(whole, "{} tokens", tokens.len());
        }
        let lines = written
            .written
            .iter()
            .zip(["adjust", "selectiveAdjust", "filter"]);
        let mut places = lines
            .enumerate()
            .map(|(row, (tokens, tool))| Some((tool, grammar.read(row, tokens).err()?)));
        match decode(&engine, intent, Decoding::Free) {
            Ok(_) => assert!(places.all(|place| place.is_none())),
            Err(Error::Output(error)) => {
                let first = places.find_map(|place| place);
                assert_eq!(first, Some((error.tool.as_str(), error.position)));
                wrong += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(
        wrong > 6,
        "a student that knows nothing got {wrong} lines wrong"
    );
}

#[test]
fn a_request_that_is_stopped_leaves_nothing_behind() {
    let engine = open();
    let before: Vec<_> = INTENTS
        .map(|intent| engine.edit(intent).unwrap().written)
        .into();
    let mut stopped = 0;
    for round in 0..200 {
        let token = CancelToken::new();
        let request = Request::default().with_cancel(token.clone());
        let (sender, receiver) = std::sync::mpsc::channel();
        let intent = INTENTS[round % INTENTS.len()];
        engine.submit(intent, request, move |result| sender.send(result).unwrap());
        thread::sleep(Duration::from_micros(20 * (round as u64 % 40)));
        token.cancel();
        match receiver.recv().unwrap() {
            Err(Error::Cancelled) => stopped += 1,
            Ok(prediction) => assert_eq!(prediction.written, before[round % INTENTS.len()]),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(stopped > 0);
    // Some of them while they ran, and not only in the queue.
    let stats = engine.stats();
    assert!(stats.stopped > 0 && stats.runs > stats.stopped, "{stats:?}");
    let mut late = 0;
    for round in 0..200 {
        let deadline = Duration::from_micros(10 * (round % 20) + 1);
        let request = Request::default().with_deadline(deadline);
        match engine.edit_with(INTENTS[0], &request) {
            Err(Error::DeadlineExceeded) => late += 1,
            Ok(prediction) => assert_eq!(prediction.written, before[0]),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(late > 0);
    for (intent, before) in INTENTS.iter().zip(before) {
        assert_eq!(engine.edit(intent).unwrap().written, before);
    }
}

#[test]
fn memory_can_be_given_back_in_between() {
    let engine = open();
    let before = engine.edit("golden hour").unwrap();
    for level in [TrimLevel::Light, TrimLevel::Unload] {
        engine.trim(level).unwrap();
        let after = engine.edit("golden hour").unwrap();
        assert_eq!(
            (after.edit, after.written),
            (before.edit.clone(), before.written.clone())
        );
    }
}

#[test]
fn a_slots_student_has_one_way_to_decode() {
    let engine = support::engine();
    let usual = engine.edit("golden hour").unwrap();
    assert_eq!((usual.timings.passes, usual.timings.forced_tokens), (1, 0));
    for decoding in [Decoding::StepByStep, Decoding::Free, Decoding::Unread] {
        let other = decode(&engine, "golden hour", decoding).unwrap();
        assert_eq!(other.edit, usual.edit);
        assert!(other.written.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Lines of one request must not show in the next one's, whatever the order.
    #[test]
    fn answers_do_not_depend_on_what_was_asked_before(order in vec(0..INTENTS.len(), 8)) {
        let engine = open();
        for index in order {
            let warm = engine.edit(INTENTS[index]).unwrap();
            let fresh = open().edit(INTENTS[index]).unwrap();
            prop_assert_eq!(warm.written, fresh.written);
            prop_assert_eq!(warm.confidence, fresh.confidence);
        }
    }
}
