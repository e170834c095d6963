import CivilTime
public import Diagnostics
import StrictYAML

/// Reads an order file: YAML, or JSON, which is YAML too.
public enum OrderFile {
    /// - Throws: `InvalidSource` with all that is wrong, each with its place and without any value about the patient.
    public static func parse(_ bytes: some Sequence<UInt8>, file: String) throws(InvalidSource) -> Order {
        try parse(YAMLDocument.parse(bytes, file: file))
    }

    static func parse(_ root: YAMLNode) throws(InvalidSource) -> Order {
        var problems = DiagnosticList()
        let order = read(root, in: &problems)
        try problems.throwIfErrors()
        guard let order else { throw InvalidSource(at: root.location, "the order could not be read") }
        return order
    }

    /// Whether a file among others is an order: it has the keys of one, or it is one that is broken. An evidence file is
    /// a list.
    public static func looksLikeOrder(_ bytes: some Sequence<UInt8>) -> Bool {
        guard let root = try? YAMLDocument.parse(bytes, file: "") else { return true }  // The reading says why.
        guard case .mapping(let entries) = root.content else { return false }
        return !Set(entries.map(\.key)).isDisjoint(with: ["service", "services", "planned_first_dose"])
    }

    private static func read(_ root: YAMLNode, in problems: inout DiagnosticList) -> Order? {
        let keys = [
            "payer", "kind", "urgency", "patient", "plan", "prescriber", "site", "drug", "diagnoses",
            "planned_first_dose",
        ]
        guard
            let fields = root.patientFields(required: keys, optional: ["service", "services"], in: &problems)
        else { return nil }
        // All are read before one that failed ends the reading, so that a person mends the file once.
        let payer = fields["payer"]?.line(in: &problems)
        let kind = fields["kind"]?.choice(Order.Kind.self, in: &problems)
        let urgency = fields["urgency"]?.choice(Order.Urgency.self, in: &problems)
        let patient = fields["patient"].flatMap { readPatient($0, in: &problems) }
        let plan = fields["plan"].flatMap { readPlan($0, in: &problems) }
        let prescriber = fields["prescriber"].flatMap { readPrescriber($0, in: &problems) }
        let site = fields["site"].flatMap { readSite($0, in: &problems) }
        let drug = fields["drug"]?.line(in: &problems)
        let diagnoses = fields["diagnoses"]?.lines(in: &problems)?.filter { checkDiagnosis($0, in: &problems) }
        let services = readServices(fields, in: &problems)
        let planned = fields["planned_first_dose"]?.locatedDate(in: &problems)
        if let planned, let born = patient?.born, born.value.value > planned.value {
            problems.error(at: born.location, "the patient is born after the planned first dose; one date is wrong")
        }
        guard let payer, let kind, let urgency, let patient, let plan, let prescriber, let site, let drug,
            let diagnoses, let services, let planned
        else { return nil }
        return Order(
            payer: payer, kind: kind, urgency: urgency, patient: patient, plan: plan, prescriber: prescriber,
            site: site, drug: drug, diagnoses: diagnoses, services: services, plannedFirstDose: planned)
    }

    private static func readPlan(_ node: YAMLNode, in problems: inout DiagnosticList) -> Order.Plan? {
        guard let fields = node.patientFields(required: ["funding"], optional: ["state"], in: &problems) else {
            return nil
        }
        let funding = fields["funding"]?.choice(Order.Funding.self, in: &problems)
        let state = fields["state"]?.line(in: &problems)
        if let state, !statesAndTerritories.contains(state.value) {
            problems.error(at: state.location, "unknown state; expected two letters such as MN")
        }
        return funding.map { Order.Plan(funding: $0, state: state) }
    }

    private static func readPrescriber(_ node: YAMLNode, in problems: inout DiagnosticList) -> Order.Prescriber? {
        guard let fields = node.patientFields(required: ["name", "npi"], optional: ["specialty"], in: &problems)
        else { return nil }
        let name = fields["name"]?.line(in: &problems)
        let npi = fields["npi"].flatMap { readNPI($0, in: &problems) }
        let specialty = fields["specialty"]?.line(in: &problems)
        guard let name, let npi else { return nil }
        return Order.Prescriber(name: name, npi: npi, specialty: specialty)
    }

    private static func readSite(_ node: YAMLNode, in problems: inout DiagnosticList) -> Order.Site? {
        guard let fields = node.patientFields(required: ["name", "npi", "place_of_service"], in: &problems)
        else { return nil }
        let name = fields["name"]?.line(in: &problems)
        let npi = fields["npi"].flatMap { readNPI($0, in: &problems) }
        let place = fields["place_of_service"]?.line(in: &problems)
        if let place, place.value.utf8.count != 2 || !isDigits(place.value) {
            problems.error(at: place.location, "expected a place of service of two digits, such as 11 (office)")
        }
        guard let name, let npi, let place else { return nil }
        return Order.Site(name: name, npi: npi, placeOfService: place)
    }

    /// Ten digits that begin with 1 or 2 (45 CFR 162.406).
    private static func readNPI(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<String>? {
        guard let npi = node.line(in: &problems) else { return nil }
        guard npi.value.utf8.count == 10, isDigits(npi.value), npi.value.hasPrefix("1") || npi.value.hasPrefix("2")
        else {
            problems.error(at: npi.location, "an NPI has ten digits and begins with 1 or 2")
            return nil
        }
        return npi
    }

    /// `G35.A`, `G35A`: a letter, a digit, a third character, then up to four more. Whether the code exists is not
    /// asked here.
    private static func checkDiagnosis(_ code: Located<String>, in problems: inout DiagnosticList) -> Bool {
        let bytes = Array(code.value.utf8)
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        let tail = bytes.dropFirst(3)
        let rest = tail.first == UInt8(ascii: ".") ? tail.dropFirst() : tail
        let isShaped =
            bytes.count >= 3 && isLetter(bytes[0]) && isDigit(bytes[1]) && (isDigit(bytes[2]) || isLetter(bytes[2]))
            && rest.count <= 4 && rest.allSatisfy { isDigit($0) || isLetter($0) } && (tail.isEmpty || !rest.isEmpty)
        if !isShaped {
            problems.error(at: code.location, "not an ICD-10-CM code such as G35.A (capital letters)")
        }
        return isShaped
    }
}

/// The states, the District of Columbia and the territories, in the Postal Service's two letters.
private let statesAndTerritories = Set(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR \
    PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
    """.split(separator: " ").map(String.init))
