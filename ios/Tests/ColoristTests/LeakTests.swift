import Colorist
import ColoristFFI
import Foundation
import XCTest

final class LeakTests: XCTestCase {
    /// Memory may vary by this much without being a leak: 1 KB for each of 10,000 would be 10 MB.
    private let slack = 3 << 20

    func testTenThousandEditsLeaveNothingBehind() async throws {
        try await noHandles()
        do {
            let colorist = try await Colorist.tiny()
            try await edits(2_000, of: colorist)
            let start = try residentBytes()
            try await edits(10_000, of: colorist)
            XCTAssertLessThan(try residentBytes() - start, slack)
            XCTAssertEqual(colorist.stats.answered, 12_000)
        }
        try await noHandles()
    }

    func testTenThousandTimesOpenAndCloseLeaveNothingBehind() async throws {
        try await noHandles()
        try await cycles(500)
        let start = try residentBytes()
        try await cycles(10_000)
        XCTAssertLessThan(try residentBytes() - start, slack)
        try await noHandles()
    }

    private func edits(_ count: Int, of colorist: Colorist) async throws {
        for _ in 0..<count { _ = try await colorist.edit("golden hour") }
    }

    /// Every second instance is closed, the others end with their last reference.
    private func cycles(_ count: Int) async throws {
        for cycle in 0..<count {
            let colorist = try await Colorist.tiny(options: .init { _, _ in })
            _ = try await colorist.edit("golden hour")
            if cycle % 2 == 0 { colorist.close() }
        }
    }
}

/// The memory of this process that is in RAM.
private func residentBytes() throws -> Int {
    #if os(Linux)
        let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let fields = statm.split(separator: " ")
        return try XCTUnwrap(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
        var info = mach_task_basic_info()
        var count = mach_msg_type_number_t(
            MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size)
        let status = withUnsafeMutablePointer(to: &info) {
            $0.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
                task_info(task_self_trap(), task_flavor_t(MACH_TASK_BASIC_INFO), $0, &count)
            }
        }
        XCTAssertEqual(status, KERN_SUCCESS)
        return Int(info.resident_size)
    #endif
}
