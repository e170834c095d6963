/// The kinds of names in a definition and how each is spelt.
enum NameStyle {
    case state
    case event
    case kebab

    func accepts(_ name: String) -> Bool {
        switch self {
        case .state: Self.isSnake(name[...])
        case .event:
            name.contains(".") && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(Self.isSnake)
        case .kebab:
            name.first?.isSmallLetter == true
                && name.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
                    !part.isEmpty && part.allSatisfy { $0.isSmallLetter || $0.isDigit }
                }
        }
    }

    var advice: String {
        switch self {
        case .state: "write small letters, digits and underscores, beginning with a letter, such as in_review"
        case .event: "write two or more words with dots between them, such as payer.approved_in_part"
        case .kebab: "write small letters and digits with hyphens between words, such as renewal-window"
        }
    }

    private static func isSnake(_ part: Substring) -> Bool {
        part.first?.isSmallLetter == true && part.allSatisfy { $0.isSmallLetter || $0.isDigit || $0 == "_" }
    }
}

extension Character {
    fileprivate var isSmallLetter: Bool { ("a"..."z").contains(self) && utf8.count == 1 }
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) && utf8.count == 1 }
}
