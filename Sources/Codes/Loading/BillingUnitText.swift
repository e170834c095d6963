/// Reads a code's billing unit from its descriptor: `Injection, natalizumab, 1 mg` bills 1 mg.
///
/// Only where the descriptor names one amount, and does not bound or count by something else; otherwise the unit stays
/// unknown, so that the guard says "not checked" and never counts wrong.
func billingUnit(in descriptor: String) -> Dose? {
    let text = descriptor.lowercased()
    for words in ["greater than", "over ", "million", "per source", "per study", "per vial", "per dose"]
    where text.contains(words) { return nil }
    let bytes = Array(text.utf8)
    var found: Set<String> = []
    var unit: Dose?
    var index = 0
    while index < bytes.count {
        guard isDigit(bytes[index]), index == 0 || !isWord(bytes[index - 1]) else {
            index += 1
            continue
        }
        var end = index
        while end < bytes.count,
            isDigit(bytes[end]) || bytes[end] == UInt8(ascii: ",") || bytes[end] == UInt8(ascii: ".")
        {
            end += 1
        }
        let number = String(decoding: bytes[index..<end].filter { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "-") { end += 1 }
        var wordEnd = end
        while wordEnd < bytes.count, isWord(bytes[wordEnd]), !isDigit(bytes[wordEnd]) { wordEnd += 1 }
        let word = String(decoding: bytes[end..<wordEnd], as: UTF8.self)
        if let measure = DoseUnit(word), let amount = Amount(number), amount.millionths > 0 {
            let dose = Dose(amount, measure)
            found.insert(dose.description)
            unit = dose
        }
        index = max(wordEnd, index + 1)
    }
    return found.count == 1 ? unit : nil
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

private func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || (97...122).contains(byte) }
