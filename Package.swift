// swift-tools-version:6.0
import PackageDescription

// The native library for Apple's platforms: of a release, the archive that `cargo xtask ios` packs
// and its checksum; `nil`: the XCFramework where the same command leaves it.
let release: (url: String, checksum: String)? = nil

#if os(macOS)
    let native: Target =
        if let release {
            .binaryTarget(name: "CColorist", url: release.url, checksum: release.checksum)
        } else {
            .binaryTarget(name: "CColorist", path: "target/ios/CColorist.xcframework")
        }
#else
    let native: Target = .systemLibrary(
        name: "CColorist", path: "bindings/generated/swift/CColorist")
#endif

// Nothing of the bridge may leak into the public interface.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "colorist",
    // ONNX Runtime needs iOS 15.1 and macOS 13.4, `Duration` iOS 16.
    platforms: [.iOS(.v16), .macOS("13.4")],
    products: [
        .library(name: "Colorist", targets: ["Colorist"]),
        // The pack alone is 21 MB, so an app that brings its own can leave it out.
        .library(name: "ColoristSmall", targets: ["ColoristSmall"]),
    ],
    targets: [
        native,
        .target(
            name: "ColoristFFI", dependencies: ["CColorist"],
            path: "bindings/generated/swift/ColoristFFI"),
        .target(
            name: "Colorist", dependencies: ["ColoristFFI"], path: "ios/Sources/Colorist",
            resources: [.copy("Resources/PrivacyInfo.xcprivacy")], swiftSettings: strict),
        .target(
            name: "ColoristSmall", dependencies: ["Colorist"], path: "models/packs",
            sources: ["ColoristSmall.swift"], resources: [.copy("colorist-small")],
            swiftSettings: strict),
        .executableTarget(
            name: "ColoristSample", dependencies: ["Colorist", "ColoristSmall"],
            path: "ios/Samples"),
        .executableTarget(
            name: "ColoristBenchmark", dependencies: ["Colorist", "ColoristFFI"],
            path: "ios/Benchmark"),
        .testTarget(
            name: "ColoristTests", dependencies: ["Colorist", "ColoristFFI", "ColoristSmall"],
            path: "ios/Tests/ColoristTests"),
    ],
    swiftLanguageModes: [.v6]
)
