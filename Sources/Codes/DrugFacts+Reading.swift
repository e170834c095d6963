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

struct DrugReader {
    let file: String
    let sources: [String: String]
    var problems: DiagnosticList
    private var seenCodes: Set<String> = []
    private var seenNames: Set<String> = []
    private var seenNDCs: Set<NDC> = []

    init(file: String, sources: [String: String], problems: DiagnosticList) {
        self.file = file
        self.sources = sources
        self.problems = problems
    }

    mutating func drug(_ node: YAMLNode) -> Drug? {
        let keys = (
            required: ["drug", "names", "products"],
            optional: ["class", "indications", "doses", "doses_complete", "gates", "tests", "administration"]
        )
        guard let fields = node.fields(required: keys.required, optional: keys.optional, in: &problems),
            let id = fields["drug"]?.string(in: &problems), let names = fields["names"]?.strings(in: &problems)
        else { return nil }
        for name in names where !seenNames.insert(name).inserted {
            problems.error(at: node.location, "the name \"\(name)\" belongs to two drugs")
        }
        return Drug(
            id: id, drugClass: fields["class"]?.string(in: &problems), names: names,
            products: items(fields["products"]).compactMap { product($0) },
            indications: items(fields["indications"]).compactMap { indication($0) },
            doses: items(fields["doses"]).compactMap { usualDose($0) },
            dosesAreComplete: fields["doses_complete"]?.boolean(in: &problems) ?? false,
            gates: items(fields["gates"]).compactMap { gate($0) },
            tests: items(fields["tests"]).compactMap { test($0) }, administration: texts(fields["administration"]))
    }

    private mutating func product(_ node: YAMLNode) -> DrugProduct? {
        guard
            let fields = node.fields(
                required: ["hcpcs", "brands", "name", "role", "routes", "verified", "route_verified"],
                optional: ["containers"], in: &problems),
            let hcpcs = fields["hcpcs"]?.string(in: &problems), let name = fields["name"]?.string(in: &problems),
            let role = fields["role"]?.word(among: DrugProduct.Role.allCases.map(\.rawValue), in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems),
            let routeVerified = fields["route_verified"]?.boolean(in: &problems)
        else { return nil }
        if !seenCodes.insert(hcpcs).inserted {
            problems.error(at: node.location, "the code \(hcpcs) belongs to two products")
        }
        return DrugProduct(
            hcpcs: hcpcs, brands: texts(fields["brands"]), name: name,
            role: DrugProduct.Role(rawValue: role) ?? .reference,
            routes: items(fields["routes"]).compactMap { route($0) }, isVerified: verified,
            isRouteVerified: routeVerified,
            containers: items(fields["containers"]).compactMap { container($0) }, source: file)
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

    private mutating func container(_ node: YAMLNode) -> DrugContainer? {
        guard
            let fields = node.fields(
                required: ["mg", "form", "verified"], optional: ["brand", "ndc", "ndc_verified", "sources"],
                in: &problems),
            let milligrams = fields["mg"]?.decimalText(in: &problems).flatMap({ Amount($0) }),
            let form = fields["form"]?.word(among: DrugContainer.Form.allCases.map(\.rawValue), in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        if milligrams.millionths == 0 { problems.error(at: node.location, "a container of 0 mg") }
        return DrugContainer(
            milligrams: milligrams, form: DrugContainer.Form(rawValue: form) ?? .vial,
            brand: fields["brand"]?.string(in: &problems), isVerified: verified,
            ndc: fields["ndc"].flatMap { ndc($0) },
            isNDCVerified: fields["ndc_verified"]?.boolean(in: &problems) ?? false,
            sources: named(fields["sources"]))
    }

    private mutating func ndc(_ node: YAMLNode) -> NDC? {
        guard let text = node.string(in: &problems) else { return nil }
        guard case .certain(let ndc) = NDC.read(text) else {
            problems.error(at: node.location, "\"\(text)\" is not an NDC written as 64406-008-01 or 64406-0008-01")
            return nil
        }
        if !seenNDCs.insert(ndc).inserted {
            problems.error(at: node.location, "the NDC \(ndc) belongs to two containers")
        }
        return ndc
    }

    private mutating func gate(_ node: YAMLNode) -> DrugGate? {
        guard
            let fields = node.fields(
                required: ["id", "name", "kind", "verified"], optional: ["brands", "sources"], in: &problems),
            let id = fields["id"]?.string(in: &problems),
            let name = fields["name"]?.string(in: &problems), let kind = fields["kind"]?.string(in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        return DrugGate(
            id: id, name: name, kind: kind, brands: texts(fields["brands"]), isVerified: verified,
            sources: named(fields["sources"]))
    }

    private mutating func test(_ node: YAMLNode) -> DrugTest? {
        guard
            let fields = node.fields(
                required: ["id", "name", "when", "verified"], optional: ["for", "sources"], in: &problems),
            let id = fields["id"]?.string(in: &problems), let name = fields["name"]?.string(in: &problems),
            let timing = fields["when"]?.word(among: DrugTest.Timing.allCases.map(\.rawValue), in: &problems),
            let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        return DrugTest(
            id: id, name: name, timing: DrugTest.Timing(rawValue: timing) ?? .monitoring,
            indications: texts(fields["for"]), isVerified: verified, sources: named(fields["sources"]))
    }

    mutating func items(_ node: YAMLNode?) -> [YAMLNode] { node?.items(in: &problems) ?? [] }

    mutating func texts(_ node: YAMLNode?) -> [String] { node?.strings(in: &problems) ?? [] }

    mutating func route(_ node: YAMLNode) -> Route? {
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
    mutating func named(_ node: YAMLNode?) -> [String] {
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
