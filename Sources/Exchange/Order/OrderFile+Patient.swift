import CivilTime
import Diagnostics
import StrictYAML

/// The part of an order that says who it is for. No message here may show a value.
extension OrderFile {
    static func readPatient(_ node: YAMLNode, in problems: inout DiagnosticList) -> Order.Patient? {
        guard
            let fields = node.patientFields(
                required: ["family", "given", "born", "member_id"], optional: ["weight_kg", "weighed_on", "height_cm"],
                in: &problems)
        else { return nil }
        let family = fields["family"]?.sensitiveLine(in: &problems)
        let given = fields["given"]?.sensitiveLine(in: &problems)
        let born = fields["born"]?.sensitiveDate(in: &problems)
        let member = fields["member_id"]?.sensitiveLine(in: &problems)
        let weight = fields["weight_kg"].flatMap { readMeasure($0, 0.3...700, "kilograms", in: &problems) }
        let height = fields["height_cm"].flatMap { readMeasure($0, 20...280, "centimetres", in: &problems) }
        let weighed = fields["weighed_on"]?.sensitiveDate(in: &problems)
        checkWeighing(fields, born: born, weighed: weighed, in: &problems)
        guard let family, let given, let born, let member else { return nil }
        return Order.Patient(
            family: family, given: given, born: born, memberID: member, weight: weight, weighedOn: weighed,
            height: height)
    }

    /// A dose by weight rests on a weight of a day: payers and labels ask how old it is.
    private static func checkWeighing(
        _ fields: YAMLFields, born: Located<Sensitive<CivilDate>>?, weighed: Located<Sensitive<CivilDate>>?,
        in problems: inout DiagnosticList
    ) {
        if let weight = fields["weight_kg"], fields["weighed_on"] == nil {
            problems.error(at: weight.location, "a weight needs its day: add the key \"weighed_on\"")
        }
        if let weighed = fields["weighed_on"], fields["weight_kg"] == nil {
            problems.error(at: weighed.location, "there is a day of weighing and no \"weight_kg\"")
        }
        if let weighed, let born, weighed.value.value < born.value.value {
            problems.error(at: weighed.location, "the patient was weighed before the day of birth; one date is wrong")
        }
    }

    private static func readMeasure(
        _ node: YAMLNode, _ range: ClosedRange<Double>, _ unit: String, in problems: inout DiagnosticList
    ) -> Located<Sensitive<Order.Measure>>? {
        guard let text = node.line(in: &problems) else { return nil }
        guard let amount = canonicalDecimal(text.value), let value = Double(amount), range.contains(value) else {
            problems.error(
                at: text.location,
                "expected \(unit) as a plain number from \(range.lowerBound) to \(range.upperBound), such as 83.5")
            return nil
        }
        return Located(Sensitive(Order.Measure(amount: amount)), at: text.location)
    }
}
