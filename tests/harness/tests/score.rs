//! `colorist report --score`: the count of the answers that the page exports.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;

use common::{Run, close, folder, keys, run};
use serde_json::{Value, json};

/// An export: a character a sample and criterion, y, n, c, or `.` where there is no answer.
fn export(annotator: &str, relevant: &str, mimics: &str) -> Value {
    let answer = |letter: u8| match letter {
        b'y' => json!({"answer": "yes", "at": "2026-01-01T00:00:00.000Z"}),
        b'n' => json!({"answer": "no", "at": "2026-01-01T00:00:00.000Z"}),
        b'c' => json!({"answer": "cannotTell", "at": "2026-01-01T00:00:00.000Z"}),
        _ => Value::Null,
    };
    let answers = relevant.bytes().zip(mimics.bytes()).enumerate();
    let answers = answers.map(|(index, (relevant, mimics))| {
        json!({"sample": index + 1, "relevant": answer(relevant), "mimics": answer(mimics)})
    });
    json!({
        "format": "colorist-answers",
        "version": 1,
        "report": "0123456789abcdef",
        "samples": relevant.len(),
        "annotator": annotator,
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// Writes exports and gives the arguments that score them.
fn exports(test: &str, exports: &[Value]) -> Vec<String> {
    let folder = folder(test);
    let mut arguments = vec!["report".to_owned(), "--score".to_owned()];
    for (number, export) in (1..).zip(exports) {
        let path = folder.join(format!("{number}.json"));
        fs::write(&path, export.to_string()).unwrap();
        arguments.push(path.to_str().unwrap().to_owned());
    }
    arguments
}

fn score(test: &str, files: &[Value], more: &[&str]) -> Run {
    let arguments = exports(test, files);
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn scores_are_those_computed_by_hand() {
    let files = [
        export("Ada", "yynn", "yyy."),
        export("Bo", "yync", "yyyy"),
        export("Cy", "ynn.", "yyyy"),
    ];
    let run = score("score-hand", &files, &["--json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let score: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(keys(&score), ["report", "samples", "criteria"]);
    let relevant = &score["criteria"]["relevant"];
    assert_eq!(
        relevant["all"]["counts"],
        json!({"yes": 5, "no": 5, "cannotTell": 1})
    );
    close(&relevant["all"]["shareOfYes"], 5.0 / 11.0);
    // yyy, yyn, nnn, and n against c.
    assert_eq!(
        relevant["majority"]["counts"],
        json!({"yes": 2, "no": 1, "cannotTell": 0})
    );
    assert_eq!(relevant["majority"]["undecided"], 1);
    close(&relevant["majority"]["shareOfYes"], 0.5);
    assert_eq!(relevant["samples"][3]["majority"], Value::Null);
    assert_eq!(
        relevant["annotators"][2]["counts"],
        json!({"yes": 1, "no": 2, "cannotTell": 0})
    );
    // The diagonal: 3 + 2 * 1 / 2 for yes, 3 for no; margins 5, 5 and 1, total 11.
    let chance = 5.0 * 4.0 + 5.0 * 4.0;
    close(&relevant["agreement"]["equal"], 7.0 / 11.0);
    close(
        &relevant["agreement"]["alpha"],
        (10.0 * 7.0 - chance) / (11.0 * 10.0 - chance),
    );

    let mimics = &score["criteria"]["mimics"];
    assert_eq!(mimics["all"]["answers"], 11);
    close(&mimics["agreement"]["equal"], 1.0);
    assert_eq!(mimics["agreement"]["alpha"], Value::Null);
    assert!(
        mimics["agreement"]["reading"]
            .as_str()
            .unwrap()
            .contains("one and the same")
    );

    let table = scored("score-table", &files);
    for text in [
        "report 0123456789abcdef: 4 samples, 3 annotators",
        "0.429",
        "45.5 %",
        "Ada",
    ] {
        assert!(table.contains(text), "{text}: {table}");
    }
}

fn scored(test: &str, files: &[Value]) -> String {
    let run = score(test, files, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run.stdout
}

#[test]
fn agreement_that_cannot_be_computed_is_said() {
    // Nobody answered the same sample.
    let table = scored(
        "score-alone",
        &[export("Ada", "yy..", "yy.."), export("Bo", "..nn", "..yy")],
    );
    assert!(
        table.contains("no sample has answers of two annotators"),
        "{table}"
    );
    assert!(!table.contains("NaN"), "{table}");
    // One annotator has nobody to agree with; nothing was answered at all.
    let table = scored("score-alone", &[export("Ada", "....", "....")]);
    assert!(
        !table.contains("alpha") && !table.contains("NaN"),
        "{table}"
    );
}

#[test]
fn a_name_cannot_change_the_terminal() {
    let table = scored("score-name", &[export("\u{1b}[31mAda\n\u{9b}2J", "y", "y")]);
    assert!(
        table.contains("[31mAda2J") && !table.contains(['\u{1b}', '\u{9b}']),
        "{table}"
    );
}

#[test]
fn wrong_files_are_named_and_not_quoted() {
    let good = export("Ada", "yn", "yn");
    let change = |key: &str, value: Value| {
        let mut file = export("Bo", "yn", "yn");
        file[key] = value;
        file
    };
    let answers = |value: Value| change("answers", json!([value]));
    let wrong = [
        (
            change("report", "secretword".into()),
            "about another report than",
        ),
        (change("samples", 3.into()), "about another report than"),
        (
            change("annotator", "ADA ".into()),
            "by the same annotator as",
        ),
        (change("annotator", " ".into()), "names no annotator"),
        (change("format", "secretword".into()), "holds no answers"),
        (change("version", 2.into()), "has another version than 1"),
        (change("samples", 0.into()), "how many samples"),
        (change("answers", "secretword".into()), "no list of answers"),
        (
            answers(json!({"sample": 3})),
            "a sample that the report has not",
        ),
        (
            answers(json!({"sample": 0})),
            "a sample that the report has not",
        ),
        (
            answers(json!({"sample": "secretword"})),
            "a sample that the report has not",
        ),
        (
            answers(json!({"sample": 1, "relevant": {"answer": "secretword"}})),
            "something else than yes, no, cannotTell",
        ),
        (
            change("answers", json!([{"sample": 1}, {"sample": 1}])),
            "for the same sample as another",
        ),
        (json!(["secretword"]), "holds no answers"),
    ];
    for (file, said) in wrong {
        let run = score("score-wrong", &[good.clone(), file], &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{said}");
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        assert!(
            run.stderr.contains("2.json") && run.stderr.contains("help:"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("secretword"), "{}", run.stderr);
    }

    let path = folder("score-text").join("file.json");
    fs::write(&path, "{\n \"secretword").unwrap();
    let said = run(&["report", "--score", path.to_str().unwrap()]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr.contains("is no JSON (line 2"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("secretword"), "{}", said.stderr);
}
