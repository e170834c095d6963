public import Diagnostics

/// A place of service: two digits in a field of their own (CMS-1500 box 24B; 837P CLM05-1 or SV105), not a modifier.
public struct PlaceOfService: Hashable, Sendable {
    public let code: String
    /// A short name in our own words.
    public let name: String
}

/// The two-digit places of service that CMS lists.
public struct PlacesOfService: Sendable {
    public let release: Release
    private let places: [String: PlaceOfService]

    public init(csv bytes: [UInt8], file: String, release: Release) throws(InvalidSource) {
        var places: [String: PlaceOfService] = [:]
        var problems = DiagnosticList()
        for row in try readCSV(bytes, file: file, header: ["code", "name"]) {
            let code = row.fields[0]
            guard code.utf8.count == 2, code.utf8.allSatisfy({ (48...57).contains($0) }) else {
                problems.error(at: row.location, "\"\(code)\" is not a place of service (two digits)")
                continue
            }
            places[code] = PlaceOfService(code: code, name: row.fields[1])
        }
        try problems.throwIfErrors()
        self.release = release
        self.places = places
    }

    public subscript(code: String) -> PlaceOfService? { places[code] }

    /// Sorted by code.
    public var all: [PlaceOfService] { places.values.sorted { $0.code < $1.code } }

    func code(named name: String) -> PlaceOfService? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }
}
