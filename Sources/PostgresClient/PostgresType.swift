/// A type of the server that this client speaks, in its binary form.
///
/// The numbers are the object ids in PostgreSQL's `pg_type.dat`, which are the same on every server.
public struct PostgresType: Hashable, Sendable {
    /// The type's object id.
    public let oid: UInt32
    /// The object id of the array of it; 0 for a type that is an array itself.
    public let arrayOID: UInt32
    /// The SQL name.
    public let name: String

    public static let bool = PostgresType(oid: 16, arrayOID: 1000, name: "boolean")
    public static let bytea = PostgresType(oid: 17, arrayOID: 1001, name: "bytea")
    public static let int2 = PostgresType(oid: 21, arrayOID: 1005, name: "smallint")
    public static let int4 = PostgresType(oid: 23, arrayOID: 1007, name: "integer")
    public static let int8 = PostgresType(oid: 20, arrayOID: 1016, name: "bigint")
    public static let text = PostgresType(oid: 25, arrayOID: 1009, name: "text")
    public static let float4 = PostgresType(oid: 700, arrayOID: 1021, name: "real")
    public static let float8 = PostgresType(oid: 701, arrayOID: 1022, name: "double precision")
    public static let numeric = PostgresType(oid: 1700, arrayOID: 1231, name: "numeric")
    public static let date = PostgresType(oid: 1082, arrayOID: 1182, name: "date")
    public static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185, name: "timestamptz")
    public static let uuid = PostgresType(oid: 2950, arrayOID: 2951, name: "uuid")
    public static let json = PostgresType(oid: 114, arrayOID: 199, name: "json")
    public static let jsonb = PostgresType(oid: 3802, arrayOID: 3807, name: "jsonb")
    static let oid = PostgresType(oid: 26, arrayOID: 1028, name: "oid")
    static let name = PostgresType(oid: 19, arrayOID: 1003, name: "name")
    static let varchar = PostgresType(oid: 1043, arrayOID: 1015, name: "varchar")
    static let bpchar = PostgresType(oid: 1042, arrayOID: 1014, name: "character")
    static let char = PostgresType(oid: 18, arrayOID: 1002, name: "\"char\"")
    static let unknown = PostgresType(oid: 705, arrayOID: 0, name: "unknown")
    static let void = PostgresType(oid: 2278, arrayOID: 0, name: "void")

    /// The type of an array of this type.
    public var array: PostgresType { PostgresType(oid: arrayOID, arrayOID: 0, name: name + "[]") }

    /// Object ids from here on belong to types that a database defines for itself: enumerations, for us.
    static let firstUserDefinedOID: UInt32 = 16384

    static func name(oid: UInt32) -> String {
        for type in known {
            if type.oid == oid { return type.name }
            if type.arrayOID == oid { return type.name + "[]" }
        }
        return "type \(oid)"
    }

    private static let known: [PostgresType] = [
        .bool, .bytea, .int2, .int4, .int8, .text, .float4, .float8, .numeric, .date, .timestamptz, .uuid, .json,
        .jsonb,
        .oid, .name, .varchar, .bpchar, .char, .unknown, .void,
    ]
}
