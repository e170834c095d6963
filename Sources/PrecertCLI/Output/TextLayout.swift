/// Fits text into columns of a terminal. Widths are display widths.
enum TextLayout {
    /// The text without anything that moves the cursor, changes the terminal or turns the reading direction: what a
    /// payer's file holds must not be able to rewrite the screen. Line breaks stay, tabs become blanks.
    static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where previous == "\r": break
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: result.append("\n")
            case 0x09: result.append(" ")
            case 0x00..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// Lines no wider than `width`, broken at blanks where there are any; a longer word is broken behind a
    /// slash, dash or comma, or else anywhere.
    static func wrap(_ text: String, width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { wrapLine($0, width: max(1, width)) }
    }

    /// One line no wider than `width`; what was cut off ends in `…`.
    static func shorten(_ text: String, width: Int) -> String {
        let line = text.contains("\n") ? String(text.map { $0 == "\n" ? " " : $0 }) : text
        guard line.displayWidth > width else { return line }
        guard width > 1 else { return width == 1 ? "…" : "" }
        let kept = prefix(of: line[...], width: width - 1)
        return trimmingBlanks(kept) + "…"
    }

    static func pad(_ text: String, width: Int, alignment: Table.Alignment = .left) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.displayWidth))
        return switch alignment {
        case .left: text + blanks
        case .right: blanks + text
        }
    }

    private static func wrapLine(_ line: Substring, width: Int) -> [String] {
        if line.displayWidth <= width { return [String(line)] }
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ") {
            var word = word
            if !current.isEmpty {
                if current.displayWidth + 1 + word.displayWidth <= width {
                    current += " " + word
                    continue
                }
                lines.append(current)
                current = ""
            }
            while word.displayWidth > width {
                let head = breakable(prefix(of: word, width: width))
                lines.append(String(head))
                word = word[head.endIndex...]
            }
            current = String(word)
        }
        if !current.isEmpty || lines.isEmpty { lines.append(current) }
        return lines
    }

    /// The longest beginning that fits, and one character at least.
    private static func prefix(of text: Substring, width: Int) -> Substring {
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            used += text[end].displayWidth
            if used > width, end > text.startIndex { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }

    /// Up to the last mark after which a path or an id may be broken, unless that would leave little.
    private static func breakable(_ head: Substring) -> Substring {
        guard let mark = head.lastIndex(where: { "/-_,;".contains($0) }) else { return head }
        let shorter = head[...mark]
        return shorter.count * 2 > head.count ? shorter : head
    }

    private static func trimmingBlanks(_ text: Substring) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
