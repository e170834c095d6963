import CivilTime
import Criteria
import Foundation

/// How many evaluations of a policy one core does in a second: BCBS of North Dakota's natalizumab, over the example patients
/// of its own file. Reads the vocabulary and the policy named on the command line; writes one JSON object.
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
let patients = policy.tests.cases.filter { $0.criteriaSet == "rms.initial" }
let incomplete = patients.filter { $0.expected == .unknown }

/// Seconds of processor time that this thread has used: what else the machine does is left out.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Rounds of `work` over the patients for about a second of processor time, the best of five.
func rate(_ patients: [PolicyTests.Case], _ work: (PolicyTests.Case) -> Int) -> Double {
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

let rates = Rates(
    verdicts: rate(patients) { patient in
        policy.verdict(patient.facts, phase: .initial, asOf: patient.asOf) == .met ? 1 : 0
    },
    evaluations: rate(patients) { patient in
        let evaluation = policy.evaluate(patient.facts, phase: .initial, asOf: patient.asOf)
        return evaluation.missingSets.count + evaluation.trace.children.count
    },
    incompleteEvaluations: rate(incomplete) { patient in
        let evaluation = policy.evaluate(patient.facts, phase: .initial, asOf: patient.asOf)
        return evaluation.missingSets.count + evaluation.trace.children.count
    })
FileHandle.standardOutput.write(try JSONEncoder().encode(rates))
