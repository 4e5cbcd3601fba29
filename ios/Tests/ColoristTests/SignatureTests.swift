import Colorist
import Foundation
import XCTest

/// An app that trusts a key opens what it signed, and nothing else; the rules are tested in Rust.
final class SignatureTests: XCTestCase {
    private let key = Files.root.appendingPathComponent("tests/golden/test-key.pub")

    /// Another valid key: the first test vector of RFC 8032.
    private let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    func testATrustedKeyOpensWhatItSigned() async throws {
        let key = try String(contentsOf: key, encoding: .utf8)
        for keys in [[key], [other, key]] {
            let options = Colorist.Options(trustedKeys: keys, oldestVersion: "0.0.1")
            let colorist = try await Colorist.tiny(options: options)
            let prediction = try await colorist.edit("warm")
            XCTAssertEqual(prediction.edit.adjust?.temperature, 30)
        }
    }

    func testEverythingElseIsRefused() async throws {
        let key = try String(contentsOf: key, encoding: .utf8)
        try await refused("does not trust", .init(trustedKeys: [other]))
        try await refused("not signed", .init(trustedKeys: [key]), pack: Files.stickerPack)
        try await refused("0.0.2", .init(trustedKeys: [key], oldestVersion: "0.0.2"))
        try await refused("public key", .init(trustedKeys: ["key"]))
    }

    private func refused(
        _ part: String, _ options: Colorist.Options, pack: URL = Files.tinyPack,
        line: UInt = #line
    ) async throws {
        let error = await errorOf(line: line) {
            try await Colorist(pack: .at(pack), options: options)
        }
        guard case .pack(let reason)? = error as? ColoristError else {
            return XCTFail("\(String(describing: error))", line: line)
        }
        XCTAssertTrue(reason.contains(part), reason, line: line)
    }
}
