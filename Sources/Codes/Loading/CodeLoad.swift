public import CivilTime
import Diagnostics

/// A newer release of one table, merged into those that are loaded: what to write, and what it changes. Nothing is
/// written here.
public struct CodeLoad: Sendable {
    /// The tables that a release can be loaded into.
    public enum Table: String, Sendable, CaseIterable {
        case hcpcs
        case icd10cm
        case modifiers
    }

    /// What the person who loads it says of the file.
    public struct Label: Sendable {
        public var released: CivilDate
        public var validFrom: CivilDate
        public var validThrough: CivilDate
        public var source: String
        /// The name to show; made of table and day when there is none.
        public var name: String?

        public init(
            released: CivilDate, validFrom: CivilDate, validThrough: CivilDate, source: String, name: String? = nil
        ) {
            self.released = released
            self.validFrom = validFrom
            self.validThrough = validThrough
            self.source = source
            self.name = name
        }
    }

    /// In words: `CMS's order file`.
    public let layout: String
    public let release: Release
    /// The files to write beside the manifest before it; empty when nothing changes.
    public let files: [(name: String, bytes: [UInt8])]
    /// The manifest to put in the place of the old one, after the files: from then on they count.
    public let manifest: [UInt8]
    public let changes: LoadChanges
    /// The same release is loaded already, down to the last byte.
    public var isUnchanged: Bool { files.isEmpty && isManifestUnchanged }
    private let isManifestUnchanged: Bool

    /// - Parameters:
    ///   - manifest: the bytes of `codes.yaml`.
    ///   - read: gives the bytes of a file beside it.
    /// - Throws: `InvalidSource` with the place in the file of the release, or what `read` throws.
    public init(
        _ table: Table, bytes: [UInt8], file: String, label: Label, manifest: [UInt8], manifestFile: String,
        read: (String) throws -> [UInt8]
    ) throws {
        var folder = Folder(
            entries: try CodesManifest(yaml: manifest, file: manifestFile).entries,
            book: try CodeBook(manifest: manifest, file: manifestFile, read: read), file: file, label: label)
        switch table {
        case .hcpcs: (layout, changes) = try folder.loadHCPCS(bytes, read: read)
        case .icd10cm: (layout, changes) = try folder.loadDiagnoses(bytes, read: read)
        case .modifiers: (layout, changes) = try folder.loadModifiers(bytes, read: read)
        }
        files = folder.files
        release = try folder.entry(table.manifestTable, at: manifestFile).release
        let before = try CodesManifest(yaml: manifest, file: manifestFile)
        let isSame = folder.files.isEmpty && folder.hasSameReleases(as: before)
        isManifestUnchanged = isSame
        self.manifest = isSame ? manifest : CodesManifest.text(folder.entries)
        // What is about to be written must read, or it is not offered.
        let written = folder.files
        _ = try CodeBook(manifest: self.manifest, file: manifestFile) { name in
            if let file = written.first(where: { $0.name == name }) { return file.bytes }
            return try read(name)
        }
    }
}

extension CodeLoad.Table {
    var manifestTable: CodesManifest.Table {
        switch self {
        case .hcpcs: .hcpcs
        case .icd10cm: .diagnoses
        case .modifiers: .modifiers
        }
    }

    fileprivate var shownName: String {
        switch self {
        case .hcpcs: "HCPCS Level II"
        case .icd10cm: "ICD-10-CM"
        case .modifiers: "HCPCS Level II modifiers"
        }
    }
}

/// The codes folder while a release is put into it.
private struct Folder {
    var entries: [CodesManifest.Table: CodesManifest.Entry]
    let book: CodeBook
    let file: String
    let label: CodeLoad.Label
    var files: [(name: String, bytes: [UInt8])] = []

    mutating func loadHCPCS(
        _ bytes: [UInt8], read: (String) throws -> [UInt8]
    ) throws -> (String, LoadChanges) {
        let old = try fits(.hcpcs)
        let release = try HCPCSReleaseFile(bytes, file: file)
        let merged = try book.hcpcs.merged(with: release, name: file, validFrom: label.validFrom)
        try replace(.hcpcs, old, with: merged.csv, ending: "csv", read: read)
        return (release.layout.rawValue, merged.changes)
    }

    mutating func loadDiagnoses(
        _ bytes: [UInt8], read: (String) throws -> [UInt8]
    ) throws -> (String, LoadChanges) {
        let old = try fits(.icd10cm)
        let release = try DiagnosisReleaseFile(text: bytes, file: file)
        let merged = try book.diagnoses.merged(with: release, name: file, validFrom: label.validFrom)
        try replace(.icd10cm, old, with: merged.tsv, ending: "tsv", read: read)
        let history = try entry(.diagnosisHistory, at: file)
        if try read(history.file) != merged.history {
            let past = history.release
            let through = label.validFrom.adding(days: -1)
            entries[.diagnosisHistory] = add(
                merged.history, named: "icd10cm-history", ending: "csv", notAs: history.file,
                release: Release(
                    name: "ICD-10-CM, standing of single codes before \(label.validFrom)", released: label.released,
                    validFrom: past.validFrom, validThrough: max(past.validThrough, through),
                    source: "\(past.source); \(label.source)"), location: history.location)
        }
        return (release.layout.rawValue, merged.changes)
    }

    mutating func loadModifiers(
        _ bytes: [UInt8], read: (String) throws -> [UInt8]
    ) throws -> (String, LoadChanges) {
        let old = try fits(.modifiers)
        let release = try Modifiers.readRelease(bytes, file: file)
        let merged = try book.modifiers.merged(with: release.all, name: file, validFrom: label.validFrom)
        try replace(.modifiers, old, with: merged.csv, ending: "csv", read: read)
        return (release.layout, merged.changes)
    }

    func entry(_ table: CodesManifest.Table, at place: String) throws(InvalidSource) -> CodesManifest.Entry {
        guard let entry = entries[table] else {
            throw InvalidSource(
                at: SourceLocation(file: place, line: 1, column: 1), "no entry for the table \"\(table.rawValue)\"")
        }
        return entry
    }

    func hasSameReleases(as manifest: CodesManifest) -> Bool {
        entries.allSatisfy { manifest.entries[$0.key]?.release == $0.value.release }
    }

    /// A release follows the loaded one, or is it once more: none before it, and no gap between.
    private func fits(_ table: CodeLoad.Table) throws(InvalidSource) -> CodesManifest.Entry {
        let old = try entry(table.manifestTable, at: file)
        let loaded = old.release
        let place = SourceLocation(file: file, line: 1, column: 1)
        guard label.validFrom <= label.validThrough else {
            throw InvalidSource(
                at: place, "it would be valid from \(label.validFrom) through \(label.validThrough); one date is wrong")
        }
        guard label.validThrough >= loaded.validThrough else {
            throw InvalidSource(
                at: place,
                "it ends on \(label.validThrough), and \(loaded.name), which is loaded, answers through "
                    + "\(loaded.validThrough): this is an older release")
        }
        guard label.validFrom <= loaded.validThrough.adding(days: 1) || table == .modifiers else {
            throw InvalidSource(
                at: place,
                "it begins on \(label.validFrom), and \(loaded.name) ends on \(loaded.validThrough): load the release in "
                    + "between first")
        }
        return old
    }

    /// The merged table answers for everything that the old one did, and for the new days.
    private mutating func replace(
        _ table: CodeLoad.Table, _ old: CodesManifest.Entry, with bytes: [UInt8], ending: String,
        read: (String) throws -> [UInt8]
    ) throws {
        let release = Release(
            name: label.name ?? "\(table.shownName), release of \(label.released)", released: label.released,
            validFrom: min(old.release.validFrom, label.validFrom), validThrough: label.validThrough,
            source: label.source)
        if try read(old.file) == bytes {
            entries[table.manifestTable] = CodesManifest.Entry(
                file: old.file, bytes: old.bytes, release: release, location: old.location)
            return
        }
        entries[table.manifestTable] = add(
            bytes, named: table.rawValue, ending: ending, notAs: old.file, release: release, location: old.location)
    }

    /// Never under the name of the file that still counts.
    private mutating func add(
        _ bytes: [UInt8], named stem: String, ending: String, notAs old: String, release: Release,
        location: SourceLocation
    ) -> CodesManifest.Entry {
        let month = label.validFrom.description.prefix(7)
        var name = "\(stem)-\(month).\(ending)"
        var number = 2
        while name == old {
            name = "\(stem)-\(month)-\(number).\(ending)"
            number += 1
        }
        files.append((name, bytes))
        return CodesManifest.Entry(file: name, bytes: bytes.count, release: release, location: location)
    }
}
