import CivilTime
import Diagnostics

extension HCPCSTable {
    /// The table with a newer release in it: new codes, ended codes with their last day, everything else as it was.
    ///
    /// A code of the last release that the new file no longer has ended no later than the day before it: CMS's file says
    /// when exactly, Addendum B does not.
    func merged(
        with file: HCPCSReleaseFile, name: String, validFrom: CivilDate
    ) throws(InvalidSource) -> (csv: [UInt8], changes: LoadChanges) {
        var changes = LoadChanges()
        let label = String(validFrom.description.prefix(7))
        let carried = file.codes.filter { code in code.code.first.map(letters.contains) ?? false }
        changes.skipped = file.codes.count - carried.count
        let present = all.filter { $0.lastDate == nil }
        guard carried.count >= present.count / 2 else {
            throw InvalidSource(
                at: SourceLocation(file: name, line: 1, column: 1),
                "\(carried.count) codes of the letters \(letters.sorted().map(String.init).joined(separator: ", ")), where "
                    + "\(present.count) are loaded: the file is cut short, or is no whole release")
        }
        var merged = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })
        for code in carried {
            let old = merged[code.code]
            let new = HCPCSTable.merge(code, into: old, label: label, validFrom: validFrom, remarks: &changes.remarks)
            merged[code.code] = new
            if old == nil {
                changes.added.append(code.code)
            } else if let old, old.lastDate == nil, let last = new.lastDate {
                changes.ended.append("\(code.code) on \(last)")
            } else if let old, HCPCSTable.isChange(from: old, to: new) {
                changes.changed.append(code.code)
            }
        }
        let kept = Set(carried.map(\.code))
        let dayBefore = validFrom.adding(days: -1)
        for old in present where !kept.contains(old.code) {
            merged[old.code] = old.ended(noLaterThan: dayBefore)
            changes.ended.append("\(old.code) by \(dayBefore)")
        }
        changes.added.sort()
        changes.ended.sort()
        changes.changed.sort()
        changes.remarks.sort()
        return (HCPCSTable.csv(merged.values.sorted { $0.code < $1.code }), changes)
    }

    /// A newer release of the same code is no change by itself.
    private static func isChange(from old: HCPCSCode, to new: HCPCSCode) -> Bool {
        old.descriptor != new.descriptor || old.unit != new.unit || old.firstDate != new.firstDate
            || old.lastDate != new.lastDate
    }

    private static func merge(
        _ code: HCPCSReleaseFile.Code, into old: HCPCSCode?, label: String, validFrom: CivilDate,
        remarks: inout [String]
    ) -> HCPCSCode {
        let read = billingUnit(in: code.descriptor)
        if let old {
            if let read, let unit = old.unit, read != unit {
                remarks.append("\(code.code) reads as \(read) a unit and stays at \(unit); look at its descriptor")
            }
            // A short descriptor says less than the one on file.
            let descriptor = code.descriptor.count > old.descriptor.count ? code.descriptor : old.descriptor
            return HCPCSCode(
                code: old.code, descriptor: descriptor, unit: old.unit ?? read,
                firstDate: code.first ?? old.firstDate,
                firstDateIsUpperBound: code.first == nil && old.firstDateIsUpperBound, lastDate: code.last,
                lastDateIsUpperBound: false, firstRelease: old.firstRelease, lastRelease: max(old.lastRelease, label))
        }
        if read == nil {
            remarks.append("\(code.code) is new, and no one unit stands in its descriptor: \(code.descriptor)")
        }
        return HCPCSCode(
            code: code.code, descriptor: code.descriptor, unit: read, firstDate: code.first ?? validFrom,
            firstDateIsUpperBound: code.first == nil, lastDate: code.last, lastDateIsUpperBound: false,
            firstRelease: label, lastRelease: label)
    }

    /// In the layout that `init(csv:)` reads.
    static func csv(_ codes: [HCPCSCode]) -> [UInt8] {
        var text = header.joined(separator: ",") + "\n"
        for code in codes {
            let first = "\(code.firstDateIsUpperBound ? "<=" : "")\(code.firstDate)"
            let last = code.lastDate.map { "\(code.lastDateIsUpperBound ? "<=" : "")\($0)" } ?? ""
            let fields = [
                code.code, code.unit?.description ?? "", first, last, code.firstRelease, code.lastRelease,
                code.descriptor,
            ]
            text += fields.map(csvField).joined(separator: ",") + "\n"
        }
        return Array(text.utf8)
    }
}

extension HCPCSCode {
    fileprivate func ended(noLaterThan date: CivilDate) -> HCPCSCode {
        HCPCSCode(
            code: code, descriptor: descriptor, unit: unit, firstDate: firstDate,
            firstDateIsUpperBound: firstDateIsUpperBound, lastDate: date, lastDateIsUpperBound: true,
            firstRelease: firstRelease, lastRelease: lastRelease)
    }
}
