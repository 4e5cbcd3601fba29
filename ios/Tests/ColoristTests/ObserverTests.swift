import Colorist
import ColoristFFI
import Foundation
import XCTest

final class ObserverTests: XCTestCase {
    func testLoadingReportsItsSteps() async throws {
        let steps = Locked<[Colorist.LoadProgress]>([])
        _ = try await Colorist(pack: .at(Files.tinyPack)) { step in steps.with { $0.append(step) } }
        let seen = steps.with { $0 }
        XCTAssertEqual(Set(seen.map(\.step)), [.library, .verify, .tokenizer, .session])
        XCTAssertEqual(seen.map(\.done).max(), seen.map(\.total).max())
    }

    func testTheLogSaysSomethingButNotTheUsersWords() async throws {
        let lines = Locked<[(Colorist.LogLevel, String)]>([])
        let options = Colorist.Options { level, text in lines.with { $0.append((level, text)) } }
        let colorist = try await Colorist.tiny(options: options)
        let secret = "Zanzibar"
        _ = try await colorist.edit(secret)
        _ = await errorOf { try await colorist.edit(secret, deadline: .zero) }
        _ = await errorOf {
            try await colorist.edit(String(repeating: secret, count: 1 << 17) + "!")
        }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await colorist.edit(secret)
        }
        _ = await errorOf { try await task.value }
        try await colorist.trim(.unload)
        _ = try await colorist.edit(secret)
        colorist.close()
        let seen = lines.with { $0 }
        XCTAssertTrue(seen.contains { $0.0 == .info }, "\(seen)")
        for (_, text) in seen {
            XCTAssertFalse(text.contains(secret), text)
        }
    }

    func testWhatAnObserverThrowsIsIgnored() async throws {
        struct Unexpected: Error {}
        final class Throwing: FfiObserver {
            let calls = Locked(0)
            func onLoad(step: FfiLoadStep, done: UInt32, total: UInt32) throws {
                calls.with { $0 += 1 }
                throw Unexpected()
            }
            func onLog(level: FfiLogLevel, text: String) throws {
                calls.with { $0 += 1 }
                throw FfiCallbackError.Failed
            }
        }
        let observer = Throwing()
        let engine = try FfiEngine.open(
            pack: Files.tinyPack.path, options: FfiOptions(), observer: observer)
        _ = try await engine.edit(intent: "golden hour", deadlineMs: .max)
        XCTAssertGreaterThan(observer.calls.with { $0 }, 4)
        engine.shutdown()
    }

    func testSlowCallbacksDelayButDoNotBreak() async throws {
        let options = Colorist.Options { _, _ in Thread.sleep(forTimeInterval: 0.005) }
        let colorist = try await Colorist(pack: .at(Files.tinyPack), options: options) { _ in
            Thread.sleep(forTimeInterval: 0.02)
        }
        for _ in 0..<10 { _ = try await colorist.edit("golden hour") }
        XCTAssertEqual(colorist.stats.answered, 10)
    }

    func testACallbackMayUseColorist() async throws {
        let shared = Locked<Colorist?>(nil)
        let answered = expectation(description: "the edit of the callback was answered")
        let options = Colorist.Options { _, _ in
            guard let colorist = shared.with({ $0.take() }) else { return }
            _ = colorist.stats
            Task {
                _ = try await colorist.edit("from a callback")
                answered.fulfill()
            }
        }
        let colorist = try await Colorist.tiny(options: options)
        shared.with { $0 = colorist }
        try await colorist.trim(.unload)
        _ = try await colorist.edit("golden hour")
        await fulfillment(of: [answered], timeout: 10)
    }
}
