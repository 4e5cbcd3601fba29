import Colorist
import Foundation
import XCTest

final class ErrorTests: XCTestCase {
    func testIntentsThatSayNothingAreRefused() async throws {
        let colorist = try await Colorist.tiny()
        for intent in ["", "   ", "\n\t", "\0", "\u{200B}\u{1}".filter { $0 != "\u{200B}" }] {
            let error = await errorOf { try await colorist.edit(intent) }
            guard case .intent(let reason)? = error as? ColoristError else {
                return XCTFail("\(String(describing: error))")
            }
            XCTAssertTrue(reason.contains("empty"), reason)
        }
    }

    func testAnIntentLongerThanAMegabyteIsRefused() async throws {
        let colorist = try await Colorist.tiny()
        let longest = String(repeating: "a ", count: 1 << 19)
        _ = try await colorist.edit(longest)
        let error = await errorOf { try await colorist.edit(longest + "a") }
        guard case .intent(let reason)? = error as? ColoristError else {
            return XCTFail("\(String(describing: error))")
        }
        XCTAssertTrue(reason.contains("1048577"), reason)
    }

    func testAnyTextIsAnIntent() async throws {
        let colorist = try await Colorist.small()
        let intents = [
            "🌅", "👩‍👩‍👧‍👦 warmer", "golden\0hour", "e\u{301}te\u{301}", "مساء", "金色の夕日",
            "\u{202E}drawkcab", "}{\"adjust\":null", String(repeating: "x", count: 100_000),
        ]
        for intent in intents {
            let prediction = try await colorist.edit(intent)
            XCTAssertEqual(prediction.edit, prediction.edit.clamped(to: colorist.catalog))
        }
        let long = try await colorist.edit(longIntent)
        XCTAssertTrue(long.truncated)
    }

    func testAPackThatIsNotThereIsNamed() async throws {
        let path = Files.root.appendingPathComponent("no such pack")
        let error = await errorOf { try await Colorist(pack: .at(path)) }
        guard case .pack(let reason)? = error as? ColoristError else {
            return XCTFail("\(String(describing: error))")
        }
        XCTAssertTrue(reason.contains("no such pack"), reason)
    }

    func testAURLThatIsNoFilesIsNamed() async throws {
        let url = try XCTUnwrap(URL(string: "https://example.com/pack"))
        let error = await errorOf { try await Colorist(pack: .at(url)) }
        guard case .pack(let reason)? = error as? ColoristError else {
            return XCTFail("\(String(describing: error))")
        }
        XCTAssertTrue(reason.contains("https://example.com/pack"), reason)
    }

    func testADamagedPackIsRefused() async throws {
        let pack = try Files.copyOfTinyPack(for: self)
        _ = try await Colorist(pack: .at(pack))
        let graph = pack.appendingPathComponent("student.onnx")
        var bytes = try Data(contentsOf: graph)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: graph)
        let error = await errorOf { try await Colorist(pack: .at(pack)) }
        guard case .pack(let reason)? = error as? ColoristError else {
            return XCTFail("\(String(describing: error))")
        }
        XCTAssertTrue(reason.contains("student.onnx"), reason)
        XCTAssertTrue(reason.contains("get the pack again"), reason)
    }

    // Apple's platforms link the library.
    #if os(Linux)
        func testAnotherLibraryThanTheFirstIsRefused() async throws {
            let first = try await Colorist.tiny()
            let other = URL(fileURLWithPath: "/nowhere/libonnxruntime.so")
            let error = await errorOf { try await Colorist.tiny(options: .init(library: other)) }
            guard case .runtime(let reason)? = error as? ColoristError else {
                return XCTFail("\(String(describing: error))")
            }
            XCTAssertTrue(reason.contains("/nowhere/libonnxruntime.so"), reason)
            _ = try await first.edit("golden hour")
        }
    #endif

    func testErrorsTellPeopleWhatToDo() {
        let reason = "student.onnx is damaged; get the pack again"
        XCTAssertEqual(ColoristError.pack(reason: reason).localizedDescription, reason)
        let closed: any Error = ColoristError.closed
        XCTAssertEqual(closed.localizedDescription, "Colorist is closed; open the pack again.")
    }

    func testNoErrorHoldsTheUsersWords() async throws {
        let colorist = try await Colorist.tiny()
        let secret = "Zanzibar"
        let tooLong = String(repeating: secret, count: 1 << 17) + "!"
        var errors = [await errorOf { try await colorist.edit(tooLong) }]
        errors.append(await errorOf { try await colorist.edit(secret, deadline: .zero) })
        errors.append(await errorOf { try Edit(json: #"{"adjust":{"\#(secret)":1}}"#) })
        errors.append(await errorOf { try Edit(json: #"{"filter":["\#(secret)","\#(secret)"]}"#) })
        errors.append(await errorOf { try Edit(json: secret) })
        colorist.close()
        errors.append(await errorOf { try await colorist.edit(secret) })
        for error in errors.compactMap({ $0 }) {
            var text = "\(error) \(error.localizedDescription) "
            dump(error, to: &text)
            XCTAssertFalse(text.contains(secret), text)
        }
    }
}
