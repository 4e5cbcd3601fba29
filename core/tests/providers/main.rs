//! Execution providers: which one runs, and why not the others.
//!
//! No machine that tests needs an accelerator: ONNX Runtime offers its own CPU as a device too, and
//! a pack can have a graph of fixed sizes for it that answers otherwise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod remembered;
mod tested;

use std::path::Path;

use colorist_core::{Colorist, Options, Plugin, Provider, ProviderReport, Qnn, WhyNot};
use serde_json::json;
use support::Tiny;
use tempfile::TempDir;

const CPU: &str = "CPUExecutionProvider";

/// ONNX Runtime's CPU as a device: the accelerator of these tests.
fn device() -> Provider {
    Provider::Plugin(Plugin::new(CPU))
}

/// A pack that answers every text with temperature 30, as its golden says; on the device with
/// `temperature`.
fn pack(temperature: &str) -> Tiny {
    let mut tiny = answering(temperature);
    tiny.graph.tokens = 12;
    with_npu(tiny)
}

/// A pack that answers with temperature 30, on the device with the graph of another one.
fn with_npu(device: Tiny) -> Tiny {
    let slots = support::slot_names().len();
    let graph = device.graph.encode(&device.logits, slots, support::CLASSES);
    let mut tiny = answering("30");
    tiny.manifest["npu"] = json!({
        "file": "student.npu.onnx", "inputs": ["input_ids", "attention_mask"],
        "outputs": ["logits"], "tokens": 12, "providers": [CPU],
        "quantization": {"kind": "none"}, "tolerance": {"differing": 0.05, "greatest": 10},
    });
    tiny.files.push(("student.npu.onnx", graph));
    tiny
}

fn answering(temperature: &str) -> Tiny {
    let mut tiny = Tiny::new();
    tiny.set("adjust.used", &[("used", 1.0)]);
    tiny.set("adjust.temperature", &[(temperature, 1.0)]);
    tiny
}

/// Opens with these providers. The CPU is as fast as the CPU, so speed must not matter.
fn open(folder: &Path, providers: impl IntoIterator<Item = Provider>) -> Colorist {
    let options = Options::default()
        .with_providers(providers)
        .with_accept_slower(true);
    Colorist::open(folder, options).unwrap()
}

fn why(report: &ProviderReport, name: &str) -> WhyNot {
    let found = report.others.iter().find(|(other, _)| other == name);
    found.unwrap_or_else(|| panic!("{report}")).1.clone()
}

fn not_available(why: WhyNot) -> String {
    match why {
        WhyNot::NotAvailable { reason } => reason,
        other => panic!("{other}"),
    }
}

fn temperature(colorist: &Colorist, intent: &str) -> i32 {
    colorist
        .edit(intent)
        .unwrap()
        .adjust
        .as_ref()
        .unwrap()
        .temperature
}

#[test]
fn what_is_not_there_is_said_in_order_and_the_cpu_runs() {
    let folder = pack("30").write();
    let providers = [Provider::Nnapi, Provider::Xnnpack, Provider::CoreMl];
    let colorist = open(folder.path(), providers);
    let report = colorist.provider();
    assert_eq!((report.running.as_str(), &report.self_test), ("CPU", &None));
    assert_eq!(report.graphs, ["student.onnx"]);
    let names: Vec<&str> = report
        .others
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["NNAPI", "XNNPACK", "Core ML"]);
    let feature = "provider-nnapi".to_owned();
    assert_eq!(why(&report, "NNAPI"), WhyNot::NotBuilt { feature });
    // The library for Linux has neither.
    for name in ["XNNPACK", "Core ML"] {
        assert!(!not_available(why(&report, name)).is_empty());
    }
    assert_eq!(temperature(&colorist, "warm"), 30);
    let text = report.to_string();
    assert!(text.starts_with("CPU (ONNX Runtime "), "{text}");
    assert!(
        text.contains("\nNNAPI: not built; build with the feature `provider-nnapi`"),
        "{text}"
    );
}

#[test]
fn a_plugin_that_is_missing_or_is_none_is_not_available() {
    let folder = pack("30").write();
    let qnn = |library: &Path| {
        let plugin = Plugin::new("NoSuchProvider").with_library(library);
        let report = open(folder.path(), [Provider::Plugin(plugin)]).provider();
        not_available(why(&report, "NoSuchProvider"))
    };
    let missing = qnn(&folder.path().join("libnone.so"));
    assert!(missing.contains("libnone.so"), "{missing}");
    assert!(!qnn(&folder.path().join("tokenizer.json")).is_empty());

    // The system's loader would kill the process at a library that claims more than there is.
    let cut = folder.path().join("libcut.so");
    std::fs::write(&cut, cut_off_library()).unwrap();
    assert!(qnn(&cut).contains("libcut.so is cut off"));

    let nobody = Provider::Plugin(Plugin::new("NobodyExecutionProvider"));
    let report = open(folder.path(), [nobody]).provider();
    let reason = not_available(why(&report, "NobodyExecutionProvider"));
    assert!(
        reason.contains("no device of NobodyExecutionProvider"),
        "{reason}"
    );
    let zero = Provider::Plugin(Plugin::new(CPU).with_option("a\0b", "1"));
    let report = open(folder.path(), [zero]).provider();
    assert!(not_available(why(&report, CPU)).contains("zero character"));
}

/// The header of a library for 64 bits, and one part of it that would be mapped beyond the end.
fn cut_off_library() -> Vec<u8> {
    let mut file = vec![0; 64 + 56];
    file[..6].copy_from_slice(b"\x7fELF\x02\x01");
    file[32] = 64;
    file[54] = 56;
    file[56] = 1;
    file[64] = 1;
    file[64 + 32..64 + 36].copy_from_slice(&100_000u32.to_le_bytes());
    file
}

#[test]
fn qnn_takes_only_a_graph_of_fixed_sizes() {
    let qnn = || [Provider::Qnn(Qnn::default())];
    let folder = pack("30").write();
    let report = open(folder.path(), qnn()).provider();
    assert_eq!(why(&report, "QNN"), WhyNot::NoGraph);

    let mut tiny = pack("30");
    tiny.manifest["npu"]["providers"] = json!(["qnn"]);
    let folder = tiny.write();
    let report = open(folder.path(), qnn()).provider();
    // The library from PyPI does not have it built in.
    assert!(!not_available(why(&report, "QNN")).is_empty());
}

#[test]
fn a_text_student_has_no_graph_for_an_accelerator() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/text-pack");
    let report = open(&folder, [device()]).provider();
    assert_eq!(why(&report, CPU), WhyNot::NoGraph);
    assert_eq!(report.graphs, ["encoder.onnx", "decoder.onnx"]);
}

#[test]
fn behind_the_one_that_runs_none_is_tried() {
    let folder: TempDir = pack("30").write();
    let report = open(
        folder.path(),
        [Provider::Nnapi, device(), Provider::Xnnpack],
    )
    .provider();
    assert_eq!(report.running, CPU);
    assert!(matches!(why(&report, "NNAPI"), WhyNot::NotBuilt { .. }));
    assert_eq!(why(&report, "XNNPACK"), WhyNot::NotTried);

    let report = open(folder.path(), [Provider::Cpu, device()]).provider();
    assert_eq!(report.running, "CPU");
    assert_eq!(report.others, [(CPU.to_owned(), WhyNot::NotTried)]);
}
