//! The commands with a pack of another editor's tools. Nothing here names a tool of theirs.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;

use common::{close, colorist, finish, folder, json, keys, run};
use serde_json::{Value, json};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../golden/sticker-pack");

/// The goldens: intents with the tools that the pack's maker got.
fn goldens() -> Vec<Value> {
    let text = fs::read_to_string(format!("{PACK}/goldens.jsonl")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn an_intent_becomes_calls_in_each_form() {
    let golden = goldens().swap_remove(0);
    let intent = golden["intent"].as_str().unwrap();
    let answer = json(&["edit", "--json", "--pack", PACK, intent]);
    let mut expected = vec!["intent"];
    expected.extend(keys(&golden["edit"]));
    expected.extend(["confidence", "timings", "tokens", "truncated"]);
    assert_eq!(keys(&answer), expected);
    for tool in keys(&golden["edit"]) {
        assert_eq!(answer[tool].is_null(), golden["edit"][tool].is_null());
        assert!(answer["confidence"][tool].as_f64().unwrap() > 0.0);
    }
    let mut command = colorist(&["edit", "--jsonl", "--pack", PACK]);
    let done = finish(&mut command, format!("{intent}\n \n").as_bytes());
    let lines: Vec<Value> = done
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(keys(&lines[0]), expected);
    assert_eq!(lines[1]["error"]["kind"], "empty");
    let table = run(&["edit", "--pack", PACK, intent]);
    for tool in keys(&golden["edit"]) {
        assert!(table.stdout.contains(tool), "{}", table.stdout);
    }
}

#[test]
fn the_pack_tells_its_tools_and_reproduces_its_goldens() {
    let report = json(&["inspect", "--json", "--pack", PACK]);
    assert_eq!(report["goldens"]["count"], goldens().len());
    // Another processor's values may differ by a rounding; core's tests compare them within that.
    let reproduced = report["goldens"]["reproduced"].as_u64().unwrap() as usize;
    assert!((1..=goldens().len()).contains(&reproduced), "{reproduced}");
    let tools = report["catalog"]["tools"].as_array().unwrap();
    let table = run(&["inspect", "--pack", PACK]).stdout;
    for tool in tools {
        assert!(table.contains(tool["name"].as_str().unwrap()), "{table}");
    }
    let archive = folder("tools-archive").join("any.colorist");
    let packed = run(&["pack", PACK, "--output", archive.to_str().unwrap()]);
    assert_eq!(packed.code, Some(0), "{}", packed.stderr);
    let same = json(&["inspect", "--json", "--pack", archive.to_str().unwrap()]);
    assert_eq!(same["catalog"], report["catalog"]);
}

#[test]
fn a_pack_and_predictions_are_scored_on_its_own_tools() {
    let folder = folder("tools-eval");
    let rows = goldens().into_iter().map(|golden| {
        let mut row = golden["edit"].clone();
        row["intent"] = golden["intent"].clone();
        format!("{row}\n")
    });
    let (data, catalog) = (folder.join("rows.jsonl"), folder.join("catalog.json"));
    fs::write(&data, rows.collect::<String>()).unwrap();
    let report = json(&["inspect", "--json", "--pack", PACK]);
    fs::write(&catalog, report["catalog"].to_string()).unwrap();
    let (data, catalog) = (data.to_str().unwrap(), catalog.to_str().unwrap());
    let asked = json(&["eval", "--json", "--data", data, "--pack", PACK]);
    let predictions = ["--predictions", data, "--catalog", catalog];
    let read = json(&[&["eval", "--json", "--data", data], predictions.as_slice()].concat());
    assert_eq!(keys(&asked["subsets"]), keys(&read["subsets"]));
    let all = &read["subsets"]["all"];
    let tools = report["catalog"]["tools"].as_array().unwrap();
    let mut names = vec!["samples", "overall", "overallInterval"];
    names.extend(tools.iter().map(|tool| tool["name"].as_str().unwrap()));
    assert_eq!(keys(all), names);
    // Each tool that is used at all is predicted perfectly.
    for name in &names[3..] {
        let used = all[*name]["usedByTeacher"].as_u64().unwrap() > 0;
        close(&all[*name]["final"], f64::from(u8::from(used)));
        // Another processor's values may differ by a rounding, but not which tools are used.
        let asked = &asked["subsets"]["all"][*name];
        for count in ["usedByTeacher", "usedByStudent", "both"] {
            assert_eq!(asked[count], all[*name][count], "{name} {count}");
        }
        let [asked, read] = [asked, &all[*name]].map(|scores| scores["final"].as_f64().unwrap());
        assert!((asked - read).abs() < 0.01, "{name}: {asked}");
    }
    // Without the catalog the rows are taken for the photo editor's, none of which they use.
    let editor = json(&["eval", "--json", "--data", data, "--predictions", data]);
    assert_eq!(
        keys(&editor["subsets"]["all"])[3..],
        ["adjust", "selectiveAdjust", "filter"]
    );
    assert_eq!(editor["subsets"]["all"]["samples"], all["samples"]);
    close(&editor["subsets"]["all"]["overall"], 0.0);
    for tool in ["adjust", "selectiveAdjust", "filter"] {
        assert_eq!(editor["subsets"]["all"][tool]["usedByTeacher"], 0);
    }
    fs::write(
        catalog,
        json!({"tools": [{"name": "secretword"}]}).to_string(),
    )
    .unwrap();
    let refused = run(&[&["eval", "--data", data], predictions.as_slice()].concat());
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("catalog.json"),
        "{}",
        refused.stderr
    );
}

#[test]
fn looks_are_refused_with_the_tools_names() {
    let folder = folder("tools-looks");
    let edit = folder.join("edit.json");
    fs::write(&edit, r#"{"adjust":{"exposure":5}}"#).unwrap();
    let (edit, cube) = (edit.to_str().unwrap(), folder.join("a.cube"));
    let cube = cube.to_str().unwrap();
    let tools = json(&["inspect", "--json", "--pack", PACK])["catalog"]["tools"].clone();
    let commands: [&[&str]; 4] = [
        &["edit", "--lut", cube, "warm"],
        &["edit", "--strength", "0.5", "warm"],
        &["render", "--edit", edit, "--lut", cube],
        &["bench-look"],
    ];
    for command in commands {
        let done = run(&[command, &["--pack", PACK]].concat());
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(1), ""),
            "{command:?}"
        );
        for tool in tools.as_array().unwrap() {
            let name = tool["name"].as_str().unwrap();
            assert!(done.stderr.contains(name), "{command:?}: {}", done.stderr);
        }
        assert!(!fs::exists(cube).unwrap());
    }
}
