import CivilTime
import Diagnostics

extension Modifiers {
    /// A release of the modifiers: CMS's alphanumeric file, whose records 7 and 8 are modifiers, or a table in the
    /// layout that `init(csv:)` reads.
    static func readRelease(_ bytes: [UInt8], file: String) throws(InvalidSource) -> (layout: String, all: [Modifier]) {
        let header = "code,first_date,last_date,meaning"
        if String(decoding: bytes.prefix(64), as: UTF8.self).contains(header) {
            let release = Release(
                name: file, released: CivilDate(dayNumber: 0), validFrom: CivilDate(dayNumber: 0),
                validThrough: CivilDate(dayNumber: 0), source: file)
            return ("a table of modifiers in CSV", try Modifiers(csv: bytes, file: file, release: release).all)
        }
        let release = try HCPCSReleaseFile(bytes, file: file)
        guard !release.modifiers.isEmpty else {
            throw InvalidSource(
                at: SourceLocation(file: file, line: 1, column: 1),
                "no modifiers in it: \(release.layout.rawValue) without records 7; or a CSV with the header \(header)")
        }
        let all = release.modifiers.map {
            Modifier(code: $0.code, meaning: $0.descriptor, firstDate: $0.first, lastDate: $0.last)
        }
        return (release.layout.rawValue, all)
    }

    /// The table with a newer release in it. A letter modifier that the release no longer has ended the day before; CPT's
    /// numbers are in no release of HCPCS and stay.
    func merged(
        with release: [Modifier], name: String, validFrom: CivilDate
    ) throws(InvalidSource) -> (csv: [UInt8], changes: LoadChanges) {
        var changes = LoadChanges()
        let present = all.filter { $0.lastDate == nil }
        guard release.count >= present.count / 2 else {
            throw InvalidSource(
                at: SourceLocation(file: name, line: 1, column: 1),
                "\(release.count) modifiers where \(present.count) are loaded: the file is cut short, or is no whole release"
            )
        }
        var merged = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })
        for new in release {
            let old = merged[new.code]
            merged[new.code] = Modifier(
                code: new.code, meaning: new.meaning.isEmpty ? old?.meaning ?? "" : new.meaning,
                firstDate: new.firstDate ?? old?.firstDate, lastDate: new.lastDate)
            if old == nil {
                changes.added.append(new.code)
            } else if old?.lastDate == nil, let last = new.lastDate {
                changes.ended.append("\(new.code) on \(last)")
            } else if merged[new.code] != old {
                changes.changed.append(new.code)
            }
        }
        let kept = Set(release.map(\.code))
        for old in present where !kept.contains(old.code) && !old.code.utf8.allSatisfy({ (48...57).contains($0) }) {
            let last = validFrom.adding(days: -1)
            merged[old.code] = Modifier(
                code: old.code, meaning: old.meaning, firstDate: old.firstDate, lastDate: last)
            changes.ended.append("\(old.code) by \(last)")
        }
        changes.added.sort()
        changes.ended.sort()
        changes.changed.sort()
        var text = "code,first_date,last_date,meaning\n"
        for modifier in merged.values.sorted(by: { $0.code < $1.code }) {
            let fields = [
                modifier.code, modifier.firstDate?.description ?? "", modifier.lastDate?.description ?? "",
                modifier.meaning,
            ]
            text += fields.map(csvField).joined(separator: ",") + "\n"
        }
        return (Array(text.utf8), changes)
    }
}
