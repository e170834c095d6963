/// What a spreadsheet did to a number that was meant as a text, or nothing when it looks unharmed.
func spreadsheetDamage(_ value: String) -> String? {
    if isScientific(value) { return "scientific notation: digits were lost" }
    if value.utf8.allSatisfy({ $0 == UInt8(ascii: "#") }) {
        return "number signs: the column was too narrow to show it"
    }
    let parts = value.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 2, isDigits(parts[0]), isDigits(parts[1]), parts[1].utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) {
        return "a decimal fraction: a spreadsheet took it for a number, leading zeros may be lost"
    }
    return nil
}

/// `1.23E+11`, `1E10`, `1,23E+11`
func isScientific(_ value: String) -> Bool {
    let parts = value.uppercased().split(separator: "E", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].first?.isNumber == true,
        parts[0].utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") })
    else { return false }
    let exponent = parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
    return (1...3).contains(exponent.utf8.count) && isDigits(exponent)
}

/// At least one digit, and nothing else.
func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
}

/// A number not below zero without needless zeros (`300.00` is `300`, `.5` is refused), at most 12 digits before the
/// point and 6 behind it.
func canonicalDecimal(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(isDigits) else { return nil }
    let whole = parts[0].drop { $0 == "0" }
    var fraction = parts.count == 2 ? parts[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    guard whole.utf8.count <= 12, fraction.utf8.count <= 6 else { return nil }
    return (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : ".\(fraction)")
}
