// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "precert",
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2")
    ],
    targets: [
        // Floor 0: words everybody may use, and the C library.
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CivilTime", swiftSettings: strict),
        .target(name: "Diagnostics", swiftSettings: strict),

        // Floor 1: the outside world, without the domain.
        .target(
            name: "StrictYAML",
            dependencies: ["CivilTime", "Diagnostics", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "PostgresClient", dependencies: ["CLibpq", "CivilTime", "Diagnostics"],
            swiftSettings: strict),
        .target(name: "PrivateCluster", dependencies: ["Diagnostics"], swiftSettings: strict),

        // Floor 2: pure domain. No clock, no file, no database.
        .target(
            name: "Codes", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),
        .target(
            name: "Criteria", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),
        .target(
            name: "Workflow", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),

        // Floor 3: what a payer is.
        .target(
            name: "Payers", dependencies: ["CivilTime", "Diagnostics", "StrictYAML", "Criteria", "Codes"],
            swiftSettings: strict),

        // Floor 4: bytes in, typed statuses out.
        .target(
            name: "Exchange", dependencies: ["CivilTime", "Diagnostics", "StrictYAML", "Payers"],
            swiftSettings: strict),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["PostgresClient", "PrivateCluster"],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime"], swiftSettings: strict),
        .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML"], swiftSettings: strict),
        .testTarget(
            name: "PostgresClientTests", dependencies: ["PostgresClient", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "PrivateClusterTests", dependencies: ["PrivateCluster"], swiftSettings: strict),
        .testTarget(name: "CodesTests", dependencies: ["Codes"], swiftSettings: strict),
        .testTarget(name: "CriteriaTests", dependencies: ["Criteria"], swiftSettings: strict),
        .testTarget(name: "WorkflowTests", dependencies: ["Workflow"], swiftSettings: strict),
        .testTarget(name: "PayersTests", dependencies: ["Payers"], swiftSettings: strict),
        .testTarget(name: "ExchangeTests", dependencies: ["Exchange"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
