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

    func testTheWholeLookIsOnThePicture() async throws {
        let catalog = try await Colorist.small().catalog
        let stripes = Data(
            (0..<4 * 40 * 30).map { $0 % 4 == 3 ? 7 : $0 / 4 % 4 < 2 ? 90 : 120 })
        func reds(_ pixels: Data) -> [UInt8] {
            stride(from: 0, to: pixels.count, by: 4).map { pixels[$0] }
        }
        let sharp = try Edit(adjust: .init(sharpen: 100, structure: 100)).look(in: catalog)
        let found = try sharp.applied(toRGBA8: stripes, width: 40, height: 30)
        XCTAssertLessThan(try XCTUnwrap(reds(found).min()), 90)
        XCTAssertGreaterThan(try XCTUnwrap(reds(found).max()), 120)
        XCTAssertEqual(found[3], 7)
        let threads = try sharp.applied(toRGBA8: stripes, width: 40, height: 30, threads: 3)
        XCTAssertEqual(threads, found)
        let none = try Edit().look(in: catalog)
        XCTAssertEqual(try none.applied(toRGBA8: stripes, width: 40, height: 30), stripes)
        for wrong in [0, -1, 39, Int.max] {
            XCTAssertThrowsError(try sharp.applied(toRGBA8: stripes, width: wrong, height: 30)) {
                guard case ColoristError.look = $0 else { return XCTFail("\($0)") }
            }
        }
    }

    func testATableLeavesAsCubeAndAsStrip() async throws {
        let catalog = try await Colorist.small().catalog
        let lut = try Edit().look(in: catalog).lut(2)
        let lines = lut.cube(title: "warm").split(separator: "\n")
        XCTAssertTrue(lines.contains("LUT_3D_SIZE 2"), "\(lines)")
        let colors = lines.map { $0.split(separator: " ").map { Float($0) } }
            .filter { $0.count == 3 && !$0.contains(nil) }
        XCTAssertEqual(colors.count, 8)
        // The last pixel of the first row is red and blue.
        XCTAssertEqual(lut.stripRGBA8.count, 2 * 2 * 2 * 4)
        XCTAssertEqual(lut.stripRGBA8[12...15], Data([255, 0, 255, 255]))
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
