import Testing

/// A wrong order: what is wrong with it, and where the error must point.
struct BadOrder: CustomTestStringConvertible, Sendable {
    let name: String
    let yaml: String
    /// Texts that standard error holds: the place and the remedy.
    let says: [String]
    var testDescription: String { name }

    init(_ name: String, _ order: OrderText, says: String...) {
        self.init(name, yaml: order.yaml, says: says)
    }

    init(_ name: String, yaml: String, says: [String]) {
        (self.name, self.yaml, self.says) = (name, yaml, says)
    }

    static let all = [
        BadOrder("unknown drug", OrderText(drug: "natalizumap"), says: "bad.yaml:20:7: error:", "natalizumab"),
        BadOrder("unknown code", OrderText(hcpcs: "J9999X"), says: "bad.yaml:23:10: error:"),
        BadOrder("unlisted code", OrderText(hcpcs: "J0001"), says: "bad.yaml:23:10: error:", "J2323"),
        BadOrder("unknown diagnosis", OrderText(diagnosis: "G35.X"), says: "bad.yaml:21:13: error:"),
        BadOrder(
            "diagnosis that is not billable", OrderText(diagnosis: "G35"), says: "bad.yaml:21:13: error:", "G35.A"),
        BadOrder("unknown payer", OrderText(payer: "unitedhealth"), says: "bad.yaml:1:8", "unitedhealthcare"),
        BadOrder("unknown kind", OrderText(kind: "renewel"), says: "bad.yaml:2:7: error:"),
        BadOrder("unknown urgency", OrderText(urgency: "urgnt"), says: "bad.yaml:3:10: error:", "urgent"),
        BadOrder("impossible date", OrderText(firstDose: "2026-02-30"), says: "bad.yaml:29:21: error:"),
        BadOrder("American date", OrderText(firstDose: "12/01/2026"), says: "bad.yaml:29:21: error:"),
        BadOrder("impossible birth date", OrderText(born: "1984-13-01"), says: "bad.yaml:7:9: error:"),
        BadOrder("wrong check digit", OrderText(npi: "1999999902"), says: "bad.yaml:14:8: error:"),
        BadOrder("zero units", OrderText(units: "0"), says: "bad.yaml:24:10: error:"),
        BadOrder("units that are no number", OrderText(units: "some"), says: "bad.yaml:24:10: error:"),
        BadOrder("dose without a unit", OrderText(dose: "\"300\""), says: "bad.yaml:25:9: error:"),
        BadOrder("unknown field", OrderText(more: "prioritty: high"), says: "bad.yaml:30:1: error:", "prioritty"),
        BadOrder("field given twice", OrderText(more: "kind: initial"), says: "bad.yaml:2:1: error:", "kind"),
        BadOrder("tab", yaml: "payer:\tunitedhealthcare\n\tkind: initial\n", says: ["bad.yaml:2:"]),
        BadOrder("unclosed bracket", yaml: "payer: [unitedhealthcare\n", says: ["bad.yaml:"]),
        BadOrder("a list", yaml: "- payer\n- kind\n", says: ["bad.yaml:1:1"]),
        BadOrder("only a word", yaml: "hello", says: ["bad.yaml:1:1"]),
        BadOrder("empty file", yaml: "", says: ["bad.yaml"]),
        BadOrder("two documents", yaml: "a: b\n---\na: c\n", says: ["bad.yaml:"]),
        BadOrder("alias bomb", yaml: "a: &a [x]\nb: [*a, *a]\n", says: ["bad.yaml:"]),
        BadOrder("broken JSON", yaml: "{\"payer\": \"unitedhealthcare\", \"kind\": }", says: ["bad.yaml:"]),
    ]
}

/// Content of a file that is no text.
struct Bytes: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    var testDescription: String { name }

    static let noText = [
        Bytes(name: "Latin-1", bytes: Array("payer: Caf".utf8) + [0xE9, 0x0A]),
        Bytes(name: "UTF-16 with its mark", bytes: [0xFF, 0xFE, 0x70, 0x00, 0x61, 0x00]),
        Bytes(name: "zero bytes", bytes: [0, 0, 0, 0]),
        Bytes(name: "an archive", bytes: Array("PK\u{3}\u{4}".utf8) + [0x14, 0x00, 0xFF, 0x90]),
    ]
}
