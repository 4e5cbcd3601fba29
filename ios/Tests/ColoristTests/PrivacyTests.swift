import Foundation
import XCTest

final class PrivacyTests: XCTestCase {
    func testThePrivacyManifestDeclaresNoDataAndNoTracking() throws {
        let file = Files.root.appendingPathComponent(
            "ios/Sources/Colorist/Resources/PrivacyInfo.xcprivacy")
        let plist = try PropertyListSerialization.propertyList(
            from: try Data(contentsOf: file), format: nil)
        let manifest = try XCTUnwrap(plist as? [String: Any])
        XCTAssertEqual(manifest["NSPrivacyTracking"] as? Bool, false)
        XCTAssertEqual((manifest["NSPrivacyTrackingDomains"] as? [Any])?.count, 0)
        XCTAssertEqual((manifest["NSPrivacyCollectedDataTypes"] as? [Any])?.count, 0)

        let used = try XCTUnwrap(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
        let reasons = try used.reduce(into: [String: [String]]()) { reasons, use in
            let type = try XCTUnwrap(use["NSPrivacyAccessedAPIType"] as? String)
            reasons[type] = use["NSPrivacyAccessedAPITypeReasons"] as? [String]
        }
        XCTAssertEqual(
            reasons,
            [
                "NSPrivacyAccessedAPICategoryFileTimestamp": ["C617.1"],
                "NSPrivacyAccessedAPICategorySystemBootTime": ["35F9.1"],
            ])
    }
}
