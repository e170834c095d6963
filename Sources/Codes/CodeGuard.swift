import Diagnostics

/// Finds what a payer would deny for the way it is written: codes, units, diagnoses, modifiers that disagree.
public struct CodeGuard: Sendable {
    public let book: CodeBook

    public init(book: CodeBook) { self.book = book }

    /// Everything found, errors first, in the order of the rules. Nothing found is not "will be paid".
    public func findings(for service: ProposedService) -> [CodeFinding] {
        let review = ServiceReview(service, in: book)
        let all = CodeGuard.allRules.flatMap { $0.findings(in: review) }
        return all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
    }

    /// Id and one-line summary of every rule, in the order in which they speak.
    public static var rules: [(id: String, summary: String)] { allRules.map { ($0.id, $0.summary) } }

    static var allRules: [any CodeRule.Type] {
        [
            DrugUnknown.self, CodeUnknown.self, CodeNotInForce.self, CodeEndsDuringRequest.self,
            DrugCodeMismatch.self, RouteCodeMismatch.self, AdministrationRouteMismatch.self,
            NDCMalformed.self, NDCAmbiguous.self, NDCCodeMismatch.self, NDCNotOnFile.self,
            UnitDoseTenfold.self, UnitDoseMismatch.self, UnitsIncludeWaste.self, DiscardedUnitsMismatch.self,
            DiagnosisUnknown.self, DiagnosisNotBillable.self, DiagnosisNotInForce.self,
            DiagnosisEndsDuringRequest.self, DiagnosisOutsideLabel.self, AgeOutsideLabel.self,
            DoseOutsideLabel.self, DoseByWeight.self, WeightMissing.self, IntervalBelowLabel.self,
            DosesAboveLabel.self, GateMissing.self, TestMissing.self, GateUnknown.self,
            ModifierUnknown.self, PlaceOfServiceAsModifier.self, JWWithJZ.self, JZWithWaste.self,
            JWWithoutAdministered.self, RouteModifierMismatch.self, ModifierPlaceConflict.self, KXWithoutPolicy.self,
            PlaceOfServiceUnknown.self, NPICheckDigit.self, CodeNotLoaded.self,
        ]
    }
}
