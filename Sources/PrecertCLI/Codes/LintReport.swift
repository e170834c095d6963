import CivilTime
import Codes
import Diagnostics
import Exchange

/// What was found in order files.
struct LintReport: FileReport {
    struct File: Encodable {
        let file: String
        /// How each service line is billed, where dose, code and containers are known.
        let billing: [Billing]
        let findings: [Finding]
        var errors: Int { findings.count { $0.severity == "error" } }
        var warnings: Int { findings.count { $0.severity == "warning" } }
    }

    struct Billing: Encodable {
        let hcpcs: String
        let administered: Int
        let discarded: Int
        let total: Int
        let containers: String
        let modifier: String?
        let trust: String

        init(_ split: BillingSplit) {
            hcpcs = split.hcpcs
            administered = split.administered
            discarded = split.discarded
            total = split.total
            containers = split.containers
            modifier = split.modifier
            trust = split.isVerified ? "verified" : "unverified"
        }
    }

    /// `rule` is a rule of the code guard, `order-file` for a file that cannot be read as an order, or `date-doubtful`.
    struct Finding: Encodable {
        let rule: String
        let severity: String
        let line: Int
        let column: Int
        let field: String?
        let found: String?
        let expected: String?
        let message: String
        let offers: [CodeFinding.Offer]
        let source: String?
        let released: CivilDate?
        let trust: String?
    }

    private(set) var files: [File] = []
    private(set) var lines: [Diagnostic] = []
    private var splits: [[BillingSplit]] = []

    private enum CodingKeys: CodingKey { case files }

    mutating func check(_ bytes: [UInt8], file: String, codes: CodeBook, today: CivilDate) {
        let order: Order
        do {
            order = try OrderFile.parse(bytes, file: file)
        } catch {
            lines += error.diagnostics
            splits.append([])
            files.append(
                File(file: file, billing: [], findings: error.diagnostics.map { Finding($0, rule: "order-file") }))
            return
        }
        let review = OrderReview(order, file: file, codes: codes)
        let doubts = review.doubts(on: today)
        lines += review.diagnostics
        lines += doubts.map { Diagnostic($0.severity, at: $0.location, "\($0.message) [date-doubtful]") }
        splits.append(review.billing)
        let findings =
            review.placed.map { Finding($0.finding, at: review.location(of: $0.finding, in: $0.service)) }
            + doubts.map { Finding($0, rule: "date-doubtful") }
        files.append(File(file: file, billing: review.billing.map(Billing.init), findings: findings))
    }

    var table: Table {
        var table = Table(
            [
                Table.Column("file", "File", minimumWidth: 20, wraps: true),
                Table.Column("billing", "A dose bills", minimumWidth: 20, wraps: true),
                Table.Column("errors", "Errors", alignment: .right, priority: .essential),
                Table.Column("warnings", "Warnings", alignment: .right, priority: .essential),
            ], whenEmpty: "There is no order to look at.")
        for (file, splits) in zip(files, splits) {
            let billing = splits.map { "\($0.hcpcs): \($0.sentence)" }.joined(separator: "; ")
            table.append(
                .text(file.file), .text(billing.isEmpty ? nil : billing),
                .number(file.errors).styled(file.errors > 0 ? .bad : nil),
                .number(file.warnings).styled(file.warnings > 0 ? .caution : nil))
        }
        return table
    }
}

extension LintReport.Finding {
    init(_ finding: CodeFinding, at place: SourceLocation) {
        self.init(
            rule: finding.ruleID, severity: finding.severity.rawValue, line: place.line, column: place.column,
            field: finding.field.rawValue, found: finding.found, expected: finding.expected, message: finding.message,
            offers: finding.offers, source: finding.source, released: finding.released,
            trust: finding.isVerified ? "verified" : "unverified")
    }

    init(_ diagnostic: Diagnostic, rule: String) {
        self.init(
            rule: rule, severity: diagnostic.severity.rawValue, line: diagnostic.location.line,
            column: diagnostic.location.column, field: nil, found: nil, expected: nil, message: diagnostic.message,
            offers: [], source: nil, released: nil, trust: nil)
    }
}
