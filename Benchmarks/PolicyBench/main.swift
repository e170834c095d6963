import CivilTime
import Criteria
import Foundation

/// How many evaluations of a policy one core does in a second: BCBS of North Dakota's natalizumab, over the example patients
/// of its own file. Arguments: the vocabulary, the policy, the file to write, and if there is one the result of
/// other-engines.py, to be shown beside it.
struct Rates: Codable {
    /// The verdict alone.
    let verdicts: Double
    /// With the whole trace, what decides, what is missing, and the minimal sets.
    let evaluations: Double
    /// The same for a fresh order, of which almost everything is missing.
    let incompleteEvaluations: Double
}

let arguments = CommandLine.arguments
let vocabulary = try Vocabulary.parse(Data(contentsOf: URL(fileURLWithPath: arguments[1])), file: arguments[1])
let policy = try Policy.parse(
    Data(contentsOf: URL(fileURLWithPath: arguments[2])), file: arguments[2], vocabulary: vocabulary)
struct Patient {
    let facts: Facts
    let asOf: CivilDate
    let expected: Verdict?
}

// All are of the plan for which the policy holds and have the diagnosis of the set, so that no answer is cut short.
let patients = policy.tests.cases.filter { $0.criteriaSet == "rms.initial" }.map { example in
    var facts = example.facts
    facts["plan_line"] = Fact(.known(.word("medicaid_expansion")), observedOn: example.asOf)
    return Patient(facts: facts, asOf: example.asOf, expected: example.expected)
}.filter { policy.verdict($0.facts, phase: .initial, asOf: $0.asOf) == $0.expected }
let incomplete = patients.filter { $0.expected == .unknown }
precondition(patients.count >= 8 && !incomplete.isEmpty, "the policy's examples no longer suit")

/// Seconds of processor time that this thread has used: what else the machine does is left out.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Rounds of `work` over the patients for about a second of processor time, the best of five.
func rate(_ patients: [Patient], _ work: (Patient) -> Int) -> Double {
    var best = 0.0
    var sum = 0
    for _ in 0..<5 {
        let start = processorSeconds()
        var done = 0
        while processorSeconds() - start < 1 {
            for _ in 0..<50 {
                for patient in patients { sum &+= work(patient) }
            }
            done += 50 * patients.count
        }
        best = max(best, Double(done) / (processorSeconds() - start))
    }
    // The sum is used, so that no work can be left out.
    precondition(sum != Int.min)
    return best
}

/// Evaluates and reads what came out: the verdict of every node, what is missing, and the sets.
func evaluated(_ patient: Patient) -> Int {
    let evaluation = policy.evaluate(patient.facts, phase: .initial, asOf: patient.asOf)
    return decidingNodes(evaluation.trace) + evaluation.missing.reduce(0) { $0 + $1.cost }
        + evaluation.missingSets.reduce(0) { $0 + $1.cost } + evaluation.dealBreakers.count
}

func decidingNodes(_ trace: Trace) -> Int {
    trace.children.reduce(trace.isDecisive && trace.verdict != .unmet ? 1 : 0) { $0 + decidingNodes($1) }
}

let rates = Rates(
    verdicts: rate(patients) { patient in
        policy.verdict(patient.facts, phase: .initial, asOf: patient.asOf) == .met ? 1 : 0
    },
    evaluations: rate(patients, evaluated),
    incompleteEvaluations: rate(incomplete, evaluated))

func line(_ name: String, _ rate: Double, _ remark: String) {
    let padded = name + String(repeating: " ", count: max(1, 44 - name.count))
    FileHandle.standardOutput.write(Data("\(padded)\(Int(rate))/s   (\(remark))\n".utf8))
}

line("verdicts of a natalizumab policy", rates.verdicts, "goal 500000 or more on one core")
line("the same with trace and missing sets", rates.evaluations, "goal 50000 or more on one core")
line("the same for a fresh order", rates.incompleteEvaluations, "goal 50000 or more; almost every fact is missing")
if arguments.count > 4, let bytes = FileManager.default.contents(atPath: arguments[4]),
    let others = try? JSONDecoder().decode([String: Double].self, from: bytes)
{
    for (name, rate) in others.sorted(by: { $0.key < $1.key }) {
        let ratio = (rates.verdicts / rate * 100).rounded() / 100
        line("the nearest tree in \(name), two values only", rate, "ours against it: \(ratio)")
    }
}
try JSONEncoder().encode(rates).write(to: URL(fileURLWithPath: arguments[3]))
