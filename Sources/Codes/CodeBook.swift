import Diagnostics
import StrictYAML

/// All loaded code tables, each with its release.
public struct CodeBook: Sendable {
    public let hcpcs: HCPCSTable
    public let diagnoses: DiagnosisTable
    /// Where the standing of single codes before the loaded ICD-10-CM release comes from.
    public let diagnosisHistoryRelease: Release
    public let modifiers: Modifiers
    public let placesOfService: PlacesOfService
    public let drugs: DrugFacts
    public let drugsRelease: Release

    /// Every table's release, to be shown wherever an answer is.
    public var releases: [Release] {
        [
            hcpcs.release, diagnoses.release, diagnosisHistoryRelease, modifiers.release, placesOfService.release,
            drugsRelease,
        ]
    }

    /// Reads the manifest (`codes.yaml`) and each table that it names.
    /// - Parameters:
    ///   - read: gives the bytes of a file that stands beside the manifest, by its name.
    /// - Throws: `InvalidSource` with the place, or what `read` throws.
    public init(manifest: [UInt8], file: String, read: (String) throws -> [UInt8]) throws {
        let entries = try CodesManifest(yaml: manifest, file: file).entries
        func load(_ table: CodesManifest.Table) throws -> (bytes: [UInt8], file: String, release: Release) {
            guard let entry = entries[table] else {
                throw InvalidSource(
                    at: SourceLocation(file: file, line: 1, column: 1), "no entry for the table \"\(table.rawValue)\"")
            }
            let bytes = try read(entry.file)
            if let expected = entry.bytes, bytes.count != expected {
                throw InvalidSource(
                    at: entry.location,
                    """
                    \(entry.file) has \(bytes.count) bytes where the manifest says \(expected): \
                    the file is cut short or another one; copy it again, or correct the manifest
                    """)
            }
            return (bytes, entry.file, entry.release)
        }
        let codes = try load(.hcpcs)
        hcpcs = try HCPCSTable(csv: codes.bytes, file: codes.file, release: codes.release)
        let past = try load(.diagnosisHistory)
        let history = try DiagnosisHistory(csv: past.bytes, file: past.file)
        diagnosisHistoryRelease = past.release
        let present = try load(.diagnoses)
        diagnoses = try DiagnosisTable(
            tsv: present.bytes, file: present.file, release: present.release, history: history)
        let marks = try load(.modifiers)
        modifiers = try Modifiers(csv: marks.bytes, file: marks.file, release: marks.release)
        let places = try load(.placesOfService)
        placesOfService = try PlacesOfService(csv: places.bytes, file: places.file, release: places.release)
        let facts = try load(.drugs)
        drugs = try DrugFacts(yaml: facts.bytes, file: facts.file)
        drugsRelease = facts.release
    }
}
