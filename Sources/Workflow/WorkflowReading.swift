public import Diagnostics
import StrictYAML

/// What a file of a workflow definition came to: the compiled definition, or what is wrong with it.
public struct WorkflowReading: Sendable {
    /// What lies outside the file and lets more be checked. Empty is fine.
    public struct Surroundings: Sendable {
        /// How long clocks run, as far as known. An alert's lead is compared with its deadline where both are here.
        public var clockDurations: [String: Duration]
        /// The states in which requests of the version stand that this one takes over from.
        public var populatedStates: Set<String>

        public init(clockDurations: [String: Duration] = [:], populatedStates: Set<String> = []) {
            self.clockDurations = clockDurations
            self.populatedStates = populatedStates
        }
    }

    /// Nothing when there is an error among the diagnostics.
    public let workflow: CompiledWorkflow?
    /// Errors and warnings, sorted by place.
    public let diagnostics: [Diagnostic]

    /// Reads, checks and compiles a definition.
    ///
    /// Names are looked up even where the shape has errors; the graph and the deadlines are checked once all names are
    /// known, since an unknown name would only cause further complaints there.
    /// - Parameters:
    ///   - bytes: the file's content, UTF-8.
    ///   - file: the name for messages.
    public init(
        _ bytes: some Sequence<UInt8>, file: String, surroundings: Surroundings = Surroundings()
    ) {
        var problems = DiagnosticList()
        var source: WorkflowSource?
        do {
            var reader = WorkflowSourceReader()
            source = reader.read(try YAMLDocument.parse(bytes, file: file))
            problems.append(contentsOf: reader.problems)
        } catch {
            self.init(workflow: nil, diagnostics: error.diagnostics)
            return
        }
        guard let source else {
            self.init(workflow: nil, diagnostics: problems.sorted)
            return
        }
        var names = NameChecks(source)
        names.run()
        problems.append(contentsOf: names.problems)
        guard !problems.hasErrors, let start = source.start else {
            self.init(workflow: nil, diagnostics: problems.sorted)
            return
        }
        let states = source.flattened()
        var moves = MoveChecks(start: start.name, states: states)
        moves.run()
        problems.append(contentsOf: moves.problems)
        var deadlines = DeadlineChecks(source, states: states, clockDurations: surroundings.clockDurations)
        deadlines.run()
        problems.append(contentsOf: deadlines.problems)
        problems.append(contentsOf: source.migrationProblems(populatedStates: surroundings.populatedStates))
        // What a mistake leaves unused is not worth a word; it is looked for once the mistakes are gone.
        if !problems.hasErrors { problems.append(contentsOf: source.unusedNames()) }
        let workflow = problems.hasErrors ? nil : CompiledWorkflow(source, start: start.name, states: states)
        self.init(workflow: workflow, diagnostics: problems.sorted)
    }

    private init(workflow: CompiledWorkflow?, diagnostics: [Diagnostic]) {
        self.workflow = workflow
        self.diagnostics = diagnostics
    }

    /// The compiled definition.
    /// - Throws: `InvalidSource` with everything found, warnings included, when there is an error among it.
    public func get() throws(InvalidSource) -> CompiledWorkflow {
        guard let workflow else { throw InvalidSource(diagnostics: diagnostics) }
        return workflow
    }
}
