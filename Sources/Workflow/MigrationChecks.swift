import Diagnostics

extension WorkflowSource {
    /// Checks the map from an earlier version against the states that hold requests. Expects that every name is known.
    func migrationProblems(populatedStates: Set<String>) -> DiagnosticList {
        var problems = DiagnosticList()
        if let migration, migration.version >= version {
            problems.error(
                at: migration.versionLocation,
                "version \(version) cannot take over from version \(migration.version); name an earlier one")
        }
        let names = Set(allNodes.filter { !$0.isGroup }.map(\.name.name))
        let mapped = Set(migration?.states.map(\.old.name) ?? [])
        for state in populatedStates.sorted() where !mapped.contains(state) && !names.contains(state) {
            problems.error(
                at: migration?.location ?? location,
                "requests stand in \"\(state)\", which this version does not have; "
                    + "say under \"migrates_from\" where they go")
        }
        return problems
    }
}
