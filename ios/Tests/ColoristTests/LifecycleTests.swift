import Foundation
import XCTest

@testable import Colorist

final class LifecycleTests: XCTestCase {
    func testUseAfterCloseIsATypedError() async throws {
        let colorist = try await Colorist.tiny()
        colorist.close()
        colorist.close()
        let edit = await errorOf { try await colorist.edit("golden hour") }
        XCTAssertEqual(edit as? ColoristError, .closed)
        let trim = await errorOf { try await colorist.trim(.light) }
        XCTAssertEqual(trim as? ColoristError, .closed)
        XCTAssertFalse(colorist.isLoaded)
        XCTAssertFalse(colorist.info.name.isEmpty)
    }

    func testCloseAnswersTheEditsThatWait() async throws {
        let colorist = try await Colorist.slow()
        let tasks = (0..<32).map { _ in Task { try await colorist.edit("golden hour") } }
        try await eventually { colorist.stats.waiting == 32 && colorist.stats.runs == 1 }
        colorist.close()
        for task in tasks {
            let error = await errorOf { try await task.value }
            XCTAssertEqual(error as? ColoristError, .closed)
        }
        XCTAssertEqual(colorist.stats.runs, 1)
    }

    func testAnUnloadedModelIsLoadedAgain() async throws {
        let steps = Locked<[Colorist.LoadProgress]>([])
        let colorist = try await Colorist(pack: .at(Files.smallPack)) { step in
            steps.with { $0.append(step) }
        }
        let first = try await colorist.edit("golden hour")
        try await colorist.trim(.light)
        XCTAssertTrue(colorist.isLoaded)
        try await colorist.trim(.unload)
        XCTAssertFalse(colorist.isLoaded)
        let before = steps.with { $0.count }
        let second = try await colorist.edit("golden hour")
        XCTAssertTrue(colorist.isLoaded)
        XCTAssertEqual(first.edit, second.edit)
        XCTAssertGreaterThan(second.timings.queue, first.timings.queue)
        XCTAssertGreaterThan(steps.with { $0.count }, before)
    }

    func testAnIdleModelIsUnloaded() async throws {
        let colorist = try await Colorist.tiny(options: .init(idleUnload: .milliseconds(20)))
        _ = try await colorist.edit("golden hour")
        try await eventually { !colorist.isLoaded }
        _ = try await colorist.edit("golden hour")
    }

    func testAMemoryWarningUnloadsTheModel() async throws {
        let name = Notification.Name("MemoryWarningOfATest")
        let colorist = try await Colorist.tiny()
        let warning = MemoryWarning(named: name, unloading: colorist.engine)
        NotificationCenter.default.post(name: name, object: nil)
        try await eventually { !colorist.isLoaded }
        _ = try await colorist.edit("golden hour")
        withExtendedLifetime(warning) {}
    }

    func testAMemoryWarningAfterTheEndIsHarmless() async throws {
        let name = Notification.Name("MemoryWarningAfterTheEnd")
        var colorist: Colorist? = try await Colorist.tiny()
        weak var engine = colorist?.engine
        let warning = MemoryWarning(named: name, unloading: try XCTUnwrap(engine))
        colorist = nil
        XCTAssertNil(engine)
        NotificationCenter.default.post(name: name, object: nil)
        withExtendedLifetime(warning) {}
    }
}
