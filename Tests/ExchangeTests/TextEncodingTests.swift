import Diagnostics
import Testing

@testable import Exchange

@Suite("Text encoding") struct TextEncodingTests {
    private static let text = "Name,Note\nRenée,“5 µg” – 𝒳\n"

    private static func utf16(_ text: String, highByteFirst: Bool) -> [UInt8] {
        ([0xFEFF] + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return highByteFirst ? bytes : bytes.reversed()
        }
    }

    private func decode(
        _ bytes: [UInt8], allowing: [TextEncoding], chunk: Int = .max
    ) throws -> (TextEncoding, String) {
        var scan = EncodingScan()
        let chunks = stride(from: 0, to: bytes.count, by: min(chunk, max(1, bytes.count))).map {
            Array(bytes[$0..<min($0 + min(chunk, bytes.count), bytes.count)])
        }
        chunks.forEach { scan.feed($0) }
        let encoding = try scan.encoding(allowing: allowing, file: "a.csv")
        var transcoder = Transcoder(encoding: encoding, file: "a.csv")
        var text: [UInt8] = []
        for chunk in chunks { text += try transcoder.feed(chunk) }
        text += try transcoder.finish()
        return (encoding, String(decoding: text, as: UTF8.self))
    }

    @Test("a byte order mark decides, whatever the chunks", arguments: [1, 2, 3, 5, 1000])
    func marks(chunk: Int) throws {
        let text = TextEncodingTests.text
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(try decode(mark + Array(text.utf8), allowing: [.utf8], chunk: chunk) == (.utf8, text))
        #expect(try decode(Array(text.utf8), allowing: [.utf8, .windows1252], chunk: chunk) == (.utf8, text))
        let big = TextEncodingTests.utf16(text, highByteFirst: true)
        #expect(try decode(big, allowing: [.utf8], chunk: chunk) == (.utf16BigEndian, text))
        let little = TextEncodingTests.utf16(text, highByteFirst: false)
        #expect(try decode(little, allowing: [.utf8], chunk: chunk) == (.utf16LittleEndian, text))
    }

    @Test("the declared fallback is used only when the file is not UTF-8")
    func fallback() throws {
        let bytes: [UInt8] = Array("Ren".utf8) + [0xE9, 0x65, 0x20, 0x93, 0x80, 0x94, 0x0A]
        #expect(try decode(bytes, allowing: [.utf8, .windows1252]) == (.windows1252, "Renée “€”\n"))
        #expect(throws: InvalidSource.self) { try decode(bytes, allowing: [.utf8]) }
    }

    @Test(
        "refuses bytes that it would have to guess",
        arguments: [
            ([0x61, 0x0A, 0xFF, 0x62], [TextEncoding.utf8], "a.csv:2:1: error: not UTF-8 at byte 2"),
            ([0x61, 0xC3], [.utf8, .windows1252], "ends in the middle"),
            ([0xC3, 0xA9, 0xE9, 0x0A], [.utf8, .windows1252], "two encodings"),
            ([0x61, 0x81, 0x0A], [.utf8, .windows1252], "the byte at 1 is no character"),
            ([0xEF, 0xBB, 0xBF, 0xE9, 0x0A], [.utf8, .windows1252], "not UTF-8 at byte 3"),
            ([0xFF, 0xFE, 0x61], [.utf8], "ends in the middle"),
            ([0xFF, 0xFE, 0x00, 0xDC], [.utf8], "not UTF-16"),
            ([0xE0, 0x80, 0x80], [.utf8], "not UTF-8"), ([0xED, 0xA0, 0x80], [.utf8], "not UTF-8"),
            ([], [.utf8], "0 bytes"),
        ] as [([UInt8], [TextEncoding], String)])
    func refuses(bytes: [UInt8], allowed: [TextEncoding], words: String) throws {
        let error = try #require(throws: InvalidSource.self) { try decode(bytes, allowing: allowed) }
        #expect(error.description.contains(words))
    }
}
