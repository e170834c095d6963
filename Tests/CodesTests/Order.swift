import CivilTime
import Codes
import Diagnostics

/// A line as a practice orders it: natalizumab as it should be, on a date that the loaded releases cover. Each case of
/// a rule changes what it is about.
func order(_ change: (inout ProposedService) -> Void = { _ in }) -> ProposedService {
    var service = ProposedService(
        drug: "natalizumab", hcpcs: "J2323", units: 300, dose: Dose("300 mg"), everyDays: 28, route: .intravenous,
        diagnoses: ["G35.A"], placeOfService: "11", dateOfService: day("2026-05-04"),
        billingNPI: "1234567893", renderingNPI: "1245319599", patientAge: 41)
    service.gates = ["touch", "jcv_antibody", "brain_mri"]
    change(&service)
    return service
}

extension ProposedService {
    /// Another drug than natalizumab; what is left out stays as it is.
    mutating func ask(
        for drug: String, _ hcpcs: String, _ diagnoses: String..., dose: String? = nil, units: Int? = nil
    ) {
        self.drug = drug
        self.hcpcs = hcpcs
        if !diagnoses.isEmpty { self.diagnoses = diagnoses }
        if let dose { self.dose = Dose(dose) }
        if let units { self.units = units }
    }

    /// 5 mg/kg of infliximab in Crohn disease for somebody of 83 kg, which is 415 mg of 100 mg vials.
    mutating func askForInfliximab(weight: String? = nil) {
        ask(for: "infliximab", "J1745", "K50.90", dose: "415 mg", units: 42)
        gates = []
        everyDays = 56
        if let weight { self.weight = Amount(weight) }
    }
}

func day(_ iso: String) -> CivilDate {
    guard let date = CivilDate(iso: iso) else { preconditionFailure("\(iso) is no date") }
    return date
}

/// `error drug-code-mismatch`, one a finding.
func heard(_ service: ProposedService) -> [String] {
    LoadedCodes.codeGuard.findings(for: service).map { "\($0.severity.rawValue) \($0.ruleID)" }
}

/// The findings of one rule.
func findings(_ rule: String, _ service: ProposedService) -> [CodeFinding] {
    LoadedCodes.codeGuard.findings(for: service).filter { $0.ruleID == rule }
}
