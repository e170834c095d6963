public import CivilTime
public import Criteria
public import Diagnostics

/// All payers on file.
public struct PayerCatalog: Sendable {
    /// Sorted by id.
    public let modules: [PayerModule]
    /// The practice's own clocks, for what a payer's module does not say.
    public let practiceClocks: ClockTable

    public init(_ modules: [PayerModule], practiceClocks: ClockTable) {
        self.modules = modules.sorted { $0.id < $1.id }
        self.practiceClocks = practiceClocks
    }

    /// Reads the whole payers' folder, one payer for each folder in it.
    /// - Parameter payer: read only this payer's policies and its delegates'; the others' `payer.yaml` are read all the
    ///   same. Nothing reads all policies.
    /// - Throws: `InvalidSource` with everything that is wrong in all files read.
    public static func load(
        _ files: [PayerFile], vocabulary: Vocabulary, practiceClocks: ClockTable, policiesOf payer: String? = nil
    ) throws(InvalidSource) -> PayerCatalog {
        var problems = DiagnosticList()
        var modules: [PayerModule] = []
        for stray in files where stray.folder == nil {
            problems.error(
                at: SourceLocation(file: stray.path, line: 1, column: 1), "a payer's files lie in a folder of its own")
        }
        let library = PolicyLibrary(files.policies, vocabulary: vocabulary)
        let folders = Dictionary(grouping: files.filter { $0.folder != nil }) { $0.folder ?? "" }
        for folder in folders.sorted(by: { $0.key < $1.key }) {
            do {
                let own = payer == nil ? folder.value : folder.value.filter { $0.name == "payer.yaml" }
                modules.append(try PayerModule.load(own, vocabulary: vocabulary, library: library))
            } catch {
                problems.append(contentsOf: error.diagnostics)
            }
        }
        let ids = folders.keys.sorted()
        for delegate in modules.flatMap(\.delegates) where !ids.contains(delegate.payer) {
            let hint = nearestMatch(to: delegate.payer, among: ids).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: delegate.location, "no payer \"\(delegate.payer)\" is on file\(hint)")
        }
        let wanted = [payer].compactMap { $0 } + modules.filter { $0.id == payer }.flatMap(\.delegates).map(\.payer)
        for (place, module) in modules.enumerated() where wanted.contains(module.id) {
            do {
                modules[place] = try PayerModule.load(
                    folders[module.id] ?? [], vocabulary: vocabulary, library: library)
            } catch {
                problems.append(contentsOf: error.diagnostics)
            }
        }
        try problems.throwIfErrors()
        return PayerCatalog(modules, practiceClocks: practiceClocks)
    }

    /// A payer by its id, its name or one of its EDI ids, in any case.
    public func payer(_ name: String) -> PayerModule? {
        let wanted = name.lowercased()
        return modules.first { module in
            module.id == wanted || module.name.lowercased() == wanted
                || module.ediIDs.contains { $0.id.lowercased() == wanted }
        }
    }

    /// The row for a clock: the payer's where its module has one, else the practice's.
    public func clockRule(
        _ clock: String, payer: String, urgency: ClockRule.Urgency, on date: CivilDate
    ) -> ClockRule? {
        self.payer(payer)?.clocks.rule(for: clock, urgency: urgency, on: date)
            ?? practiceClocks.rule(for: clock, urgency: urgency, on: date)
    }
}

extension PayerCatalog {
    /// What only the other files can tell: clocks that the workflow does not name, clocks of the workflow for which the
    /// practice has no figure, calendars that are not loaded.
    public func check(workflowClocks: [String], calendars: [String], practiceFile: SourceLocation) -> [Diagnostic] {
        var problems = DiagnosticList()
        for rule in modules.flatMap(\.clocks.rules) + practiceClocks.rules where !workflowClocks.contains(rule.clock) {
            let hint = nearestMatch(to: rule.clock, among: workflowClocks).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: rule.location, "the workflow has no clock \"\(rule.clock)\"\(hint)")
        }
        for clock in workflowClocks {
            let urgencies = practiceClocks.rules.filter { $0.clock == clock }.map(\.urgency)
            let missing = urgencies.contains(nil) ? [] : ClockRule.Urgency.allCases.filter { !urgencies.contains($0) }
            if !missing.isEmpty {
                let which = missing.map(\.rawValue).joined(separator: " and ")
                problems.error(
                    at: practiceFile, "the clock \"\(clock)\" of the workflow has no row for \(which) requests")
            }
        }
        for module in modules where !calendars.contains(module.calendar) {
            let known = calendars.sorted().joined(separator: ", ")
            problems.error(
                at: module.location, "no holiday calendar is called \"\(module.calendar)\"; on file: \(known)")
        }
        return problems.sorted
    }
}
