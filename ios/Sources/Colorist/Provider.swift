internal import ColoristFFI
public import Foundation

extension Colorist {
    /// What may run the model beside the CPU; see ``Options/providers``.
    ///
    /// One is used only after it reproduced the pack's recorded answers on this very device.
    /// ``Colorist/provider`` tells which one runs, and why not the others. The library must have been
    /// built with it.
    public enum Provider: Sendable, Hashable {
        /// Apple's Neural Engine and GPU.
        case coreML
        /// Google's kernels for the CPU, for floating point.
        case xnnpack
        /// Any provider that comes in a library of its own, by its name. Without a library: one that
        /// ONNX Runtime has already.
        case plugin(name: String, library: URL? = nil, options: [String: String] = [:])
        /// The CPU, which needs not be named; what stands behind it is not tried.
        case cpu
    }

    /// Which provider runs, and why not the others.
    public struct ProviderReport: Sendable, Hashable, CustomStringConvertible {
        /// The name of the provider that runs, such as `CPU`.
        public let running: String
        /// The version of ONNX Runtime.
        public let runtimeVersion: String
        /// The pack's files that it runs.
        public let graphs: [String]
        /// How it did in its self-test; `nil` for the CPU, which needs none.
        public let selfTest: SelfTest?
        /// Every other provider that was wanted, in the order of preference.
        public let others: [RefusedProvider]
        /// What runs, in one line: `CPU (ONNX Runtime 1.28.0)`.
        public let description: String
    }

    /// What a self-test found.
    public struct SelfTest: Sendable, Hashable {
        /// How many of the pack's recorded intents were asked.
        public let goldens: Int
        /// How many of their answers differed by more than the pack's tolerance.
        public let differing: Int
        /// The greatest distance of a value where tools and names were the same.
        public let greatest: Int
        /// The median time of an inference.
        public let median: Duration
        /// The median time on the CPU; `nil` when it did not matter.
        public let cpuMedian: Duration?
    }

    /// A provider that does not run.
    public struct RefusedProvider: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Why, for programs.
        public let why: WhyNot
        /// Why, for people.
        public let reason: String
    }

    /// Why a provider does not run.
    public enum WhyNot: Sendable, Hashable {
        /// The library was built without it.
        case notBuilt
        /// The ONNX Runtime in use or the device lacks it, or its library cannot be loaded.
        case notAvailable
        /// The pack has no graph for it.
        case noGraph
        /// The pack has no recorded answers to test it with.
        case noGoldens
        /// It cannot run every node of the graph.
        case nodesOnCPU
        /// Its answers are not the recorded ones.
        case selfTestFailed
        /// It is right but slower than the CPU; see ``Options/acceptSlower``.
        case slowerThanCPU
        /// An inference failed, in the self-test or later.
        case failed
        /// The process ended in its last self-test.
        case crashed
        /// One that is preferred runs.
        case notTried
        /// Another reason: see ``RefusedProvider/reason``.
        case other
    }
}

extension Colorist.Provider {
    var ffi: FfiProvider {
        switch self {
        case .coreML: .coreMl
        case .xnnpack: .xnnpack
        case .plugin(let name, let library, let options):
            .plugin(name: name, library: library?.path, options: options)
        case .cpu: .cpu
        }
    }
}

extension Colorist.ProviderReport {
    init(_ ffi: FfiProviderReport) {
        running = ffi.running
        runtimeVersion = ffi.runtimeVersion
        graphs = ffi.graphs
        selfTest = ffi.selfTest.map { test in
            Colorist.SelfTest(
                goldens: Int(test.goldens), differing: Int(test.differing),
                greatest: Int(test.greatest), median: Duration(microseconds: test.medianUs),
                cpuMedian: test.cpuMedianUs.map { Duration(microseconds: $0) })
        }
        others = ffi.others.map { other in
            Colorist.RefusedProvider(
                name: other.name, why: Colorist.WhyNot(other.why), reason: other.reason)
        }
        description = ffi.summary
    }
}

extension Colorist.WhyNot {
    init(_ ffi: FfiWhyNot) {
        switch ffi {
        case .notBuilt: self = .notBuilt
        case .notAvailable: self = .notAvailable
        case .noGraph: self = .noGraph
        case .noGoldens: self = .noGoldens
        case .nodesOnCpu: self = .nodesOnCPU
        case .selfTestFailed: self = .selfTestFailed
        case .slowerThanCpu: self = .slowerThanCPU
        case .failed: self = .failed
        case .crashed: self = .crashed
        case .notTried: self = .notTried
        case .other: self = .other
        }
    }
}
