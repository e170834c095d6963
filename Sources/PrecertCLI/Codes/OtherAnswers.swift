import CivilTime
import Codes

/// What the drug facts say of an NDC: whose it is, or that it is not on file, which is not "valid".
struct PackageAnswer: Encodable {
    struct Reading: Encodable {
        /// Eleven digits, 5-4-2.
        let ndc: String
        let drug: String?
        let product: String?
        let hcpcs: String?
        let milligrams: String?
        let trust: String?
    }

    /// `certain`, or `ambiguous` for ten digits without hyphens.
    let form: String
    let readings: [Reading]
    let release: String
    let released: CivilDate

    /// Nothing for what is no NDC.
    init?(_ text: String, in book: CodeBook) {
        let ndcs: [NDC]
        switch NDC.read(text) {
        case .certain(let ndc): (form, ndcs) = ("certain", [ndc])
        case .ambiguous(let several): (form, ndcs) = ("ambiguous", several)
        case .malformed: return nil
        }
        readings = ndcs.map { ndc in
            let owner = book.drugs.owner(of: ndc)
            return Reading(
                ndc: ndc.description, drug: owner?.drug.name, product: owner.map { $0.product.label(of: $0.container) },
                hcpcs: owner?.product.hcpcs, milligrams: owner?.container.milligrams.description,
                trust: owner.map { $0.container.isNDCVerified ? "verified" : "unverified" })
        }
        release = book.drugsRelease.name
        released = book.drugsRelease.released
    }

    var screen: KeyValues {
        var screen = KeyValues()
        for reading in readings {
            let key = "ndc_\(reading.ndc)"
            guard let product = reading.product, let hcpcs = reading.hcpcs, let milligrams = reading.milligrams else {
                screen.add("NDC \(reading.ndc)", key: key, .text("not in the table: not known, never \"valid\""))
                continue
            }
            let trust = reading.trust == "verified" ? "" : " (unverified)"
            screen.add(
                "NDC \(reading.ndc)", key: key, .text("\(product) \(milligrams) mg, billed with \(hcpcs)\(trust)"))
        }
        if form == "ambiguous" {
            screen.add(
                "Digits", key: "form",
                Cell.text("ten without hyphens: one of these, and nothing tells which").styled(.caution))
        }
        screen.add("Release", key: "release", .text("\(release), released \(released)"))
        return screen
    }
}

/// What a two-character modifier means.
struct ModifierAnswer: Encodable {
    let code: String
    let meaning: String
    let firstDate: CivilDate?
    let lastDate: CivilDate?
    let release: String
    let released: CivilDate
    let coverage: String?

    init?(_ text: String, on date: CivilDate, in book: CodeBook) {
        guard let modifier = book.modifiers[text.uppercased()] else { return nil }
        code = modifier.code
        meaning = modifier.meaning
        firstDate = modifier.firstDate
        lastDate = modifier.lastDate
        release = book.modifiers.release.name
        released = book.modifiers.release.released
        coverage = book.modifiers.release.remark(on: date)
    }

    var screen: KeyValues {
        var screen = KeyValues()
        screen.add("Modifier", key: "modifier", Cell.text(code).styled(.heading))
        screen.add("Description", key: "meaning", .text(meaning))
        screen.add("From", key: "first_date", .date(firstDate))
        screen.add("Last date", key: "last_date", .date(lastDate))
        if let coverage { screen.add("Standing", key: "coverage", Cell.text(coverage).styled(.caution)) }
        screen.add("Release", key: "release", .text("\(release), released \(released)"))
        return screen
    }
}

/// What a two-digit place of service is.
struct PlaceAnswer: Encodable {
    let code: String
    let name: String
    let release: String
    let released: CivilDate
    let coverage: String?

    init?(_ text: String, on date: CivilDate, in book: CodeBook) {
        guard let place = book.placesOfService[text] else { return nil }
        code = place.code
        name = place.name
        release = book.placesOfService.release.name
        released = book.placesOfService.release.released
        coverage = book.placesOfService.release.remark(on: date)
    }

    var screen: KeyValues {
        var screen = KeyValues()
        screen.add("Place of service", key: "place_of_service", Cell.text(code).styled(.heading))
        screen.add("Name", key: "name", .text(name))
        if let coverage { screen.add("Standing", key: "coverage", Cell.text(coverage).styled(.caution)) }
        screen.add("Release", key: "release", .text("\(release), released \(released)"))
        return screen
    }
}

extension Release {
    /// After its last day the release does not speak; before its first one it may, by the dates of the entry.
    fileprivate func remark(on date: CivilDate) -> String? {
        date > validThrough ? "not loaded after \(validThrough)" : nil
    }
}

/// Every loaded table with its release and the dates of service that it answers for.
struct LoadedTables: Encodable {
    struct Loaded: Encodable {
        let release: String
        let released: CivilDate
        let validFrom: CivilDate
        let validThrough: CivilDate
        /// Whether the release answers for the date asked about.
        let isLoaded: Bool
        let source: String
    }

    let on: CivilDate
    let tables: [Loaded]

    init(_ book: CodeBook, on date: CivilDate) {
        on = date
        tables = book.releases.map { release in
            Loaded(
                release: release.name, released: release.released, validFrom: release.validFrom,
                validThrough: release.validThrough,
                isLoaded: date >= release.validFrom && date <= release.validThrough, source: release.source)
        }
    }

    var table: Table {
        var table = Table(
            [
                Table.Column("release", "Table", minimumWidth: 20, wraps: true),
                Table.Column("released", "Released", priority: .essential),
                Table.Column("valid_from", "From", priority: .essential),
                Table.Column("valid_through", "Through", priority: .essential),
                Table.Column("source", "Source", isForPrograms: true),
            ], whenEmpty: "No table is loaded.")
        for loaded in tables {
            table.append(
                .text(loaded.release), .date(loaded.released), .date(loaded.validFrom), .date(loaded.validThrough),
                .text(loaded.source))
        }
        return table
    }
}
