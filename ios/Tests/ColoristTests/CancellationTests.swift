import Colorist
import XCTest

final class CancellationTests: XCTestCase {
    func testCancelingATaskReturnsAtOnceAndStopsTheRun() async throws {
        let colorist = try await Colorist.slow()
        let task = Task { try await colorist.edit("golden hour") }
        try await eventually { colorist.stats.runs == 1 }
        // Well inside the run, which takes a second.
        try await Task.sleep(for: .milliseconds(50))

        let clock = ContinuousClock()
        let start = clock.now
        task.cancel()
        let error = await errorOf { try await task.value }
        XCTAssertLessThan(clock.now - start, .milliseconds(50))
        XCTAssertTrue(error is CancellationError)
        XCTAssertEqual(colorist.stats.canceled, 1)
        XCTAssertEqual(colorist.stats.waiting, 0)
        try await eventually { colorist.stats.stopped == 1 }
    }

    func testCancelingTasksThatWaitReturnsAtOnceAndNeverRunsThem() async throws {
        let colorist = try await Colorist.slow()
        let first = Task { try await colorist.edit("golden hour") }
        try await eventually { colorist.stats.runs == 1 }
        let others = (0..<50).map { _ in Task { try await colorist.edit("golden hour") } }
        try await eventually { colorist.stats.waiting == 51 }

        let clock = ContinuousClock()
        let start = clock.now
        others.forEach { $0.cancel() }
        for task in others {
            let error = await errorOf { try await task.value }
            XCTAssertTrue(error is CancellationError)
        }
        XCTAssertLessThan(clock.now - start, .milliseconds(50))
        // The first one is none of theirs.
        let answer = try await first.value
        XCTAssertEqual(answer.adjust?.temperature, 30)
        XCTAssertEqual(colorist.stats.runs, 1)
        XCTAssertEqual(colorist.stats.stopped, 0)
        XCTAssertEqual(colorist.stats.canceled, 50)
    }

    func testATaskCanceledBeforeItsEditDoesNotRunIt() async throws {
        let colorist = try await Colorist.tiny()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await colorist.edit("golden hour")
        }
        let error = await errorOf { try await task.value }
        XCTAssertTrue(error is CancellationError)
        XCTAssertEqual(colorist.stats.runs, 0)
        XCTAssertEqual(colorist.stats.waiting, 0)
    }

    func testCancelingAfterTheAnswerChangesNothing() async throws {
        let colorist = try await Colorist.tiny()
        let task = Task { try await colorist.edit("golden hour") }
        _ = try await task.value
        task.cancel()
        _ = try await task.value
        XCTAssertEqual(colorist.stats.canceled, 0)
    }

    func testCancelingAtRandomMomentsLosesNoTask() async throws {
        do {
            let colorist = try await Colorist.tiny()
            for round in 0..<500 {
                let task = Task { try await colorist.edit("golden hour") }
                for _ in 0..<(round % 50) { await Task.yield() }
                task.cancel()
                switch await task.result {
                case .success: break
                case .failure(let error): XCTAssertTrue(error is CancellationError, "\(error)")
                }
            }
            let stats = colorist.stats
            XCTAssertEqual(stats.answered + stats.canceled, stats.requests)
        }
        try await noHandles()
    }

    func testADeadlineEndsAnEdit() async throws {
        let colorist = try await Colorist.slow()
        for deadline in [Duration.zero, .seconds(-1), .milliseconds(20)] {
            let error = await errorOf {
                try await colorist.edit("golden hour", deadline: deadline)
            }
            XCTAssertEqual(error as? ColoristError, .deadlineExceeded)
        }
        XCTAssertEqual(colorist.stats.expired, 3)
        XCTAssertEqual(colorist.stats.runs, 1)
        try await eventually { colorist.stats.stopped == 1 }
    }

    func testTheOptionsDeadlineHoldsUnlessTheEditNamesOne() async throws {
        let colorist = try await Colorist.tiny(options: .init(deadline: .zero))
        let error = await errorOf { try await colorist.edit("golden hour") }
        XCTAssertEqual(error as? ColoristError, .deadlineExceeded)
        _ = try await colorist.edit("golden hour", deadline: .seconds(60))
    }
}
