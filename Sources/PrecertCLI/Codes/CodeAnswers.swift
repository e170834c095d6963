import CivilTime
import Codes

/// What the loaded tables say of a code on a date: a HCPCS answer, a diagnosis, or both, since without its dot a
/// diagnosis such as J45.20 is written like a HCPCS code.
struct CodeAnswers: Encodable {
    struct Service: Encodable {
        let code: String
        let description: String
        let standing: String
        let unit: String?
        let firstDate: CivilDate
        /// The first date is only the first release in which the code was seen.
        let firstDateIsUpperBound: Bool
        let lastDate: CivilDate?
        let lastDateIsUpperBound: Bool
        let release: String
        let released: CivilDate
        /// Set when the release does not speak of the date.
        let coverage: String?
    }

    struct Diagnosis: Encodable {
        struct Child: Encodable {
            let code: String
            let isBillable: Bool
            let description: String
        }

        let code: String
        let description: String
        let standing: String
        let isBillable: Bool
        let lastBillable: CivilDate?
        let children: [Child]
        let release: String
        let released: CivilDate
        let coverage: String?
    }

    let code: String
    let on: CivilDate
    private(set) var hcpcs: Service?
    private(set) var icd10cm: Diagnosis?
    let ndc: PackageAnswer?
    let modifier: ModifierAnswer?
    let placeOfService: PlaceAnswer?
    private let hcpcsAnswer: HCPCSAnswer
    private let diagnosisAnswer: DiagnosisAnswer

    var isFound: Bool {
        hcpcs != nil || icd10cm != nil || ndc != nil || modifier != nil || placeOfService != nil
    }

    init(_ code: String, on date: CivilDate, in book: CodeBook) {
        self.code = code
        on = date
        ndc = PackageAnswer(code, in: book)
        modifier = ModifierAnswer(code, on: date, in: book)
        placeOfService = PlaceAnswer(code, on: date, in: book)
        hcpcsAnswer = book.hcpcs.lookup(code, on: date)
        diagnosisAnswer = book.diagnoses.billability(code, on: date)
        hcpcs = hcpcsAnswer.entry.map { entry in
            Service(
                code: entry.code, description: entry.descriptor, standing: CodeAnswers.word(hcpcsAnswer.standing),
                unit: entry.unit?.description, firstDate: entry.firstDate,
                firstDateIsUpperBound: entry.firstDateIsUpperBound, lastDate: entry.lastDate,
                lastDateIsUpperBound: entry.lastDateIsUpperBound, release: book.hcpcs.release.name,
                released: book.hcpcs.release.released, coverage: hcpcsAnswer.coverage.remark)
        }
        icd10cm = diagnosisAnswer.entry.map { entry in
            let standing = CodeAnswers.standing(diagnosisAnswer.standing)
            return Diagnosis(
                code: entry.code, description: entry.description, standing: standing.word,
                isBillable: standing.word == "billable", lastBillable: standing.lastBillable,
                children: book.diagnoses.children(of: entry.code).map { child in
                    Diagnosis.Child(code: child.code, isBillable: child.isBillable, description: child.description)
                }, release: book.diagnoses.release.name, released: book.diagnoses.release.released,
                coverage: diagnosisAnswer.coverage.remark)
        }
    }

    private enum CodingKeys: CodingKey {
        case code
        case on
        case hcpcs
        case icd10cm
        case ndc
        case modifier
        case placeOfService
    }

    private static func word(_ standing: HCPCSAnswer.Standing) -> String {
        switch standing {
        case .inForce: "in_force"
        case .notYetInForce: "not_yet_in_force"
        case .perhapsNotYetInForce: "perhaps_not_yet_in_force"
        case .noLongerInForce: "no_longer_in_force"
        case .unknown: "unknown"
        case .notCarried: "not_carried"
        case .malformed: "malformed"
        }
    }

    private static func standing(_ standing: DiagnosisAnswer.Standing) -> (word: String, lastBillable: CivilDate?) {
        switch standing {
        case .billable: ("billable", nil)
        case .notBillable(_, let last): ("not_billable", last)
        case .notYet: ("not_yet_in_force", nil)
        case .unknown: ("unknown", nil)
        case .malformed: ("malformed", nil)
        }
    }

    // MARK: - Not found

    /// Why there is no answer, and what may have been meant.
    func notFound(in book: CodeBook) -> CLIFailure {
        if case .unknown(let ancestor?) = diagnosisAnswer.standing {
            return CLIFailure(
                .notFound, "\(diagnosisAnswer.code) is no ICD-10-CM code of \(book.diagnoses.release.name)",
                hint: "the nearest above it is \(ancestor.code), \(ancestor.description)")
        }
        switch hcpcsAnswer.standing {
        case .notCarried:
            return CLIFailure(
                .notFound,
                "the loaded tables do not carry codes such as \(hcpcsAnswer.code) (CPT, or another HCPCS letter)")
        case .malformed where diagnosisAnswer.standing == .malformed:
            return CLIFailure(
                .notFound,
                "\(TextLayout.shorten(TextLayout.printable(code), width: 20)) is written neither as a HCPCS nor as an ICD-10-CM code",
                hint: "HCPCS: a letter and four digits, J2323; ICD-10-CM: G35.A; NDC: 64406-0008-01")
        default:
            let near = book.hcpcs.near(code).map { "\($0.code) (\($0.descriptor))" }
            return CLIFailure(
                .notFound, "\(hcpcsAnswer.code) is in no loaded release",
                hint: near.isEmpty ? nil : "did you mean \(near.joined(separator: ", or "))?")
        }
    }
}
