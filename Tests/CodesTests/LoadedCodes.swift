import Codes
import Foundation

/// The tables as the repository ships them, read once for all tests.
enum LoadedCodes {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Workflows/codes").standardized

    static let book: CodeBook = {
        do {
            return try CodeBook(manifest: bytes("codes.yaml"), file: "codes.yaml", read: bytes)
        } catch {
            fatalError("Workflows/codes does not load: \(error)")
        }
    }()

    static let codeGuard = CodeGuard(book: book)

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
