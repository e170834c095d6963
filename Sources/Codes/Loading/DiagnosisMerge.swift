import CivilTime
import Diagnostics

extension DiagnosisTable {
    /// The table of a newer release, and the history with what it changed.
    ///
    /// The new table has every code of the old one too, so that a code which is gone can still be explained on the days
    /// when it was billable.
    func merged(
        with file: DiagnosisReleaseFile, name: String, validFrom: CivilDate
    ) throws(InvalidSource) -> (tsv: [UInt8], history: [UInt8], changes: LoadChanges) {
        var old = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        let billable = old.values.count { $0.isBillable }
        let newBillable = file.codes.count { $0.isBillable }
        guard newBillable >= billable / 2 else {
            throw InvalidSource(
                at: SourceLocation(file: name, line: 1, column: 1),
                "\(newBillable) billable codes where \(billable) are loaded: the file is cut short, or is no whole release"
            )
        }
        var changes = LoadChanges()
        var rows: [(code: String, kind: DiagnosisHistory.Kind)] = []
        var merged: [String: Diagnosis] = [:]
        for new in file.codes {
            merged[new.code] = new
            guard let before = old.removeValue(forKey: new.code) else {
                changes.added.append(new.code)
                rows.append((new.code, .absent))
                continue
            }
            if before.isBillable != new.isBillable {
                rows.append((new.code, before.isBillable ? .billable : .heading))
                if before.isBillable { changes.ended.append(new.code) } else { changes.changed.append(new.code) }
            } else if before.description != new.description {
                changes.changed.append(new.code)
            }
        }
        // What the file does not have: headings, when it lists billable codes alone; else codes that are gone.
        for gone in old.values {
            merged[gone.code] = Diagnosis(code: gone.code, isBillable: false, description: gone.description)
            if gone.isBillable {
                changes.ended.append(gone.code)
                rows.append((gone.code, .billable))
            }
        }
        changes.added.sort()
        changes.ended.sort()
        changes.changed.sort()
        let lines = merged.values.sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
            .map { "\($0.code)\t\($0.isBillable ? 1 : 0)\t\($0.description)\n" }
        let through = validFrom.adding(days: -1)
        return (
            Array((DiagnosisTable.header + lines.joined()).utf8), history.csv(adding: rows, through: through), changes
        )
    }
}

extension DiagnosisHistory {
    /// In the layout that `init(csv:)` reads, with more rows that end on a day.
    func csv(adding rows: [(code: String, kind: Kind)], through: CivilDate) -> [UInt8] {
        var spans = spans
        for row in rows {
            let after = spans[row.code]?.map(\.through).max()
            // Not twice, and not against what is already known of that day.
            if let after, after >= through { continue }
            spans[row.code, default: []].append(
                Span(
                    kind: row.kind, from: after?.adding(days: 1), through: through,
                    note: "changed on \(through.adding(days: 1))"))
        }
        var text = DiagnosisHistory.header.joined(separator: ",") + "\n"
        for code in spans.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            for span in (spans[code] ?? []).sorted(by: { $0.through < $1.through }) {
                let fields = [
                    code, span.kind.rawValue, span.from?.description ?? "", span.through.description, span.note,
                ]
                text += fields.map(csvField).joined(separator: ",") + "\n"
            }
        }
        return Array(text.utf8)
    }
}
