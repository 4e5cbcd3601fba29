import Foundation
import XCTest

@testable import Colorist

final class ValueTests: XCTestCase {
    private let edit = Edit(
        adjust: .init(exposure: 10, temperature: -25, linearOffset: 3),
        selectiveAdjust: .init(blue: .init(saturation: 40)),
        filter: .init(name: "film_Amber", intensity: 50))

    func testNumbersBeyondTheBridgesAreClamped() async throws {
        let catalog = try await Colorist.tiny().catalog
        let wild = Edit(adjust: .init(exposure: .max, contrast: .min))
        XCTAssertEqual(
            wild.clamped(to: catalog), Edit(adjust: .init(exposure: 100, contrast: -100)))
        XCTAssertEqual(edit.scaled(.nan), Edit())
        XCTAssertEqual(edit.scaled(1), edit)
    }

    func testJSONIsReadAndWritten() throws {
        XCTAssertEqual(try Edit(json: edit.json), edit)
        XCTAssertEqual(
            try typedEdit(try JSONSerialization.jsonObject(with: Data(edit.json.utf8))), edit)
        XCTAssertThrowsError(try Edit(json: #"{"adjust":{"exposure":1.5}}"#)) {
            XCTAssertEqual(
                $0 as? ColoristError,
                .invalidEdit(reason: "not an edit: adjust.exposure is not a whole number"))
        }
    }

    func testAnEditIsCodable() throws {
        struct Project: Codable, Equatable {
            var edits: [Edit]
        }
        let project = Project(edits: [edit, Edit()])
        let coded = try JSONEncoder().encode(project)
        XCTAssertEqual(try JSONDecoder().decode(Project.self, from: coded), project)
        let list = try PropertyListEncoder().encode(project)
        XCTAssertEqual(try PropertyListDecoder().decode(Project.self, from: list), project)
        let wrong = Data(#"{"edits":["{\"adjust\":7}"]}"#.utf8)
        XCTAssertThrowsError(try JSONDecoder().decode(Project.self, from: wrong)) {
            XCTAssertTrue($0 is DecodingError)
        }
    }

    func testAPredictionGivesItsEditsMembers() {
        let prediction = Prediction(edit: edit)
        XCTAssertEqual(prediction.adjust, edit.adjust)
        XCTAssertEqual(prediction.filter?.name, "film_Amber")
        XCTAssertEqual(prediction.json, edit.json)
    }

    func testDurationsAreRoundedUpToMilliseconds() {
        XCTAssertEqual(Duration.zero.milliseconds, 0)
        XCTAssertEqual(Duration.seconds(-1).milliseconds, 0)
        XCTAssertEqual(Duration.nanoseconds(1).milliseconds, 1)
        XCTAssertEqual(Duration.milliseconds(7).milliseconds, 7)
        XCTAssertEqual(Duration.microseconds(7_001).milliseconds, 8)
        XCTAssertEqual(Duration.seconds(3_600).milliseconds, 3_600_000)
        XCTAssertEqual(Duration.seconds(Int64.max).milliseconds, .max - 1)
    }

    func testLogLevelsAreOrdered() {
        XCTAssertLessThan(Colorist.LogLevel.debug, .info)
        XCTAssertLessThan(Colorist.LogLevel.warning, .error)
    }
}
