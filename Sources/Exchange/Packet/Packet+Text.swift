import CivilTime

extension Packet {
    static func text(_ content: PacketContent) -> String {
        var page = TextPage()
        page.title("PRIOR AUTHORIZATION REQUEST")
        page.field("To", content.payer.name)
        page.field("From", "\(content.practice.name), NPI \(content.practice.npi)")
        page.field("Telephone", content.practice.telephone)
        page.field("Fax", content.practice.fax)
        page.field("Date", content.preparedOn.description)
        page.field("Our reference", "\(content.trace) (please give it back with each answer)")
        page.field("Request", "\(content.requestID), \(content.kind.rawValue), \(urgency(content.urgency))")

        page.section("WHO")
        page.field("Patient", "\(content.patient.family.value), \(content.patient.given.value)")
        page.field("Born", content.patient.born.value.description)
        page.field("Member ID", content.patient.memberID.value)
        if let weight = content.patient.weight {
            page.field(
                "Weight",
                "\(weight.value) kg" + (content.patient.weighedOn.map { " on \($0.value)" } ?? "")
                    + (content.patient.height.map { ", height \($0.value) cm" } ?? ""))
        } else if let height = content.patient.height {
            page.field("Height", "\(height.value) cm")
        }
        let prescriber = content.prescriber
        page.field(
            "Prescriber", "\(prescriber.name), NPI \(prescriber.npi)" + (prescriber.specialty.map { ", \($0)" } ?? ""))
        page.field(
            "Site", "\(content.site.name), NPI \(content.site.npi), place of service \(content.site.placeOfService)")

        page.section("WHAT")
        for (index, service) in content.services.enumerated() {
            if content.services.count > 1 {
                if index > 0 { page.blank() }
                page.field("Line", "\(index + 1) of \(content.services.count)")
            }
            writeService(service, on: &page)
        }
        if content.services.count > 1 { page.blank() }
        for (index, diagnosis) in content.diagnoses.enumerated() {
            page.field(
                "Diagnosis",
                diagnosis.code + (diagnosis.title.map { " \($0)" } ?? "")
                    + (index == 0 && content.diagnoses.count > 1 ? " (primary)" : ""))
        }

        page.section("WHY")
        if let policy = content.policy {
            page.field(
                "Policy",
                policy.title + (policy.number.map { ", \($0)" } ?? "")
                    + (policy.effective.map { ", effective \($0)" } ?? ""))
        }
        page.field("Our reason", content.reason.map { "\($0.value) (stated by the practice)" })
        if content.criteria.isEmpty, content.reason == nil {
            page.paragraph("See the order above and what is attached.", indent: 2)
        }
        for (index, criterion) in content.criteria.enumerated() {
            write(criterion, number: index + 1, on: &page)
        }

        page.section("ATTACHED")
        if content.documents.isEmpty { page.paragraph("Nothing.", indent: 2) }
        for (index, document) in content.documents.enumerated() {
            page.paragraph("\(index + 1). \(document.name), \(document.byteCount) bytes", indent: 2, hanging: 3)
            page.paragraph("SHA-256 \(document.sha256)", indent: 5)
        }
        return page.text
    }

    private static func urgency(_ urgency: Order.Urgency) -> String {
        switch urgency {
        case .standard: "standard review"
        case .urgent: "URGENT (expedited review)"
        }
    }

    private static func writeService(_ service: PacketContent.ServiceLine, on page: inout TextPage) {
        page.field("Drug", service.drug)
        page.field(
            "HCPCS",
            service.hcpcs + (service.modifiers.isEmpty ? "" : " " + service.modifiers.joined(separator: " "))
                + (service.hcpcsTitle.map { ", \($0)" } ?? ""))
        page.field(
            "Dose",
            service.dose + (service.every.map { " every \($0)" } ?? " once") + (service.route.map { ", \($0)" } ?? ""))
        page.field(
            "Units",
            "\(service.unitsPerDose) billing units a dose"
                + (service.discardedUnits.map { $0 == "0" ? ", none discarded" : ", and \($0) discarded" } ?? "")
                + (service.doses.map { ", \($0) \($0 == 1 ? "dose" : "doses")" } ?? ""))
        page.field("NDC", service.ndc)
        if !service.administration.isEmpty {
            page.field("Given under", service.administration.joined(separator: ", "))
        }
        page.field("First dose", service.from.description)
    }

    private static func write(_ criterion: PacketContent.Criterion, number: Int, on page: inout TextPage) {
        page.blank()
        page.paragraph("\(number). [\(label(criterion.verdict))] \(criterion.title)", indent: 2, hanging: 3)
        if let citation = criterion.citation { page.paragraph("Policy: \(citation)", indent: 5, hanging: 2) }
        for line in criterion.evidence {
            let proof = [line.source?.rawValue, line.observedOn?.description, line.document.map { "see \($0)" }]
                .compactMap { $0 }
            let suffix = proof.isEmpty ? "" : " (\(proof.joined(separator: ", ")))"
            page.paragraph("- \(line.text.value)\(suffix)", indent: 5, hanging: 2)
        }
    }

    private static func label(_ verdict: PacketContent.Verdict) -> String {
        switch verdict {
        case .met: "MET"
        case .exception: "EXCEPTION ASKED"
        case .onRecord: "ON RECORD"
        }
    }
}
