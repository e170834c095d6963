// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "precert",
    products: [.executable(name: "precert", targets: ["precert"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    ],
    targets: [
        // Floor 0: words everybody may use, and the C library.
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CivilTime", swiftSettings: strict),
        .target(name: "Diagnostics", swiftSettings: strict),
        .target(name: "Failpoints", swiftSettings: strict),

        // Floor 1: the outside world, without the domain.
        .target(
            name: "StrictYAML",
            dependencies: ["CivilTime", "Diagnostics", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "PostgresClient", dependencies: ["CLibpq", "CivilTime", "Diagnostics"],
            swiftSettings: strict),
        .target(name: "ContentHash", dependencies: ["CLibcrypto"], swiftSettings: strict),
        .target(name: "PrivateCluster", swiftSettings: strict),

        // Floor 2: pure domain. No clock, no file, no database.
        .target(
            name: "Codes", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),
        .target(
            name: "Criteria", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),
        .target(
            name: "Workflow", dependencies: ["Diagnostics", "StrictYAML"],
            swiftSettings: strict),

        // Floor 3: what a payer is.
        .target(
            name: "Payers", dependencies: ["CivilTime", "Diagnostics", "StrictYAML", "Criteria"],
            swiftSettings: strict),

        // Floor 4: bytes in, typed statuses out.
        .target(
            name: "Exchange", dependencies: ["CivilTime", "Diagnostics", "StrictYAML"],
            swiftSettings: strict),

        .target(
            name: "Engine",
            dependencies: [
                "CivilTime", "ContentHash", "Diagnostics", "Failpoints", "PostgresClient", "Workflow", "Criteria",
                "Codes",
                "Payers",
            ], swiftSettings: strict),

        // Floor 5: loops.
        .target(
            name: "Worker",
            dependencies: [
                "Engine", "Failpoints", .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        // Floor 6: the command line.
        .target(
            name: "PrecertCLI",
            dependencies: [
                "CivilTime", "ContentHash", "Diagnostics", "Failpoints", "PostgresClient", "PrivateCluster", "Workflow",
                "Criteria",
                "Codes", "Payers", "Exchange", "Engine", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .executableTarget(name: "precert", dependencies: ["PrecertCLI"], swiftSettings: strict),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["PostgresClient", "PrivateCluster", "Workflow"],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime"], swiftSettings: strict),
        .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "PostgresClientTests", dependencies: ["PostgresClient", "TestSupport", "CivilTime", "Diagnostics"],
            swiftSettings: strict),
        .testTarget(name: "PrivateClusterTests", dependencies: ["PrivateCluster"], swiftSettings: strict),
        .testTarget(
            name: "CodesTests", dependencies: ["Codes", "CivilTime", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "CriteriaTests", dependencies: ["Criteria", "CivilTime", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "WorkflowTests", dependencies: ["Workflow", "Diagnostics", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "PayersTests", dependencies: ["Payers", "Criteria", "CivilTime", "Diagnostics"],
            swiftSettings: strict),
        .testTarget(
            name: "ExchangeTests", dependencies: ["Exchange", "CivilTime", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Exchange", "Workflow", "Payers", "Criteria", "Codes", "CivilTime", "PostgresClient",
                "TestSupport", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .testTarget(
            name: "PrecertCLITests",
            dependencies: [
                "PrecertCLI", "CivilTime", "Diagnostics", "Codes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        // End to end: drives the built `precert`.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["precert", "PrivateCluster", "TestSupport", "PostgresClient", "Workflow"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// Built for Benchmarks/run only, so that a plain build stays short.
if Context.environment["PRECERT_BENCHMARKS"] != nil {
    package.products.append(.executable(name: "precert-bench", targets: ["PrecertBench"]))
    package.products.append(.executable(name: "policy-bench", targets: ["PolicyBench"]))
    package.targets.append(
        .executableTarget(
            name: "PolicyBench", dependencies: ["CivilTime", "Criteria"], path: "Benchmarks/PolicyBench",
            swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "PrecertBench", dependencies: ["PostgresClient"], path: "Benchmarks/PrecertBench",
            swiftSettings: strict))
}

// Built for Scripts/fuzz only, which gives the sanitizers' flags.
if Context.environment["PRECERT_FUZZ"] != nil {
    package.products.append(.executable(name: "policy-fuzz", targets: ["PolicyFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "PolicyFuzz", dependencies: ["CivilTime", "Criteria", "Diagnostics"], path: "Tests/Fuzz/PolicyFuzz",
            swiftSettings: strict,
            // GNU gold breaks on the sanitizers' tables.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}
