import Diagnostics

/// Refuses anchors and aliases before the parser sees them: a 350-byte file of nested aliases can cost a reader
/// seconds and gigabytes. The scan knows quotes and comments; in a block text a word that begins with `*` or `&` is
/// refused too, which costs its writer a pair of quotes.
func refuseAliases(in text: String, file: String) throws(InvalidSource) {
    try scanTokens(in: text) { (byte, next, line, column) throws(InvalidSource) in
        guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&"), let next, isAnchorCharacter(next) else { return }
        let what = byte == UInt8(ascii: "*") ? "aliases (*name)" : "anchors (&name)"
        throw InvalidSource(
            at: SourceLocation(file: file, line: line, column: column),
            "\(what) are not accepted; write the value out, or put quotes around the text")
    }
}

/// Refuses flow nesting (`[[[[…`) that would exhaust the parser's stack.
func refuseDeepNesting(in text: String, file: String) throws(InvalidSource) {
    var depth = 0
    try scanTokens(in: text, everywhere: true) { (byte, _, line, column) throws(InvalidSource) in
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            depth += 1
            if depth > YAMLDocument.maximumDepth {
                throw InvalidSource(
                    at: SourceLocation(file: file, line: line, column: column),
                    "lists and mappings stand more than \(YAMLDocument.maximumDepth) deep")
            }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
        default: break
        }
    }
}

/// Calls `visit` for each byte outside quotes and comments that could begin a token (or for each one, `everywhere`).
private func scanTokens(
    in text: String, everywhere: Bool = false,
    visit: (UInt8, UInt8?, Int, Int) throws(InvalidSource) -> Void
) throws(InvalidSource) {
    let bytes = Array(text.utf8)
    var line = 1
    var column = 1
    var quote: UInt8?
    var isTokenStart = true
    var isAfterBlank = true
    var index = 0
    while index < bytes.count {
        let byte = bytes[index]
        if let open = quote {
            if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
                index += 1
                column += 1
                if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { (line, column) = (line + 1, 0) }
            } else if byte == open {
                quote = nil
                isTokenStart = false
            }
        } else if byte == UInt8(ascii: "#"), isAfterBlank {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            continue
        } else if isTokenStart, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            quote = byte
        } else {
            if everywhere || isTokenStart {
                try visit(byte, index + 1 < bytes.count ? bytes[index + 1] : nil, line, column)
            }
            isAfterBlank = isBlank(byte)
            if !isAfterBlank || byte == 0x0A { isTokenStart = mayPrecedeToken(byte) }
        }
        if byte == UInt8(ascii: "\n"), index < bytes.count {
            (line, column) = (line + 1, 1)
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
        index += 1
    }
}

private func isAnchorCharacter(_ byte: UInt8) -> Bool { !isBlank(byte) && byte != 0x2C && !isBracket(byte) }

// Every byte of every file passes here. Comparisons with numbers stay fast in a debug build, with which tests run.

/// Space, tab and the ends of lines.
private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }

/// `[`, `]`, `{`, `}`
private func isBracket(_ byte: UInt8) -> Bool { byte == 0x5B || byte == 0x5D || byte == 0x7B || byte == 0x7D }

/// The end of a line, `,`, `:`, `?`, `-` and brackets.
private func mayPrecedeToken(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x2C || byte == 0x3A || byte == 0x3F || byte == 0x2D || isBracket(byte)
}
