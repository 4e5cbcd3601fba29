import Colorist
import ColoristSmall
import Foundation
import XCTest

final class EditTests: XCTestCase {
    func testTheBundledPackAnswers() async throws {
        let colorist = try await Colorist(pack: .bundled)
        let prediction = try await colorist.edit("golden hour")
        XCTAssertGreaterThan(try XCTUnwrap(prediction.adjust).temperature, 0)
        XCTAssertEqual(colorist.info.name, "colorist-small")
        XCTAssertEqual(colorist.info.family, "t5-v1.1")
        XCTAssertEqual("\(colorist.provider)", "CPU (ONNX Runtime 1.28.0)")
        XCTAssertEqual(colorist.provider.graphs, ["student.onnx"])
        XCTAssertEqual(colorist.catalog.sliders.count, 14)
        XCTAssertEqual(colorist.catalog.sliders.first?.name, "exposure")
        XCTAssertEqual(colorist.catalog.sliders.first?.range, -100...100)
        XCTAssertEqual(colorist.catalog.colors.count, 6)
        XCTAssertEqual(colorist.catalog.intensity, 0...100)
        XCTAssertTrue(colorist.catalog.filters.contains { $0.name == "film_Amber" })
        XCTAssertGreaterThan(colorist.loadTimings.total, .zero)
    }

    func testAProviderThatIsNotThereIsNamedWithTheReason() async throws {
        let missing = Colorist.Provider.plugin(
            name: "NoSuchProvider", library: URL(fileURLWithPath: "/none.so"), options: ["a": "b"])
        let options = Colorist.Options(providers: [missing, .cpu, .xnnpack])
        let colorist = try await Colorist.tiny(options: options)
        let report = colorist.provider
        XCTAssertEqual(report.running, "CPU")
        XCTAssertNil(report.selfTest)
        XCTAssertEqual(report.others.map(\.name), ["NoSuchProvider", "XNNPACK"])
        XCTAssertEqual(report.others.last?.why, .notTried)
        XCTAssertFalse(try XCTUnwrap(report.others.first).reason.isEmpty)
    }

    func testWordsThatAreNotAboutLightGiveNoTool() async throws {
        let colorist = try await Colorist.small()
        let prediction = try await colorist.edit("add music")
        XCTAssertEqual(prediction.edit, Edit())
        XCTAssertNil(prediction.adjust)
        XCTAssertGreaterThan(prediction.confidence.adjust, 0.5)
        XCTAssertFalse(prediction.truncated)
        XCTAssertGreaterThan(prediction.tokens, 2)
    }

    func testTimingsArePartsOfTheCall() async throws {
        let colorist = try await Colorist.small()
        let clock = ContinuousClock()
        var timings = Prediction.Timings()
        let wall = try await clock.measure {
            timings = try await colorist.edit("golden hour").timings
        }
        XCTAssertGreaterThan(timings.inference, .zero)
        let phases = timings.queue + timings.tokenize + timings.inference
        XCTAssertLessThanOrEqual(phases, timings.total)
        XCTAssertLessThanOrEqual(timings.total, wall)
        XCTAssertEqual(timings.passes, 1)
        XCTAssertEqual(timings.forcedTokens, 0)
    }

    func testThirtyTwoTasksAtATimeGetTheirOwnAnswers() async throws {
        let colorist = try await Colorist.small()
        let intents = ["golden hour", "make it pop", "add music", "moody blue night"]
        var alone: [Edit] = []
        for intent in intents { alone.append(try await colorist.edit(intent).edit) }
        XCTAssertEqual(Set(alone).count, intents.count)

        let together = try await withThrowingTaskGroup(of: (Int, Edit).self) { group in
            for task in 0..<32 {
                group.addTask {
                    var edit = Edit()
                    for round in 0..<10 {
                        edit = try await colorist.edit(intents[(task + round) % 4]).edit
                    }
                    return (task, edit)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for task in 0..<32 { XCTAssertEqual(together[task], alone[(task + 9) % 4]) }
        XCTAssertEqual(colorist.stats.answered, 324)
        XCTAssertEqual(colorist.stats.waiting, 0)
    }

    func testTheMainActorStaysFreeMeanwhile() async throws {
        let turns = try await Task { @MainActor in
            var turns = 0
            let ticking = Task { @MainActor in
                while !Task.isCancelled {
                    turns += 1
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            let colorist = try await Colorist.small()
            _ = try await colorist.edit("golden hour")
            ticking.cancel()
            return turns
        }.value
        XCTAssertGreaterThan(turns, 5)
    }
}
