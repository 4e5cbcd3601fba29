// What a call from Swift costs over the same call in Rust.
//
//     swift run -c release ColoristBenchmark PACK [EDITS [COLORIST]]
//
// Every answer carries the time that the native library took for it, from the call to the answer.
// What the caller waited beyond that is the way from Swift and back, waking the waiting thread
// included, which a caller in Rust has to wait for as well: so a blocking call over the same bridge
// is timed in turn. COLORIST is the desktop program in its release build; with it, its own figure for
// the pure Rust call stands beside.
import Colorist
import ColoristFFI
import Foundation

@main
enum Benchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let pack = arguments.first else {
            fail("usage: ColoristBenchmark PACK [EDITS [COLORIST]]")
        }
        let edits = arguments.dropFirst().first.flatMap(Int.init) ?? 2_000
        let url = URL(fileURLWithPath: pack)
        let colorist = try await Colorist(pack: .at(url))
        let engine = try FfiEngine.open(pack: pack, options: FfiOptions(), observer: nil)
        let intents = try intents(of: url)
        if intents.isEmpty { fail("the pack has no golden with an intent of 3 to 12 words") }
        // Off the main actor, whose executor would be part of the figure.
        let (swift, bridge) = try await Task.detached {
            try await measure(edits, intents: intents, colorist, engine)
        }.value

        print("\(colorist.info.name), \(edits) edits each, medians in microseconds")
        print(swift.line, bridge.line, separator: "\n")
        let awaiting = median(zip(swift.beyond, bridge.beyond).map { $0 - $1 })
        let edit = try await colorist.edit(intents[0]).edit
        let conversion = median(conversions(of: edit))
        print(row("await over blocking, in pairs", awaiting))
        print(row("an edit to Rust and back", conversion))
        print(row("Swift over Rust, at most", awaiting + conversion))
        #if os(macOS) || os(Linux)
            if let program = arguments.dropFirst(2).first {
                print(try rustLine(program, pack: pack, edits: edits))
            }
        #endif
    }
}

/// How long the calls of one kind took.
private struct Figure: Sendable {
    let name: String
    var wall: [Duration] = []
    /// What of it the native library did not count as its own.
    var beyond: [Duration] = []

    var line: String {
        row(name, median(wall)) + ", beyond the native time" + microseconds(median(beyond))
    }

    mutating func add(wall: Duration, native: Duration) {
        self.wall.append(wall)
        beyond.append(wall - native)
    }
}

/// The two kinds take turns, so that what else happens on the machine hits both; in blocks, since
/// each engine needs a while to have its weights in the processor's cache.
private func measure(
    _ edits: Int, intents: [String], _ colorist: Colorist, _ engine: FfiEngine
) async throws -> (swift: Figure, bridge: Figure) {
    let clock = ContinuousClock()
    var swift = Figure(name: "Swift, await edit(_:)")
    var bridge = Figure(name: "the bridge, blocking call")
    let (block, warmup) = (50, 10)
    for start in stride(from: 0, to: edits, by: block) {
        for index in (start - warmup)..<min(start + block, edits) {
            let intent = intents[(index + warmup) % intents.count]
            var native = Duration.zero
            let wall = try await clock.measure {
                native = try await colorist.edit(intent).timings.total
            }
            if index >= start { swift.add(wall: wall, native: native) }
        }
        for index in (start - warmup)..<min(start + block, edits) {
            let intent = intents[(index + warmup) % intents.count]
            var native: UInt64 = 0
            let wall = try clock.measure {
                native = try engine.editBlocking(
                    intent: intent, deadlineMs: .max
                ).timings.totalUs
            }
            if index >= start { bridge.add(wall: wall, native: .microseconds(Int64(native))) }
        }
    }
    return (swift, bridge)
}

/// What it costs to hand an edit over the bridge and get one back.
private func conversions(of edit: Edit) -> [Duration] {
    let clock = ContinuousClock()
    return (0..<1_000).map { _ in clock.measure { _ = edit.scaled(1) } }
}

/// The goldens' intents of 3 to 12 words, as in the desktop program's benchmark.
private func intents(of pack: URL) throws -> [String] {
    struct Golden: Decodable { let intent: String }
    let goldens = try Data(contentsOf: pack.appendingPathComponent("goldens.jsonl"))
    return try goldens.split(separator: UInt8(ascii: "\n"))
        .map { try JSONDecoder().decode(Golden.self, from: $0).intent }
        .filter { (3...12).contains($0.split(separator: " ").count) }
}

#if os(macOS) || os(Linux)
    /// The pure Rust call, measured by the desktop program.
    private func rustLine(_ program: String, pack: String, edits: Int) throws -> String {
        struct Report: Decodable {
            struct Edit: Decodable { let callMs, answerMs: Stats }
            struct Stats: Decodable { let p50: Double }
            let edit: Edit
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["bench", "--pack", pack, "--edits", "\(edits)", "--json"]
        process.standardOutput = output
        try process.run()
        let json = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let report = try JSONDecoder().decode(Report.self, from: json)
        let (call, answer) = (report.edit.callMs.p50, report.edit.answerMs.p50)
        return row("Rust, edit(), its own process", .microseconds(call * 1e3))
            + ", beyond the native time" + microseconds(.microseconds(answer * 1e3))
    }
#endif

private func row(_ name: String, _ duration: Duration) -> String {
    name.padding(toLength: 30, withPad: " ", startingAt: 0) + microseconds(duration)
}

private func microseconds(_ duration: Duration) -> String {
    String(format: "%9.1f", duration / .microseconds(1))
}

private func median(_ values: [Duration]) -> Duration {
    values.sorted()[values.count / 2]
}

private func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(2)
}
