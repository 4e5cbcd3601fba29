import Colorist
import Foundation
import XCTest

/// The files that drive Rust and Kotlin too.
final class GoldenTests: XCTestCase {
    func testEveryGoldenIntentGivesItsEditToTheLastDigit() async throws {
        let colorist = try await Colorist.small()
        let goldens = try Files.lines("models/packs/colorist-small/goldens.jsonl")
        XCTAssertGreaterThan(goldens.count, 50)
        for golden in goldens {
            let intent = try XCTUnwrap(golden["intent"] as? String)
            let expected = try typedEdit(golden["edit"])
            let found = try await colorist.edit(intent).edit
            XCTAssertEqual(found, expected, intent)
            XCTAssertEqual(try Edit(json: found.json), expected, intent)
        }
    }

    func testAStudentThatWritesItsAnswerIsReadAsWell() async throws {
        let colorist = try await Colorist(pack: .at(Files.textPack))
        let goldens = try Files.lines("tests/golden/text-pack/goldens.jsonl")
        XCTAssertGreaterThanOrEqual(goldens.count, 10)
        for golden in goldens {
            let intent = try XCTUnwrap(golden["intent"] as? String)
            let found = try await colorist.edit(intent)
            XCTAssertEqual(found.edit, try typedEdit(golden["edit"]), intent)
            XCTAssertGreaterThan(found.timings.passes, 1, intent)
            XCTAssertGreaterThan(found.timings.forcedTokens, 1, intent)
        }
    }

    func testEveryGoldenOperationGivesItsResult() async throws {
        let catalog = try await Colorist.small().catalog
        let cases = try Files.lines("tests/golden/operations.jsonl")
        XCTAssertGreaterThan(cases.count, 10)
        for golden in cases {
            let name = try XCTUnwrap(golden["name"] as? String)
            if let words = golden["error"] as? String {
                let json = try XCTUnwrap(golden["json"] as? String)
                XCTAssertThrowsError(try Edit(json: json), name) { error in
                    guard case ColoristError.invalidEdit(let reason) = error else {
                        return XCTFail("\(name): \(error)")
                    }
                    XCTAssertTrue(reason.contains(words), "\(name): \(reason)")
                }
            } else {
                try check(golden, name, catalog)
            }
        }
    }

    func testEveryGoldenLookGivesItsTable() async throws {
        let catalog = try await Colorist.small().catalog
        let goldens = try Files.lines("tests/golden/looks.jsonl")
        XCTAssertGreaterThanOrEqual(goldens.count, 10)
        for golden in goldens {
            let name = try XCTUnwrap(golden["name"] as? String)
            let look = try typedEdit(golden["edit"]).look(in: catalog)
            let amounts = try XCTUnwrap(golden["amounts"] as? [Double]).map { Float($0) }
            XCTAssertEqual([look.bloom, look.sharpen, look.structure], amounts, name)
            let size = try XCTUnwrap(golden["size"] as? Int)
            let table = try XCTUnwrap(golden["table"] as? [[Double]])
            // Core Image's layout: red fastest, with an alpha of 1.
            let expected: [Float] = table.flatMap { color in color.map { Float($0) } + [1] }
            let found = floats(try look.lut(size).rgbaFloats)
            XCTAssertEqual(found.count, 4 * size * size * size, name)
            XCTAssertEqual(found.count, expected.count, name)
            for (found, expected) in zip(found, expected) {
                XCTAssertEqual(found, expected, accuracy: 5e-6, name)
            }
        }
    }

    private func check(_ golden: [String: Any], _ name: String, _ catalog: Catalog) throws {
        func edit(_ key: String) throws -> Edit { try typedEdit(golden[key]) }
        switch golden["op"] as? String {
        case "scaled":
            let strength = try XCTUnwrap(golden["strength"] as? Double)
            XCTAssertEqual(try edit("edit").scaled(Float(strength)), try edit("expect"), name)
        case "clamped":
            XCTAssertEqual(try edit("edit").clamped(to: catalog), try edit("expect"), name)
        case "mergedOnto":
            let merged = try edit("edit").merged(onto: try edit("current"), in: catalog)
            XCTAssertEqual(merged, try edit("expect"), name)
        case "diff":
            let expected = try XCTUnwrap(golden["expect"] as? [[String: Any]]).map(difference)
            let found = try edit("edit").difference(to: try edit("other"))
            XCTAssertEqual(found, expected, name)
        case "toJson":
            XCTAssertEqual(try edit("edit").json, golden["expect"] as? String, name)
        case "fromJson":
            let json = try XCTUnwrap(golden["json"] as? String)
            XCTAssertEqual(try Edit(json: json), try edit("expect"), name)
        case let other:
            XCTFail("\(name): the operation \(other ?? "") is unknown")
        }
    }

    private func difference(_ json: [String: Any]) throws -> Edit.Difference {
        guard let place = json["name"] as? String else {
            return .filter(before: try filter(json["before"]), after: try filter(json["after"]))
        }
        return .slider(
            name: place, before: try XCTUnwrap(json["before"] as? Int),
            after: try XCTUnwrap(json["after"] as? Int))
    }
}
