import Diagnostics
import StrictYAML

/// The part of `drugs.yaml` that says how much and how often.
extension DrugReader {
    mutating func usualDose(_ node: YAMLNode) -> UsualDose? {
        guard
            let fields = node.fields(
                required: ["for", "phase", "verified"],
                optional: [
                    "amount", "bands", "max_amount", "max_dose", "per", "every_days", "every_months",
                    "min_interval_days", "at_weeks", "route", "sources",
                ], in: &problems),
            let phase = fields["phase"]?.string(in: &problems),
            let bands = bands(fields, at: node.location), let verified = fields["verified"]?.boolean(in: &problems)
        else { return nil }
        let per = fields["per"]?.word(among: ["kg", "m2"], in: &problems)
        return UsualDose(
            indications: texts(fields["for"]), phase: phase, bands: bands,
            maximumAmount: fields["max_amount"].flatMap { amount($0) },
            cap: fields["max_dose"].flatMap { amount($0) },
            basis: per.flatMap { UsualDose.Basis(rawValue: $0) } ?? (fields["bands"] == nil ? .fixed : .weightBand),
            everyDays: fields["every_days"]?.integer(in: &problems),
            everyMonths: fields["every_months"]?.integer(in: &problems),
            atWeeks: items(fields["at_weeks"]).compactMap { $0.integer(in: &problems) },
            minimumIntervalInDays: fields["min_interval_days"]?.integer(in: &problems),
            route: fields["route"].flatMap { route($0) }, isVerified: verified, sources: named(fields["sources"]))
    }

    /// `amount` alone, or `bands` with an amount each.
    private mutating func bands(_ fields: YAMLFields, at location: SourceLocation) -> [DoseBand]? {
        switch (fields["amount"], fields["bands"]) {
        case (let amount?, nil): return self.amount(amount).map { [DoseBand($0)] }
        case (nil, let bands?):
            let read = items(bands).compactMap { band($0) }
            if read.isEmpty { problems.error(at: bands.location, "no band") }
            return read.isEmpty ? nil : read
        default:
            problems.error(at: location, "expected \"amount\" or \"bands\", one of the two")
            return nil
        }
    }

    private mutating func band(_ node: YAMLNode) -> DoseBand? {
        guard
            let fields = node.fields(
                required: ["amount"], optional: ["from_kg", "over_kg", "through_kg", "below_kg"], in: &problems),
            let dose = fields["amount"].flatMap({ amount($0) })
        else { return nil }
        func kilograms(_ key: String) -> Amount? {
            fields[key]?.decimalText(in: &problems).flatMap { Amount($0) }
        }
        return DoseBand(
            dose, from: kilograms("from_kg"), over: kilograms("over_kg"), through: kilograms("through_kg"),
            below: kilograms("below_kg"))
    }

    private mutating func amount(_ node: YAMLNode) -> Dose? {
        guard let text = node.string(in: &problems) else { return nil }
        guard let dose = Dose(text) else {
            problems.error(at: node.location, "\"\(text)\" is not a dose such as \"300 mg\"")
            return nil
        }
        return dose
    }
}
