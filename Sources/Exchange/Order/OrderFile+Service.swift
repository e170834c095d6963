import Diagnostics
import StrictYAML

/// The part of an order that says what is to be given.
extension OrderFile {
    /// `service:` with one line, or `services:` with a list of them: exactly one of the two.
    static func readServices(_ fields: YAMLFields, in problems: inout DiagnosticList) -> [Order.Service]? {
        switch (fields["service"], fields["services"]) {
        case (let one?, nil): return readService(one, in: &problems).map { [$0] }
        case (nil, let several?):
            guard let nodes = several.items(in: &problems) else { return nil }
            guard (1...maximumServices).contains(nodes.count) else {
                problems.error(at: several.location, "expected from 1 to \(maximumServices) service lines")
                return nil
            }
            let services = nodes.map { readService($0, in: &problems) }
            return services.contains { $0 == nil } ? nil : services.compactMap(\.self)
        case (.some, let several?):
            problems.error(at: several.location, "both \"service\" and \"services\" are here; write all lines in one")
            return nil
        case (nil, nil):
            problems.error(
                at: fields.location, "the key \"service\" is missing (or \"services\", a list, for several lines)")
            return nil
        }
    }

    /// More lines than any drug is billed with.
    private static let maximumServices = 20

    private static func readService(_ node: YAMLNode, in problems: inout DiagnosticList) -> Order.Service? {
        guard
            let fields = node.patientFields(
                required: ["hcpcs", "units", "dose", "every"],
                optional: ["route", "modifiers", "doses", "ndc", "discarded_units", "administration", "gates"],
                in: &problems)
        else { return nil }
        let hcpcs = fields["hcpcs"].flatMap { readHCPCS($0, in: &problems) }
        let units = fields["units"].flatMap { readUnits($0, in: &problems) }
        let dose = fields["dose"].flatMap { readDose($0, in: &problems) }
        let every = fields["every"].flatMap { readInterval($0, in: &problems) }
        let route = fields["route"]?.line(in: &problems)
        let modifiers = fields["modifiers"]?.lines(in: &problems)?.filter { checkModifier($0, in: &problems) }
        var doses = fields["doses"].flatMap { readDoses($0, in: &problems) }
        if let every, every.value == nil {
            if let doses, doses.value > 1 {
                problems.error(
                    at: doses.location,
                    "\(doses.value) doses are not given once; write under \"every\" how far apart they are")
            }
            doses = doses ?? Located(1, at: every.location)
        }
        let ndc = fields["ndc"].flatMap { readNDC($0, in: &problems) }
        let discarded = fields["discarded_units"].flatMap { readDiscarded($0, in: &problems) }
        let administration = fields["administration"]?.lines(in: &problems)?
            .filter { checkProcedure($0, in: &problems) }
        let gates = fields["gates"]?.lines(in: &problems)?.filter { checkGate($0, in: &problems) }
        guard let hcpcs, let units, let dose, let every else { return nil }
        return Order.Service(
            hcpcs: hcpcs, units: units, dose: dose, every: every, route: route, modifiers: modifiers ?? [],
            doses: doses, ndc: ndc, discardedUnits: discarded, administration: administration ?? [],
            gates: gates ?? [])
    }

    /// Digits and hyphens; whether they make an NDC is for `Codes` to say.
    private static func readNDC(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<String>? {
        guard let ndc = node.line(in: &problems) else { return nil }
        guard (1...20).contains(ndc.value.utf8.count), ndc.value.contains(where: \.isNumber),
            ndc.value.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else {
            problems.error(at: ndc.location, "expected an NDC in digits and hyphens, such as 64406-0008-01")
            return nil
        }
        return ndc
    }

    private static func readDiscarded(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<Int>? {
        guard let text = node.line(in: &problems) else { return nil }
        guard let units = canonicalDecimal(text.value).flatMap({ Int($0) }) else {
            problems.error(
                at: text.location, "expected the billing units of one dose that are discarded, a whole number or 0")
            return nil
        }
        return Located(units, at: text.location)
    }

    /// `96413`, or a Level II code such as `G0069`.
    private static func checkProcedure(_ code: Located<String>, in problems: inout DiagnosticList) -> Bool {
        let bytes = Array(code.value.utf8)
        let isShaped =
            bytes.count == 5 && isDigits(code.value.dropFirst())
            && ((48...57).contains(bytes[0]) || (65...90).contains(bytes[0]))
        if !isShaped {
            problems.error(at: code.location, "expected the code of an administration, five digits such as 96413")
        }
        return isShaped
    }

    private static func checkGate(_ gate: Located<String>, in problems: inout DiagnosticList) -> Bool {
        let isShaped =
            gate.value.utf8.first.map { (97...122).contains($0) } == true
            && gate.value.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            }
        if !isShaped {
            problems.error(at: gate.location, "a gate is named in small letters, such as touch or jcv_antibody")
        }
        return isShaped
    }

    private static func readHCPCS(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<String>? {
        guard let code = node.line(in: &problems) else { return nil }
        let bytes = Array(code.value.utf8)
        guard bytes.count == 5, (65...90).contains(bytes[0]), isDigits(code.value.dropFirst()) else {
            problems.error(
                at: code.location, "not a HCPCS code such as J2323 (a capital letter and four digits)")
            return nil
        }
        return code
    }

    private static func readUnits(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<Int>? {
        guard let text = node.line(in: &problems) else { return nil }
        guard let units = canonicalDecimal(text.value).flatMap({ Int($0) }), units > 0 else {
            problems.error(
                at: text.location, "expected the billing units of one dose, a whole number above 0 such as 300")
            return nil
        }
        return Located(units, at: text.location)
    }

    private static func readDose(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<Order.Dose>? {
        guard let text = node.line(in: &problems) else { return nil }
        let parts = text.value.split(separator: " ")
        guard parts.count == 2, let amount = canonicalDecimal(String(parts[0])), amount != "0",
            let unit = Order.Dose.Unit(rawValue: String(parts[1]))
        else {
            let units = Order.Dose.Unit.allCases.map(\.rawValue).joined(separator: ", ")
            problems.error(at: text.location, "expected a dose such as 300 mg; units are \(units)")
            return nil
        }
        return Located(Order.Dose(amount: amount, unit: unit), at: text.location)
    }

    private static func readInterval(
        _ node: YAMLNode, in problems: inout DiagnosticList
    ) -> Located<Order.Interval?>? {
        guard let text = node.line(in: &problems) else { return nil }
        if text.value == "once" { return Located(nil, at: text.location) }
        let parts = text.value.split(separator: " ")
        let units = Order.Interval.Unit.allCases
        guard parts.count == 2, let count = Int(parts[0]), isDigits(parts[0]), (1...1000).contains(count),
            let unit = units.first(where: { parts[1] == $0.rawValue || parts[1] == $0.rawValue + "s" })
        else {
            problems.error(
                at: text.location,
                "expected an interval such as 28 days, 24 weeks or 6 months, or once for a single dose")
            return nil
        }
        return Located(Order.Interval(count: count, unit: unit), at: text.location)
    }

    private static func checkModifier(_ modifier: Located<String>, in problems: inout DiagnosticList) -> Bool {
        let isShaped =
            modifier.value.utf8.count == 2
            && modifier.value.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        if !isShaped {
            problems.error(at: modifier.location, "a modifier has two capital letters or digits, such as JZ")
        }
        return isShaped
    }

    private static func readDoses(_ node: YAMLNode, in problems: inout DiagnosticList) -> Located<Int>? {
        guard let text = node.line(in: &problems) else { return nil }
        guard isDigits(text.value), let count = Int(text.value), (1...1000).contains(count) else {
            problems.error(at: text.location, "expected a number of doses from 1 to 1000")
            return nil
        }
        return Located(count, at: text.location)
    }
}
