//! `colorist report`: the page as a file, and the score of answers. `tests/page` opens it.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, folder, json, run};
use image::{Rgba, RgbaImage};
use serde_json::{Value, json};

const HOSTILE: &str = "</script ><img src=x onerror=alert(1)>&lt;{{style}}";

/// A row of the teacher.
fn row(intent: &str, temperature: i32) -> String {
    json!({
        "intent": intent,
        "adjust": {"temperature": temperature},
        "selectiveAdjust": null,
        "filter": ["mono_Noir", 40],
    })
    .to_string()
}

/// A folder with rows, and two photos of which the second is half transparent.
fn files(test: &str, rows: &[String]) -> PathBuf {
    let folder = folder(test);
    fs::write(folder.join("rows.jsonl"), rows.join("\n")).unwrap();
    for (name, alpha) in [("a.png", 255), ("b.png", 128)] {
        let photo = RgbaImage::from_fn(90, 60, |x, y| {
            Rgba([(x * 2) as u8, (y * 4) as u8, 90, alpha])
        });
        photo.save(folder.join(name)).unwrap();
    }
    folder
}

/// Makes a report of the folder's files.
fn report(folder: &Path, out: &str, more: &[&str]) -> Run {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (rows, a, b, out) = (path("rows.jsonl"), path("a.png"), path("b.png"), path(out));
    let mut arguments = vec!["report", "--data", &rows, "--image", &a, "--image", &b];
    arguments.extend(["--out", &out]);
    arguments.extend(more);
    run(&arguments)
}

/// The page's text and the data in it.
fn page(folder: &Path, out: &str) -> (String, Value) {
    let page = fs::read_to_string(folder.join(out)).unwrap();
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let data = rest.split_once("</script>").unwrap().0;
    let data = serde_json::from_str(data).unwrap();
    (page, data)
}

fn intents(data: &Value) -> Vec<&str> {
    let samples = data["samples"].as_array().unwrap();
    samples
        .iter()
        .map(|one| one["intent"].as_str().unwrap())
        .collect()
}

#[test]
fn the_seed_decides_which_rows_and_nothing_else_varies() {
    let rows: Vec<String> = (0..20).map(|n| row(&format!("look {n}"), n)).collect();
    let folder = files("report-seed", &rows);
    for (out, seed) in [("1.html", "1"), ("again.html", "1"), ("2.html", "2")] {
        let made = report(&folder, out, &["--samples", "5", "--seed", seed]);
        assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
        assert!(
            made.stdout.contains("5 samples, 2 photos"),
            "{}",
            made.stdout
        );
    }
    let [first, again, other] = ["1.html", "again.html", "2.html"].map(|out| page(&folder, out));
    assert_eq!(first.0, again.0);
    assert_ne!(intents(&first.1), intents(&other.1));
    assert_ne!(first.1["id"], other.1["id"]);

    let samples = first.1["samples"].as_array().unwrap();
    let photos: Vec<u64> = samples
        .iter()
        .map(|one| one["photo"].as_u64().unwrap())
        .collect();
    assert_eq!(photos, [0, 1, 0, 1, 0]);
    for sample in samples {
        let number: i32 = sample["intent"].as_str().unwrap()["look ".len()..]
            .parse()
            .unwrap();
        assert_eq!(sample["teacher"]["edit"]["adjust"]["temperature"], number);
        assert_ne!(sample["teacher"]["jpeg"], first.1["photos"][0]["jpeg"]);
    }
}

#[test]
fn the_student_is_the_pack_that_edits() {
    let folder = files("report-student", &[row("golden hour", -100)]);
    assert_eq!(report(&folder, "page.html", &[]).code, Some(0));
    let sample = &page(&folder, "page.html").1["samples"][0];
    let edit = json(&["edit", "--json", "golden hour"]);
    for tool in ["adjust", "selectiveAdjust", "filter"] {
        assert_eq!(sample["student"]["edit"][tool], edit[tool]);
    }
    assert_ne!(sample["student"]["jpeg"], sample["teacher"]["jpeg"]);
}

#[test]
fn fewer_rows_than_samples_are_all_taken() {
    let folder = files("report-few", &[row("a", 1), row("b", 2), row("c", 3)]);
    let made = report(&folder, "page.html", &["--samples", "30"]);
    assert!(
        made.stdout.contains("3 samples, all that the data has"),
        "{}",
        made.stdout
    );
    let data = page(&folder, "page.html").1;
    let mut intents = intents(&data);
    intents.sort_unstable();
    assert_eq!(intents, ["a", "b", "c"]);
}

#[test]
fn the_page_needs_no_other_file_and_its_texts_stay_texts() {
    let folder = files("report-whole", &[row(HOSTILE, 10)]);
    assert_eq!(report(&folder, "page.html", &[]).code, Some(0));
    let (page, data) = page(&folder, "page.html");
    assert_eq!(intents(&data), [HOSTILE]);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("onerror=alert(1)>") && !page.contains("&lt;{{style}}"));
    for outside in [
        "http:", "https:", "src=\"", "@import", "url(", "href=\"/", ".js\"",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    for rule in ["default-src 'none'", "img-src data:", "script-src 'sha256-"] {
        assert!(page.contains(rule), "{rule}");
    }
    assert!(!page.contains("unsafe-") && !page.contains("{{policy}}"));
}

#[test]
fn transparent_parts_show_the_gray_around() {
    let folder = folder("report-alpha");
    fs::write(folder.join("rows.jsonl"), row("a", 100)).unwrap();
    for name in ["a.png", "b.png"] {
        RgbaImage::from_pixel(64, 64, Rgba([255, 0, 0, 0]))
            .save(folder.join(name))
            .unwrap();
    }
    assert_eq!(report(&folder, "page.html", &[]).code, Some(0));
    let data = page(&folder, "page.html").1;
    let jpeg = data["samples"][0]["teacher"]["jpeg"].as_str().unwrap();
    let jpeg = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, jpeg).unwrap();
    let image = image::load_from_memory(&jpeg).unwrap().into_rgb8();
    for channel in image.get_pixel(30, 30).0 {
        assert!(channel.abs_diff(119) <= 1, "{channel}");
    }
}

#[test]
fn what_cannot_be_made_is_said_and_leaves_no_file() {
    let unknown = row("secretword", 1).replace("mono_Noir", "secretword");
    let folder = files("report-wrong", &[row("a", 1), unknown]);
    let made = report(&folder, "page.html", &[]);
    assert_eq!((made.code, made.stdout.as_str()), (Some(1), ""));
    assert!(made.stderr.contains("row 2 of the data"), "{}", made.stderr);
    assert!(!made.stderr.contains("secretword"), "{}", made.stderr);

    // A page under a photo's name would be the end of the photo.
    let photo = fs::read(folder.join("a.png")).unwrap();
    let made = report(&folder, "a.png", &[]);
    assert_eq!(made.code, Some(1));
    assert!(
        made.stderr.contains("help: name one that ends with .html"),
        "{}",
        made.stderr
    );
    assert_eq!(fs::read(folder.join("a.png")).unwrap(), photo);

    fs::write(folder.join("rows.jsonl"), "").unwrap();
    assert!(
        report(&folder, "page.html", &[])
            .stderr
            .contains("has no rows")
    );
    fs::write(folder.join("rows.jsonl"), row("a", 1)).unwrap();
    fs::write(folder.join("b.png"), "no picture").unwrap();
    let made = report(&folder, "page.html", &[]);
    assert_eq!(made.code, Some(1));
    assert!(made.stderr.contains("b.png"), "{}", made.stderr);
    fs::remove_file(folder.join("b.png")).unwrap();
    assert_eq!(report(&folder, "page.html", &[]).code, Some(1));
    let mut left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|one| one.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["a.png", "rows.jsonl"]);

    for arguments in [
        &["report"][..],
        &["report", "--data", "a", "--out", "b.html"],
        &["report", "--score", "a", "--data", "b"],
        &[
            "report", "--json", "--data", "a", "--image", "b", "--out", "c.html",
        ],
    ] {
        assert_eq!(run(arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn the_data_is_not_overwritten() {
    let folder = files("report-overwrites", &[row("warm", 20)]);
    let rows = fs::read(folder.join("rows.jsonl")).unwrap();
    let page = folder.join("rows.html");
    fs::rename(folder.join("rows.jsonl"), &page).unwrap();
    let [page, photo] = [page, folder.join("a.png")].map(|path| path.display().to_string());
    let run = run(&["report", "--data", &page, "--image", &photo, "--out", &page]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("would be overwritten"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(&page).unwrap(), rows);
}
