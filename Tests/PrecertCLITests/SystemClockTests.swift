import CivilTime
import Foundation
import Testing

@testable import PrecertCLI

@Suite("Days where the payer is") struct SystemClockTests {
    @Test(
        "an evening in the United States is not yet tomorrow",
        arguments: [
            ("2026-11-25T02:30:00Z", "America/Chicago", "2026-11-24"),
            ("2026-11-25T05:59:59Z", "America/Chicago", "2026-11-24"),
            ("2026-11-25T06:00:00Z", "America/Chicago", "2026-11-25"),
            ("2026-07-01T04:30:00Z", "America/Chicago", "2026-06-30"),
            ("2026-07-01T05:00:00Z", "America/Chicago", "2026-07-01"),
            ("2026-01-01T09:59:59Z", "Pacific/Honolulu", "2025-12-31"),
        ])
    func evening(instant: String, zone: String, day: String) throws {
        let date = try #require(InstantText.parse(instant))
        #expect(SystemClock.civilDate(at: date, in: zone).description == day)
    }
}
