public import Diagnostics
import StrictYAML

extension DrugFacts {
    /// Reads `drugs.yaml`. Unknown keys, an unknown source, a code of two products are errors with their place.
    public init(yaml bytes: [UInt8], file: String) throws(InvalidSource) {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let top = root.fields(required: ["sources", "drugs"], in: &problems)
        var sources: [String: String] = [:]
        for entry in top?["sources"]?.entries(in: &problems) ?? [] {
            sources[entry.key] = entry.value.string(in: &problems)
        }
        var reader = DrugReader(file: file, sources: sources, problems: problems)
        let drugs = (top?["drugs"]?.items(in: &reader.problems) ?? []).compactMap { reader.drug($0) }
        try reader.problems.throwIfErrors()
        self.init(drugs: drugs)
    }
}

private struct DrugReader {
    let file: String
    let sources: [String: String]
    var problems: DiagnosticList
    private var seenCodes: Set<String> = []
    private var seenNames: Set<String> = []

    init(file: String, sources: [String: String], problems: DiagnosticList) {
        self.file = file
        self.sources = sources
        self.problems = problems
    }

    mutating func drug(_ node: YAMLNode) -> Drug? {
        let keys = (
            required: ["drug", "names", "products"], optional: ["indications", "doses", "doses_complete", "gates"]
        )
        guard let fields = node.fields(required: keys.required, optional: keys.optional, in: &problems),
            let id = fields["drug"]?.string(in: &problems), let names = fields["names"]?.strings(in: &problems)
        else { return nil }
        for name in names where !seenNames.insert(name).inserted {
            problems.error(at: node.location, "the name \"\(name)\" belongs to two drugs")
        }
        return Drug(
            id: id, names: names,
            products: items(fields["products"]).compactMap { product($0) },
            indications: items(fields["indications"]).compactMap { indication($0) },
            doses: items(fields["doses"]).compactMap { dose($0) },
            dosesAreComplete: fields["doses_complete"]?.boolean(in: &problems) ?? false,
            gates: items(fields["gates"]).compactMap { gate($0) })
    }

    private mutating func product(_ node: YAMLNode) -> DrugProduct? {
        guard
            let fields = node.fields(
                required: ["hcpcs", "brands", "name", "role", "routes", "verified", "route_verified"],
                optional: ["vials_mg"], in: &problems),
            let hcpcs = fields["hcpcs"]?.string(in: &problems), let name = fields["name"]?.string(in: &problems),
            let role = fields["role"]?.word(among: DrugProduct.Role.allCases.map(\.rawValue), in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems),
            let routeVerified = fields["route_verified"]?.boolean(in: &problems)
        else { return nil }
        if !seenCodes.insert(hcpcs).inserted {
            problems.error(at: node.location, "the code \(hcpcs) belongs to two products")
        }
        let vials = items(fields["vials_mg"]).compactMap { $0.decimalText(in: &problems) }.compactMap { Amount($0) }
        return DrugProduct(
            hcpcs: hcpcs, brands: texts(fields["brands"]), name: name,
            role: DrugProduct.Role(rawValue: role) ?? .reference,
            routes: items(fields["routes"]).compactMap { route($0) }, isVerified: verified,
            isRouteVerified: routeVerified, vialsInMilligrams: vials, source: file)
    }

    private mutating func indication(_ node: YAMLNode) -> DrugIndication? {
        guard
            let fields = node.fields(
                required: ["id", "name", "diagnoses", "verified"],
                optional: ["not_enough_alone", "contradicted_by", "age_from", "sources"], in: &problems),
            let id = fields["id"]?.string(in: &problems), let name = fields["name"]?.string(in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        return DrugIndication(
            id: id, name: name, diagnoses: codes(fields["diagnoses"]),
            notEnoughAlone: codes(fields["not_enough_alone"]), contradictedBy: codes(fields["contradicted_by"]),
            ageFrom: fields["age_from"]?.integer(in: &problems), isVerified: verified,
            sources: named(fields["sources"]))
    }

    private mutating func dose(_ node: YAMLNode) -> UsualDose? {
        guard
            let fields = node.fields(
                required: ["for", "phase", "amount", "verified"],
                optional: ["per", "every_days", "every_months", "at_weeks", "route", "sources"], in: &problems),
            let phase = fields["phase"]?.string(in: &problems), let amount = fields["amount"],
            let text = amount.string(in: &problems), let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        guard let dose = Dose(text) else {
            problems.error(at: amount.location, "\"\(text)\" is not a dose such as \"300 mg\"")
            return nil
        }
        let per = fields["per"]?.word(among: ["kg", "m2"], in: &problems)
        return UsualDose(
            indications: texts(fields["for"]), phase: phase, dose: dose,
            basis: per.flatMap { UsualDose.Basis(rawValue: $0) } ?? .fixed,
            everyDays: fields["every_days"]?.integer(in: &problems),
            everyMonths: fields["every_months"]?.integer(in: &problems),
            atWeeks: items(fields["at_weeks"]).compactMap { $0.integer(in: &problems) },
            route: fields["route"].flatMap { route($0) }, isVerified: verified, sources: named(fields["sources"]))
    }

    private mutating func gate(_ node: YAMLNode) -> DrugGate? {
        guard
            let fields = node.fields(
                required: ["name", "kind", "verified"], optional: ["brands", "sources"], in: &problems),
            let name = fields["name"]?.string(in: &problems), let kind = fields["kind"]?.string(in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        return DrugGate(
            name: name, kind: kind, brands: texts(fields["brands"]), isVerified: verified,
            sources: named(fields["sources"]))
    }

    private mutating func items(_ node: YAMLNode?) -> [YAMLNode] { node?.items(in: &problems) ?? [] }

    private mutating func texts(_ node: YAMLNode?) -> [String] { node?.strings(in: &problems) ?? [] }

    private mutating func route(_ node: YAMLNode) -> Route? {
        node.word(among: Route.allCases.map(\.rawValue), in: &problems).flatMap { Route(rawValue: $0) }
    }

    private mutating func codes(_ node: YAMLNode?) -> [String] {
        guard let node else { return [] }
        return texts(node).compactMap { text in
            guard DiagnosisTable.normalized(text) == text else {
                problems.error(at: node.location, "\"\(text)\" is not a diagnosis code written as G35.A")
                return nil
            }
            return text
        }
    }

    /// Source ids become what the file's `sources` says of them.
    private mutating func named(_ node: YAMLNode?) -> [String] {
        guard let node else { return [] }
        return texts(node).compactMap { id in
            guard let source = sources[id] else {
                let hint = nearestMatch(to: id, among: sources.keys).map { "; did you mean \"\($0)\"?" } ?? ""
                problems.error(at: node.location, "unknown source \"\(id)\"\(hint)")
                return nil
            }
            return source
        }
    }
}
