/// A document as it lies on disk.
struct DocumentFile: Sendable {
    let content: [UInt8]
    let mediaType: String
    /// For people; the file's own name unless another is given.
    let title: String

    /// The most bytes a document may have: a long chart scanned at a high resolution.
    static let limit = 64 << 20

    static func read(_ path: String, title: String?) throws(CLIFailure) -> DocumentFile {
        let content = try InputFile.read(path, limit: limit)
        guard !content.isEmpty else {
            throw CLIFailure(.refusedInput, "\(path) has 0 bytes; is it still being written?")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return DocumentFile(content: content, mediaType: mediaType(of: content, name: name), title: title ?? name)
    }

    /// By the first bytes where they tell, else by the name's ending.
    private static func mediaType(of content: [UInt8], name: String) -> String {
        if content.starts(with: "%PDF-".utf8) { return "application/pdf" }
        if content.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if content.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if content.starts(with: [0x49, 0x49, 0x2A, 0x00]) || content.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
            return "image/tiff"
        }
        if name.lowercased().hasSuffix(".json") { return "application/json" }
        let isText = !content.contains(0) && String(validating: content, as: UTF8.self) != nil
        return isText ? "text/plain" : "application/octet-stream"
    }
}
