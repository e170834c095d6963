import Testing

@testable import PrecertCLI

@Suite("Display width") struct DisplayWidthTests {
    @Test(
        "counts the columns that a terminal gives a text",
        arguments: [
            ("", 0), ("J2323", 5), ("Müller", 6), ("Mu\u{308}ller", 6), ("治療", 4), ("한국", 4), ("ｱ", 1), ("Ａ", 2),
            ("😀", 2), ("👩‍⚕️", 2), ("🇺🇸", 2), ("a\u{200B}b", 2), ("…", 1), ("♥", 1), ("♥\u{FE0F}", 2),
        ])
    func width(text: String, expected: Int) { #expect(text.displayWidth == expected) }
}

@Suite("Text layout") struct TextLayoutTests {
    @Test(
        "wraps at blanks, and inside a word that is too long",
        arguments: [
            ("one two three", 7, ["one two", "three"]),
            ("one two three", 100, ["one two three"]),
            ("a\nb", 10, ["a", "b"]),
            ("", 10, [""]),
            ("abcdefgh", 3, ["abc", "def", "gh"]),
            ("go abcdefgh", 4, ["go", "abcd", "efgh"]),
            ("Workflows/payers/x.yaml", 18, ["Workflows/payers/", "x.yaml"]),
            ("治療中です", 4, ["治療", "中で", "す"]),
            ("治", 1, ["治"]),
        ])
    func wraps(text: String, width: Int, expected: [String]) {
        #expect(TextLayout.wrap(text, width: width) == expected)
    }

    @Test(
        "shortens with an ellipsis, never in the middle of a character",
        arguments: [
            ("natalizumab", 11, "natalizumab"), ("natalizumab", 5, "nata…"), ("one two", 5, "one…"), ("abc", 1, "…"),
            ("abc", 0, ""), ("治療中", 4, "治…"), ("a\nb", 5, "a b"),
        ])
    func shortens(text: String, width: Int, expected: String) {
        #expect(TextLayout.shorten(text, width: width) == expected)
    }

    @Test("lets nothing through that moves the cursor or turns the reading direction")
    func printable() {
        #expect(TextLayout.printable("a\u{1B}[2Jb") == "a\u{FFFD}[2Jb")
        #expect(TextLayout.printable("a\u{9B}31mb\u{7F}\u{202E}c") == "a\u{FFFD}31mb\u{FFFD}\u{FFFD}c")
        #expect(TextLayout.printable("a\r\nb\rc\td") == "a\nb\nc d")
        #expect(TextLayout.printable("plain – Ω") == "plain – Ω")
    }
}
