import Colorist
import Foundation
import XCTest

/// Packs with another editor's tools. Nothing here names a tool of theirs.
final class ToolCallTests: XCTestCase {
    func testEveryGoldenOfAnotherEditorsToolsIsAnswered() async throws {
        let colorist = try await Colorist(pack: .at(Files.stickerPack))
        let goldens = try Files.lines("tests/golden/sticker-pack/goldens.jsonl")
        XCTAssertGreaterThanOrEqual(goldens.count, 5)
        for golden in goldens {
            let intent = try XCTUnwrap(golden["intent"] as? String)
            let edit = try XCTUnwrap(golden["edit"] as? [String: Any])
            let tools = edit.filter { !($0.value is NSNull) }
            let prediction = try await colorist.callTools(intent)
            XCTAssertEqual(Set(prediction.calls.map(\.tool)), Set(tools.keys), intent)
            for call in prediction.calls {
                try check(call, XCTUnwrap(tools[call.tool]), intent)
            }
            XCTAssertEqual(Set(prediction.confidence.keys), Set(edit.keys), intent)
            XCTAssertTrue(prediction.confidence.values.allSatisfy { (0...1).contains($0) }, intent)
        }
    }

    func testAnEditOfOtherToolsIsRefused() async throws {
        let colorist = try await Colorist(pack: .at(Files.stickerPack))
        let tools = try await colorist.callTools("warm").confidence.keys
        let error = await errorOf { try await colorist.edit("warm") }
        guard case ColoristError.otherTools(let reason)? = error else {
            return XCTFail("\(String(describing: error))")
        }
        XCTAssertTrue(tools.allSatisfy { reason.contains($0) }, reason)
        XCTAssertTrue(colorist.catalog.sliders.isEmpty && colorist.catalog.filters.isEmpty)
    }

    func testTheToolsOfAnEditCanBeCalledToo() async throws {
        let colorist = try await Colorist.small()
        for intent in ["golden hour", "make the sky more blue", "film noir"] {
            let edit = try await colorist.edit(intent).edit
            let prediction = try await colorist.callTools(intent)
            XCTAssertEqual(prediction["adjust"]?["temperature"], edit.adjust?.temperature, intent)
            XCTAssertEqual(
                prediction["selectiveAdjust"]?["blue.saturation"],
                edit.selectiveAdjust?.blue.saturation, intent)
            XCTAssertEqual(prediction["filter"]?.choice, edit.filter?.name, intent)
            XCTAssertEqual(prediction["filter"]?["intensity"], edit.filter?.intensity, intent)
        }
    }

    func testACallIsCanceledAndHasADeadline() async throws {
        let colorist = try await Colorist.slow()
        let late = await errorOf { try await colorist.callTools("warm", deadline: .zero) }
        XCTAssertEqual(late as? ColoristError, .deadlineExceeded)
        let task = Task { try await colorist.callTools("warm") }
        try await eventually { colorist.stats.runs == 1 }
        task.cancel()
        let error = await errorOf { try await task.value }
        XCTAssertTrue(error is CancellationError, "\(String(describing: error))")
    }

    /// A golden's tool, in the full or the short form: what it does not name is 0.
    private func check(_ call: ToolCall, _ json: Any, _ intent: String) throws {
        if let list = json as? [Any] {
            XCTAssertEqual(call.choice, list.first as? String, intent)
            let values = list.dropFirst().map { $0 as? Int ?? 0 }
            XCTAssertEqual(call.values.count, values.count, intent)
            for (value, expected) in zip(call.values, values) { close(value.value, expected, intent) }
            return
        }
        var named: [String: Int] = [:]
        for (name, value) in try XCTUnwrap(json as? [String: Any]) {
            switch value {
            case let columns as [String: Int]:
                for (column, value) in columns { named["\(name).\(column)"] = value }
            case let cells as [Int]:
                let row = call.values.filter { $0.name.hasPrefix("\(name).") }
                for (cell, value) in zip(row, cells) { named[cell.name] = value }
            case let choice as String: XCTAssertEqual(call.choice, choice, intent)
            default: named[name] = try XCTUnwrap(value as? Int)
            }
        }
        for value in call.values {
            close(value.value, named.removeValue(forKey: value.name) ?? 0, intent)
        }
        XCTAssertTrue(named.isEmpty, intent)
    }

    /// Another processor adds in another order: a value at a rounding's edge may move by one.
    private func close(_ value: Int, _ expected: Int, _ intent: String) {
        XCTAssertLessThanOrEqual(abs(value - expected), 1, intent)
    }
}
