/// How a file's bytes stand for characters.
public enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    /// Only recognised by its byte order mark.
    case utf16LittleEndian = "utf-16le"
    /// Only recognised by its byte order mark.
    case utf16BigEndian = "utf-16be"
    case windows1252 = "windows-1252"
}

/// The characters of Windows code page 1252 for the bytes 0x80 to 0x9F; 0 where it has none.
/// Source: unicode.org, Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT.
let windows1252High: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
]
