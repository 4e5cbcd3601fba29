//! What the self-test finds, and what happens to a provider that fails later.

use colorist_core::{Colorist, Options, TrimLevel, WhyNot};
use serde_json::json;

use super::{CPU, answering, device, open, pack, temperature, why, with_npu};

#[test]
fn a_provider_that_reproduces_the_goldens_runs_its_own_graph() {
    // The golden says 30 and the tolerance is 10, so the answer shows which graph it was.
    let folder = pack("35").write();
    let colorist = open(folder.path(), [device()]);
    let report = colorist.provider();
    assert_eq!(
        (report.running.as_str(), &report.others),
        (CPU, &Vec::new())
    );
    assert_eq!(report.graphs, ["student.npu.onnx"]);
    let test = report.self_test.as_ref().unwrap();
    assert_eq!((test.of, test.differing, test.greatest), (1, 0, 5));
    assert_eq!(test.cpu_median, None);
    assert_eq!(temperature(&colorist, "golden"), 35);
    // The padding has no say, and the longest intent fits.
    assert_eq!(temperature(&colorist, "a a a a a a a a a a a"), 35);
    assert!(colorist.edit("a a a a a a a a a a a").unwrap().truncated);

    colorist.trim(TrimLevel::Unload).unwrap();
    assert_eq!(temperature(&colorist, "golden"), 35);
    assert_eq!(colorist.provider(), report);
}

#[test]
fn a_provider_whose_answers_differ_does_not_run() {
    let folder = pack("45").write();
    let colorist = open(folder.path(), [device()]);
    let (differing, of) = (1, 1);
    let failed = |greatest| WhyNot::SelfTestFailed {
        differing,
        greatest,
        of,
    };
    assert_eq!(why(&colorist.provider(), CPU), failed(15));
    assert_eq!(temperature(&colorist, "warm"), 30);

    let mut other = answering("30");
    other.set("filter.name", &[("mono_Noir", 1.0)]);
    other.set("filter.intensity", &[("50", 1.0)]);
    other.graph.tokens = 12;
    let folder = with_npu(other).write();
    assert_eq!(
        why(&open(folder.path(), [device()]).provider(), CPU),
        failed(0)
    );
}

#[test]
fn other_graphs_are_refused_with_a_reason() {
    // Another length than the manifest says.
    let mut tiny = answering("30");
    tiny.graph.tokens = 16;
    let folder = with_npu(tiny).write();
    let report = open(folder.path(), [device()]).provider();
    let WhyNot::NotAvailable { reason } = why(&report, CPU) else {
        panic!("{report}");
    };
    assert!(reason.contains("student.npu.onnx"), "{reason}");
    assert!(reason.contains("shape"), "{reason}");
}

#[test]
fn without_goldens_nothing_is_proven() {
    let folder = pack("30").write();
    let folder = crate::support::variant_of(folder.path(), |manifest| {
        manifest["files"]
            .as_object_mut()
            .unwrap()
            .remove("goldens.jsonl");
    });
    let report = open(folder.path(), [device()]).provider();
    assert_eq!(why(&report, CPU), WhyNot::NoGoldens);
}

#[test]
fn a_graph_that_is_not_named_for_it_is_not_taken() {
    let mut tiny = pack("35");
    tiny.manifest["npu"]["providers"] = json!(["qnn"]);
    let folder = tiny.write();
    let colorist = open(folder.path(), [device()]);
    let report = colorist.provider();
    assert_eq!(report.running, CPU, "{report}");
    assert_eq!(report.graphs, ["student.onnx"]);
    assert_eq!(temperature(&colorist, "warm"), 30);
}

#[test]
fn a_slower_provider_runs_only_where_that_is_accepted() {
    let mut slow = answering("30");
    slow.graph.tokens = 12;
    // A thousand products of matrices; the CPU's graph has none.
    slow.graph.work = 1000;
    let folder = with_npu(slow).write();
    let options = Options::default().with_providers([device()]);
    let report = Colorist::open(folder.path(), options.clone())
        .unwrap()
        .provider();
    let WhyNot::SlowerThanCpu { provider, cpu } = why(&report, CPU) else {
        panic!("{report}");
    };
    assert!(provider > cpu);
    // What was found is remembered, and judged by other options.
    let options = options.with_accept_slower(true);
    let report = Colorist::open(folder.path(), options).unwrap().provider();
    assert_eq!(report.running, CPU);
    assert_eq!(report.self_test.unwrap().cpu_median, Some(cpu));
}

#[test]
fn a_provider_that_fails_later_is_left_and_the_cpu_answers() {
    let mut fragile = answering("35");
    fragile.graph.tokens = 12;
    fragile.graph.fragile = true;
    let folder = with_npu(fragile).write();
    let colorist = open(folder.path(), [device()]);
    assert_eq!(temperature(&colorist, "warm"), 35);
    assert_eq!(temperature(&colorist, "golden golden"), 30);
    let report = colorist.provider();
    assert_eq!(report.running, "CPU");
    assert_eq!((&report.self_test, report.graphs.len()), (&None, 1));
    assert!(matches!(why(&report, CPU), WhyNot::Failed { .. }));
    assert_eq!(temperature(&colorist, "warm"), 30);
    assert_eq!(colorist.stats().failed, 0);
}
