import Foundation
import Testing

@testable import PrivateCluster

@Suite struct DisposableClusterTests {
    @Test func `answers, recovers from a kill, and leaves nothing behind`() throws {
        let cluster = try DisposableCluster(environment: ProcessInfo.processInfo.environment)
        #expect(throws: Never.self) { try cluster.connectionString() }
        try cluster.kill()
        #expect(throws: ClusterError.self) { try cluster.connectionString() }
        try cluster.restart()
        #expect(throws: Never.self) { try cluster.connectionString() }
        cluster.stop()
    }
}
