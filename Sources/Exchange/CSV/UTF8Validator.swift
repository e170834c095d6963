/// Follows UTF-8 byte by byte, over as many chunks as there are (Unicode 16, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF).
struct UTF8Validator {
    /// The bytes read before the first one that is not UTF-8, or before the sequence that it broke.
    private(set) var validPrefix = 0
    private(set) var isBroken = false
    /// Characters of more than one byte before the first fault.
    private(set) var multibyteCount = 0
    /// Line feeds before the first fault.
    private(set) var lineFeeds = 0
    private var pending = 0
    private var sequenceLength = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// The bytes end in the middle of a character.
    var isIncomplete: Bool { !isBroken && pending > 0 }

    mutating func feed(_ chunk: some Sequence<UInt8>) {
        guard !isBroken else { return }
        for byte in chunk {
            if pending == 0 {
                if byte < 0x80 {
                    validPrefix += 1
                    if byte == UInt8(ascii: "\n") { lineFeeds += 1 }
                    continue
                }
                guard begin(byte) else {
                    isBroken = true
                    return
                }
            } else {
                guard allowed.contains(byte) else {
                    isBroken = true
                    return
                }
                allowed = 0x80...0xBF
                pending -= 1
                if pending == 0 {
                    validPrefix += sequenceLength
                    multibyteCount += 1
                }
            }
        }
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: (pending, allowed) = (1, 0x80...0xBF)
        case 0xE0: (pending, allowed) = (2, 0xA0...0xBF)
        case 0xED: (pending, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (pending, allowed) = (2, 0x80...0xBF)
        case 0xF0: (pending, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (pending, allowed) = (3, 0x80...0xBF)
        case 0xF4: (pending, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        sequenceLength = pending + 1
        return true
    }
}
