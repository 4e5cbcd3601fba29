import Colorist
import ColoristFFI
import Foundation
import XCTest

/// Files of the repository that tests read.
enum Files {
    static let root = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../..").standardizedFileURL

    static let smallPack = root.appendingPathComponent("models/packs/colorist-small")
    /// Opens in milliseconds and answers everything with temperature 30.
    static let tinyPack = root.appendingPathComponent("tests/golden/tiny-pack")
    /// The same, but a run takes about a second.
    static let slowPack = root.appendingPathComponent("tests/golden/slow-pack")
    /// A student of the text codec; its weights are random.
    static let textPack = root.appendingPathComponent("tests/golden/text-pack")

    /// Another editor's tools.
    static let stickerPack = root.appendingPathComponent("tests/golden/sticker-pack")

    /// The lines of a JSONL file as objects.
    static func lines(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try XCTUnwrap(object as? [String: Any])
        }
    }

    /// A copy of the tiny pack in a new folder, removed after the test.
    static func copyOfTinyPack(for test: XCTestCase) throws -> URL {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString, isDirectory: true)
        try FileManager.default.copyItem(at: tinyPack, to: copy)
        test.addTeardownBlock { try? FileManager.default.removeItem(at: copy) }
        return copy
    }
}

extension Colorist {
    /// The tiny pack, opened.
    static func tiny(options: Options = .init()) async throws -> Colorist {
        try await Colorist(pack: .at(Files.tinyPack), options: options)
    }

    /// The slow pack, opened.
    static func slow() async throws -> Colorist {
        try await Colorist(pack: .at(Files.slowPack))
    }

    /// The pack that ships, opened.
    static func small() async throws -> Colorist {
        try await Colorist(pack: .at(Files.smallPack))
    }
}

/// Something that several threads write.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}

/// A text of as many words as the student reads, so that a run takes as long as it can.
let longIntent = Array(repeating: "golden hour over the sea", count: 20).joined(separator: " ")

/// The error that `body` throws; fails when it throws none.
func errorOf<Value>(
    file: StaticString = #filePath, line: UInt = #line, _ body: () async throws -> Value
) async -> (any Error)? {
    do {
        _ = try await body()
        XCTFail("nothing was thrown", file: file, line: line)
        return nil
    } catch {
        return error
    }
}

/// Waits until `condition` holds; fails after 10 seconds.
func eventually(
    file: StaticString = #filePath, line: UInt = #line, _ condition: () -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(10)
    while !condition() {
        guard clock.now < end else { return XCTFail("never became true", file: file, line: line) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// Waits until the native library holds no engine, token or request any more, of this test or of
/// one before.
func noHandles(file: StaticString = #filePath, line: UInt = #line) async throws {
    try await eventually(file: file, line: line) {
        liveHandles() == FfiLiveHandles(engines: 0, tokens: 0, requests: 0)
    }
}

/// The 32-bit floats, little-endian, that bytes hold.
func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map {
            Float(
                bitPattern: UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
        }
    }
}
