/// One thing that can be wrong with a service's codes: a small type in `Rules/`, with a table of cases in the tests.
protocol CodeRule {
    static var id: String { get }
    /// What it finds, in one line for a list of rules.
    static var summary: String { get }
    static func findings(in review: ServiceReview) -> [CodeFinding]
}
