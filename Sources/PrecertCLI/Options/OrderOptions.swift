import ArgumentParser
import CivilTime
import Diagnostics
import Exchange

/// What an order says, on the command line: the keys of an order file, read by the file's own reader.
struct OrderOptions: ParsableArguments {
    @Option(help: "Which service line, by its number; needed when the request has several.")
    var line: Int?

    @Option(help: ArgumentHelp("Of the line: the HCPCS code.", valueName: "hcpcs"))
    var code: String?
    @Option(help: "Of the line: billing units of one dose.")
    var units: String?
    @Option(help: "Of the line: one dose, such as \"300 mg\".")
    var dose: String?
    @Option(help: "Of the line: the interval, such as \"28 days\".")
    var every: String?
    @Option(help: "Of the line: how many doses are asked for, or none.")
    var doses: String?
    @Option(help: "Of the line: the route, or none.")
    var route: String?
    @Option(help: "Of the line: a modifier, all of them if there are several, or none.")
    var modifier: [String] = []
    @Option(help: "Of the line: the National Drug Code, or none.")
    var ndc: String?
    @Option(help: "Of the line: units of one dose that are thrown away, or none.")
    var discardedUnits: String?
    @Option(help: ArgumentHelp("Of the line: a code of the giving, all of them, or none.", valueName: "code"))
    var administration: [String] = []
    @Option(help: "Of the line: what is in place before the first dose, all of it, or none.")
    var gate: [String] = []

    @Option(help: "The drug by another of its names, when the order meant another product.")
    var drug: String?
    @Option(help: ArgumentHelp("A diagnosis; all of them, the primary one first.", valueName: "icd-10-cm"))
    var diagnosis: [String] = []
    @Option(help: ArgumentHelp("The patient's weight, or none.", valueName: "kg"))
    var weight: String?
    @Option(help: "The day on which the weight was taken.")
    var weighedOn: DateArgument?
    @Option(help: ArgumentHelp("The patient's height, or none.", valueName: "cm"))
    var height: String?
    @Option(help: "The day of the planned first dose.")
    var plannedFirstDose: DateArgument?
    @Option(help: "The site's name.")
    var siteName: String?
    @Option(help: "The site's NPI.")
    var siteNpi: String?
    @Option(help: "The place of service, two digits.")
    var placeOfService: String?

    /// Something of a service line is said.
    var saysOfLine: Bool {
        [code, units, dose, every, doses, route, ndc, discardedUnits].contains { $0 != nil }
            || ![modifier, administration, gate].allSatisfy(\.isEmpty)
    }

    private var saysOfOrder: Bool {
        [drug, weight, height, siteName, siteNpi, placeOfService].contains { $0 != nil } || !diagnosis.isEmpty
            || weighedOn != nil || plannedFirstDose != nil
    }

    func validate() throws {
        guard saysOfLine || saysOfOrder else {
            throw ValidationError("Say what is to be changed, such as --units 300.")
        }
        if line != nil, !saysOfLine { throw ValidationError("--line goes with what is changed of the line.") }
    }

    /// Puts what is said here in the place of what the order says.
    ///
    /// - Parameter index: of the service line.
    func replace(in draft: inout OrderDraft, line index: Int, today: CivilDate) {
        let service = [
            ("hcpcs", "code", code), ("units", "units", units), ("dose", "dose", dose), ("every", "every", every),
            ("doses", "doses", doses), ("route", "route", route), ("ndc", "ndc", ndc),
            ("discarded_units", "discarded-units", discardedUnits),
        ]
        for (key, option, text) in service { Self.put(text, key, option, in: &draft.services[index]) }
        let lists = [
            ("modifiers", "modifier", modifier), ("administration", "administration", administration),
            ("gates", "gate", gate),
        ]
        for (key, option, list) in lists { Self.put(list, key, option, in: &draft.services[index]) }
        Self.put(drug, "drug", "drug", in: &draft.order)
        Self.put(diagnosis, "diagnoses", "diagnosis", in: &draft.order)
        Self.put(
            plannedFirstDose?.date(from: today).description, "planned_first_dose", "planned-first-dose",
            in: &draft.order)
        Self.put(weight, "weight_kg", "weight", in: &draft.patient)
        // Without a weight, its day says nothing.
        if draft.patient["weight_kg"] == nil { draft.patient["weighed_on"] = nil }
        Self.put(weighedOn?.date(from: today).description, "weighed_on", "weighed-on", in: &draft.patient)
        Self.put(height, "height_cm", "height", in: &draft.patient)
        for (key, option, text) in [
            ("name", "site-name", siteName), ("npi", "site-npi", siteNpi),
            ("place_of_service", "place-of-service", placeOfService),
        ] { Self.put(text, key, option, in: &draft.site) }
    }

    /// Keys that an order may lack.
    private static let mayBeNone: Set = [
        "doses", "route", "modifiers", "ndc", "discarded_units", "administration", "gates", "weight_kg", "height_cm",
    ]

    private static func put(_ text: String?, _ key: String, _ option: String, in section: inout OrderDraft.Section) {
        guard let text else { return }
        section[key] = isNone([text], key) ? nil : OrderDraft.Words(text, at: place(option))
    }

    private static func put(
        _ list: [String], _ key: String, _ option: String, in section: inout OrderDraft.Section
    ) {
        guard !list.isEmpty else { return }
        section[key] = isNone(list, key) ? nil : OrderDraft.Words(list: list, at: place(option))
    }

    private static func isNone(_ list: [String], _ key: String) -> Bool { list == ["none"] && mayBeNone.contains(key) }

    private static func place(_ option: String) -> SourceLocation {
        SourceLocation(file: "--\(option)", line: 1, column: 1)
    }
}
