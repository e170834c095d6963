import CivilTime
public import Criteria

/// One part of an order that is not what it was.
public struct OrderChange: Sendable, Hashable {
    public enum Field: String, Sendable, CaseIterable {
        case drug, diagnoses, weight, height
        case weighedOn = "weighed_on"
        case siteName = "site_name"
        case siteNPI = "site_npi"
        case placeOfService = "place_of_service"
        case plannedOn = "planned_on"
        // Of a service line.
        case hcpcs, units, dose, interval, doses, route, modifiers, ndc
        case discardedUnits = "discarded_units"
        case administration, gates
    }

    public let field: Field
    /// The number of the service line; nothing for what is about the whole order.
    public let line: Int?
    /// In words: `300 mg`, `28 days`, `G35.A, K50.013`; nothing where the order says nothing.
    public let was: String?
    public let now: String?
}

extension OrderTerms {
    /// What another order has otherwise, in the order of an order file.
    public func changes(to other: OrderTerms) -> [OrderChange] {
        var changes: [OrderChange] = []
        func compare(_ field: OrderChange.Field, _ was: String?, _ now: String?, line: Int? = nil) {
            if was != now { changes.append(OrderChange(field: field, line: line, was: was, now: now)) }
        }
        compare(.weight, weight.map { "\($0) kg" }, other.weight.map { "\($0) kg" })
        compare(.weighedOn, weighedOn?.description, other.weighedOn?.description)
        compare(.height, height.map { "\($0) cm" }, other.height.map { "\($0) cm" })
        compare(.siteName, siteName, other.siteName)
        compare(.siteNPI, siteNPI, other.siteNPI)
        compare(.placeOfService, placeOfService, other.placeOfService)
        compare(.drug, drug, other.drug)
        compare(.diagnoses, words(diagnoses), words(other.diagnoses))
        for (line, now) in zip(lines, other.lines) {
            let (was, now, number) = (line.asked, now.asked, line.number)
            compare(.hcpcs, was.hcpcs, now.hcpcs, line: number)
            compare(.units, was.units, now.units, line: number)
            compare(
                .dose, "\(was.doseAmount) \(was.doseUnit)", "\(now.doseAmount) \(now.doseUnit)", line: number)
            compare(.interval, was.every, now.every, line: number)
            compare(.doses, was.doses.map(String.init), now.doses.map(String.init), line: number)
            compare(.route, was.route, now.route, line: number)
            compare(.modifiers, words(was.modifiers), words(now.modifiers), line: number)
            compare(.ndc, was.ndc, now.ndc, line: number)
            compare(.discardedUnits, was.discardedUnits, now.discardedUnits, line: number)
            compare(.administration, words(was.administration), words(now.administration), line: number)
            compare(.gates, words(was.gates), words(now.gates), line: number)
        }
        compare(.plannedOn, plannedOn.description, other.plannedOn.description)
        return changes
    }

    private func words(_ list: [String]) -> String? { list.isEmpty ? nil : list.joined(separator: ", ") }
}

extension OrderChange {
    /// What of the order it touches, as facts rest on it.
    var parts: Set<FactDeclaration.OrderPart> {
        switch field {
        // Another name of the same drug is another product.
        case .drug, .hcpcs: [.code]
        case .units: [.units]
        case .dose: [.dose]
        case .interval: [.interval]
        case .doses: [.doses]
        case .route: [.route]
        case .weight, .height, .weighedOn: [.weight]
        case .plannedOn: [.firstDose]
        case .siteName, .siteNPI, .placeOfService: [.place]
        case .diagnoses: diseases(was) == diseases(now) ? [.diagnosis] : [.diagnosis, .disease]
        case .modifiers, .ndc, .discardedUnits, .administration, .gates: []
        }
    }

    /// The categories of the codes: their first three characters.
    private func diseases(_ codes: String?) -> Set<Substring> {
        Set((codes ?? "").split(separator: ", ").map { $0.prefix(3) })
    }
}

extension RequestCase {
    /// The evidence that spoke of what changes: all that counts or could come to count again of a fact that rests on it.
    public func evidence(restingOn changes: [OrderChange], _ vocabulary: Vocabulary) -> [EvidenceRow] {
        evidence.filter { row in
            let restsOn = vocabulary[row.fact]?.restsOn ?? []
            // What is said of one line is untouched by a change of another.
            return row.withdrawnBy == nil
                && changes.contains { change in
                    (change.line == nil || row.line == nil || change.line == row.line)
                        && !restsOn.isDisjoint(with: change.parts)
                }
        }
    }
}
