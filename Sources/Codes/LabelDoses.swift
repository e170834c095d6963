#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the label gives this patient, from one entry of the drug facts.
struct LabelDose {
    let usual: UsualDose
    /// In milligrams; both ends are one where the label gives no range.
    let low: Amount
    let high: Amount
    /// `5 mg/kg x 83 kg = 415 mg`.
    let sentence: String
}

extension ServiceReview {
    /// The label's doses for the route and the diagnoses written. Where no diagnosis points to a labelled use: all of
    /// them when every dose of the label is on file, else none.
    var labelDoses: [UsualDose] {
        guard let drug = drug?.drug else { return [] }
        let route = service.route ?? (codeFitsDrug ? codeOwner?.product.onlyRoute : nil)
        let ofRoute = drug.doses.filter { route == nil || $0.route == nil || $0.route == route }
        let uses = indications(of: drug).map(\.id)
        if uses.isEmpty { return drug.dosesAreComplete ? ofRoute : [] }
        return ofRoute.filter { !Set($0.indications).isDisjoint(with: uses) }
    }

    /// The labelled uses that the diagnoses point to.
    func indications(of drug: Drug) -> [DrugIndication] {
        let codes = diagnoses.compactMap(\.entry?.code)
        return drug.indications.filter { use in
            codes.contains { code in (use.diagnoses + use.notEnoughAlone).contains { code.hasPrefix($0) } }
        }
    }

    /// `nil` when the weight or the height that it needs is not written, when no band holds the weight, and for a dose
    /// that is no mass.
    func labelDose(_ usual: UsualDose) -> LabelDose? { usual.labelDose(for: PatientSize(service)) }
}

/// What doses are reckoned by; what is not known is nothing.
public struct PatientSize: Sendable {
    /// In kilograms.
    public let weight: Amount?
    /// In centimetres.
    public let height: Amount?

    public init(weight: Amount?, height: Amount?) {
        self.weight = weight
        self.height = height
    }

    init(_ service: ProposedService) { self.init(weight: service.weight, height: service.height) }

    /// Mosteller's formula (N Engl J Med 1987;317:1098): the root of height in cm times weight in kg over 3600, in
    /// square metres, rounded to two decimals as dose sheets do.
    var bodySurface: Amount? {
        guard let weight, let height,
            weight.millionths > 0, height.millionths > 0
        else { return nil }
        let root = (Double(height.millionths) / 1e6 * Double(weight.millionths) / 1e6 / 3600).squareRoot()
        let hundredths = (root * 100).rounded()
        guard hundredths >= 1, hundredths < 100_000 else { return nil }
        return Amount(millionths: Int(hundredths) * 10_000)
    }
}

extension UsualDose {
    func labelDose(for size: PatientSize) -> LabelDose? {
        guard let band = bands.first(where: { band in size.weight.map(band.holds) ?? isFixed }),
            let amount = band.dose.milligrams, let factor = factor(for: size)
        else { return nil }
        let upper = maximumAmount?.milligrams ?? amount
        guard var low = amount.times(factor.value), var high = upper.times(factor.value) else { return nil }
        let range = upper == amount ? band.dose.description : "\(band.dose) to \(upper) mg"
        var sentence =
            factor.words.map { "\(range)\($0) = \(low == high ? "\(low)" : "\(low) to \(high)") mg" } ?? range
        if let cap = cap?.milligrams {
            if high > cap { sentence += ", at most \(cap) mg" }
            low = min(low, cap)
            high = min(high, cap)
        }
        return LabelDose(usual: self, low: low, high: high, sentence: sentence)
    }

    private func factor(for size: PatientSize) -> (value: Amount, words: String?)? {
        switch basis {
        case .fixed: return (Amount(millionths: 1_000_000), nil)
        case .weightBand:
            return size.weight.map { (Amount(millionths: 1_000_000), " at \($0) kg, that is") }
        case .perKilogram: return size.weight.map { ($0, "/kg x \($0) kg") }
        case .perSquareMeter:
            return size.bodySurface.map { ($0, "/m2 x \($0) m2 (Mosteller)") }
        }
    }

    /// Whether the dose is the label's for a patient of this size. What is reckoned from the size may be rounded to whole
    /// milligrams; what a practice rounds up to whole vials is more than the label says. False too where the size that
    /// it needs is not known.
    public func gives(_ dose: Dose, to size: PatientSize) -> Bool {
        guard let given = dose.milligrams, let label = labelDose(for: size) else {
            return isFixed && dose.isComparable(with: self.dose) && allows(dose)
        }
        guard needsWeight else { return given >= label.low && given <= label.high }
        let milligram = 1_000_000
        let least = label.low.millionths / milligram * milligram
        let most = (label.high.millionths + milligram - 1) / milligram * milligram
        return given.millionths >= least && given.millionths <= most
    }
}

extension DrugProduct {
    /// The route when the code bills one alone.
    var onlyRoute: Route? { routes.count == 1 ? routes[0] : nil }
}

extension UsualDose {
    var needsWeight: Bool { basis != .fixed }
    var needsHeight: Bool { basis == .perSquareMeter }

    /// `5 mg/kg`, `260 to 520 mg by weight`, `300 mg`.
    var inWords: String {
        switch basis {
        case .fixed: maximumAmount.map { "\(dose) to \($0)" } ?? dose.description
        case .perKilogram where bands.count > 1: "\(amounts) a kilogram, by weight"
        case .perKilogram: maximumAmount.map { "\(dose) to \($0) a kilogram" } ?? "\(dose)/kg"
        case .perSquareMeter: "\(dose)/m2"
        case .weightBand: "\(amounts) by weight"
        }
    }

    private var amounts: String {
        bands.map(\.dose.description).joined(separator: " or ")
    }

    /// The shortest interval that the label gives, in days. Months count as four weeks: the least that "every six
    /// months" can mean.
    var shortestIntervalInDays: Int? { minimumIntervalInDays ?? everyDays ?? everyMonths.map { $0 * 28 } }

    /// The shortest gap between the doses that the label puts on days of their own.
    var shortestGapInDays: Int? {
        zip(atWeeks.dropFirst(), atWeeks).map { ($0 - $1) * 7 }.filter { $0 > 0 }.min()
    }
}

extension ServiceReview {
    /// The sources of several label facts; verified only when all of them are.
    func factCitation(_ doses: [UsualDose]) -> Citation {
        var sources: [String] = []
        for source in doses.flatMap(\.sources) where !sources.contains(source) { sources.append(source) }
        return factCitation(sources, isVerified: doses.allSatisfy(\.isVerified))
    }
}
