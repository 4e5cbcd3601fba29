import Colorist
import Foundation
import XCTest

final class LookTests: XCTestCase {
    func testAnEditOfNothingIsTheIdentityCube() async throws {
        let catalog = try await Colorist.small().catalog
        let look = try Edit().look(in: catalog)
        XCTAssertTrue(look.isIdentity)
        let lut = try look.lut(2)
        XCTAssertEqual(lut.size, 2)
        // Core Image's order: red fastest, then green, then blue.
        XCTAssertEqual(
            floats(lut.rgbaFloats),
            [
                0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1,
                0, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1,
            ])
    }

    func testAWarmLookIsWarmInTheTableAndOnPixels() async throws {
        let catalog = try await Colorist.small().catalog
        let look = try Edit(adjust: .init(temperature: 50, bloom: 20, structure: -40))
            .look(in: catalog)
        XCTAssertFalse(look.isIdentity)
        XCTAssertGreaterThan(look.bloom, 0)
        XCTAssertEqual(look.sharpen, 0)
        XCTAssertLessThan(look.structure, 0)
        let lut = try look.lut()
        XCTAssertEqual(lut.rgbaFloats.count, 33 * 33 * 33 * 16)
        let table = floats(lut.rgbaFloats)
        let gray: Int = (table.count / 4 - 1) / 2 * 4
        XCTAssertGreaterThan(table[gray], table[gray + 2])
        let pixel = lut.applied(toRGBA8: Data([128, 128, 128, 77]))
        XCTAssertGreaterThan(pixel[0], pixel[2])
        XCTAssertEqual(pixel[3], 77)
    }

    func testWhatHasNoLookIsATypedError() async throws {
        let catalog = try await Colorist.small().catalog
        let unknown = Edit(filter: .init(name: "unheard of", intensity: 50))
        for body in [
            { _ = try unknown.look(in: catalog) },
            { _ = try Edit().look(in: catalog).lut(1) },
            { _ = try Edit().look(in: catalog).lut(-1) },
            { _ = try Edit().look(in: catalog).lut(.max) },
        ] {
            XCTAssertThrowsError(try body()) {
                guard case ColoristError.look = $0 else { return XCTFail("\($0)") }
            }
        }
    }
}
