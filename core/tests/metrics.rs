//! The paper's metrics against values computed by hand.

// Clippy's own exemption covers `#[test]` functions, not their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use colorist_core::{
    Edit, ToolCall,
    metrics::{self, Intervals, Pair, Scores, ToolScores},
};
use serde_json::{Value, json};

fn evaluate(pairs: &[Pair]) -> Scores {
    metrics::evaluate(&Edit::TOOLS, pairs)
}

fn bootstrap(pairs: &[Pair], resamples: usize, seed: u64) -> Intervals {
    metrics::bootstrap(&Edit::TOOLS, pairs, resamples, seed)
}

fn edit(adjust: Value, selective: Value, filter: Value) -> Vec<ToolCall> {
    let json = json!({"adjust": adjust, "selectiveAdjust": selective, "filter": filter});
    Edit::from_json(&json).unwrap().calls()
}

/// Four intents: adjust is used by both twice (cosines 1 and 0.6), once by the student only and
/// once by the teacher only; selective adjust by both once, opposite; the filter by both twice,
/// once the same name.
fn pairs() -> Vec<Pair> {
    let none = Value::Null;
    vec![
        (
            edit(
                json!({"exposure": 10}),
                json!({"red": [10, 0]}),
                json!(["film_Amber", 10]),
            ),
            edit(
                json!({"exposure": 50}),
                json!({"red": [-20, 0]}),
                json!(["film_Amber", 90]),
            ),
        ),
        (
            edit(
                json!({"exposure": 30, "tint": 40}),
                none.clone(),
                json!(["mono_Noir", 10]),
            ),
            edit(
                json!({"exposure": 20}),
                none.clone(),
                json!(["film_Amber", 10]),
            ),
        ),
        (
            edit(json!({"hue": 5}), none.clone(), none.clone()),
            Vec::new(),
        ),
        (Vec::new(), edit(json!({"hue": 5}), none.clone(), none)),
    ]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

#[test]
fn scores_are_those_computed_by_hand() {
    let scores = evaluate(&pairs());
    let ToolScores {
        precision,
        recall,
        f1,
        quality,
        final_score,
        ..
    } = scores.tools[0];
    assert_eq!(
        (
            scores.tools[0].used_by_teacher,
            scores.tools[0].used_by_student
        ),
        (3, 3)
    );
    assert_eq!(scores.tools[0].both, 2);
    assert!(close(precision, 2.0 / 3.0) && close(recall, 2.0 / 3.0) && close(f1, 2.0 / 3.0));
    assert!(close(quality, 0.8), "cosines 1 and 30/50: {quality}");
    // 2 * (2/3) * 0.8 / (2/3 + 0.8) = 8/11
    assert!(close(final_score, 8.0 / 11.0), "{final_score}");
    assert!(close(scores.tools[1].f1, 1.0));
    assert!(close(scores.tools[1].quality, -1.0), "opposite vectors");
    assert!(
        close(scores.tools[1].final_score, 0.0),
        "a negative quality is worth nothing"
    );
    assert!(close(scores.tools[2].f1, 1.0) && close(scores.tools[2].quality, 0.5));
    assert!(close(scores.tools[2].final_score, 2.0 / 3.0));
    assert!(close(scores.overall, (8.0 / 11.0 + 0.0 + 2.0 / 3.0) / 3.0));
    assert_eq!(scores.samples, 4);
}

#[test]
fn precision_and_recall_are_not_exchanged() {
    let used = edit(json!({"hue": 5}), Value::Null, Value::Null);
    let pairs = [(used.clone(), used.clone()), (used.clone(), Vec::new())];
    let scores = evaluate(&pairs).tools[0];
    assert!(close(scores.precision, 0.5) && close(scores.recall, 1.0));
}

#[test]
fn perfect_and_empty() {
    let (_, teacher) = pairs().swap_remove(0);
    let perfect = evaluate(&[(teacher.clone(), teacher)]);
    assert!(close(perfect.overall, 1.0));
    assert!(close(evaluate(&[]).overall, 0.0));
    assert!(close(evaluate(&[(Vec::new(), Vec::new())]).overall, 0.0));
}

#[test]
fn intervals_hold_the_score_and_are_reproducible() {
    let many: Vec<Pair> = std::iter::repeat_n(pairs(), 50).flatten().collect();
    let scores = evaluate(&many);
    let intervals = bootstrap(&many, 500, 7);
    for (interval, score) in [
        (intervals.overall, scores.overall),
        (intervals.tools[0], scores.tools[0].final_score),
        (intervals.tools[2], scores.tools[2].final_score),
    ] {
        assert!(
            interval.low < score && score < interval.high,
            "{interval:?} {score}"
        );
        assert!(interval.high - interval.low < 0.3, "{interval:?}");
    }
    assert_eq!(intervals, bootstrap(&many, 500, 7));
    assert_ne!(intervals, bootstrap(&many, 500, 8));
}

#[test]
fn intervals_of_a_proportion_have_the_right_width() {
    // The filter's quality is a share of 0.5 over 400 samples with F1 = 1: its standard error is
    // 0.025, so a 95% interval of the share is 0.098 wide. Final = 2q/(1+q) has slope 8/9 there.
    let hit = edit(Value::Null, Value::Null, json!(["a", 1]));
    let miss = edit(Value::Null, Value::Null, json!(["b", 1]));
    let pairs: Vec<Pair> = (0..400)
        .map(|i| {
            (
                if i % 2 == 0 {
                    hit.clone()
                } else {
                    miss.clone()
                },
                hit.clone(),
            )
        })
        .collect();
    let interval = bootstrap(&pairs, 2000, 1).tools[2];
    let width = interval.high - interval.low;
    assert!((width - 0.098 * 8.0 / 9.0).abs() < 0.012, "{width}");
}

#[test]
fn one_resample_of_nothing_is_nothing() {
    assert!(close(bootstrap(&[], 100, 1).overall.high, 0.0));
    assert!(close(bootstrap(&pairs(), 0, 1).overall.high, 0.0));
}
