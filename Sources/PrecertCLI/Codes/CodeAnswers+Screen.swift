extension CodeAnswers {
    /// Prints the answers for a person.
    func render(_ output: OutputOptions) {
        let screens = [
            hcpcs.map(screen), icd10cm.map(screen), ndc?.screen, modifier?.screen, placeOfService?.screen,
        ].compactMap(\.self)
        for (number, screen) in screens.enumerated() {
            if number > 0 { Console.out("") }
            output.render(screen)
        }
        guard let icd10cm, !icd10cm.children.isEmpty else { return }
        Console.out("")
        output.render(children(of: icd10cm))
    }

    private func screen(_ service: Service) -> KeyValues {
        var screen = KeyValues()
        screen.add("HCPCS", key: "code", Cell.text(service.code).styled(.heading))
        screen.add("Description", key: "description", .text(service.description))
        screen.add("Billing unit", key: "unit", .text(service.unit ?? "the descriptor names none"))
        let (words, style): (String, Style) =
            switch service.standing {
            case "in_force": ("in force", .good)
            case "not_yet_in_force": ("not yet in force", .bad)
            case "no_longer_in_force": ("no longer in force", .bad)
            default: ("perhaps not yet in force", .caution)
            }
        screen.add("On \(on)", key: "standing", standing(words, style, coverage: service.coverage))
        let orEarlier = service.firstDateIsUpperBound ? " or earlier" : ""
        let last = service.lastDate.map { "to \($0)\(service.lastDateIsUpperBound ? " at the latest" : "")" }
        screen.add(
            "Dates", key: "dates",
            .text("from \(service.firstDate)\(orEarlier), \(last ?? "still listed in the release")"))
        screen.add("Release", key: "release", .text("\(service.release), released \(service.released)"))
        return screen
    }

    private func screen(_ diagnosis: Diagnosis) -> KeyValues {
        var screen = KeyValues()
        screen.add("ICD-10-CM", key: "code", Cell.text(diagnosis.code).styled(.heading))
        screen.add("Description", key: "description", .text(diagnosis.description))
        let (words, style): (String, Style) =
            switch diagnosis.standing {
            case "billable": ("billable", .good)
            case "not_billable": ("not billable: a heading only", .bad)
            default: ("not yet a code", .bad)
            }
        screen.add("On \(on)", key: "standing", standing(words, style, coverage: diagnosis.coverage))
        screen.add("Last billable", key: "last_billable", .date(diagnosis.lastBillable))
        screen.add("Release", key: "release", .text("\(diagnosis.release), released \(diagnosis.released)"))
        return screen
    }

    private func standing(_ words: String, _ style: Style, coverage: String?) -> Cell {
        guard let coverage else { return Cell.text(words).styled(style) }
        return Cell.text("\(words) when last known; \(coverage)").styled(.caution)
    }

    private func children(of diagnosis: Diagnosis) -> Table {
        var table = Table(
            [
                Table.Column("code", "Below it", priority: .essential),
                Table.Column("is_billable", "Billable", priority: .essential),
                Table.Column("description", "Description", minimumWidth: 20, wraps: true),
            ], whenEmpty: "")
        for child in diagnosis.children {
            table.append(.text(child.code), .boolean(child.isBillable), .text(child.description))
        }
        return table
    }
}
