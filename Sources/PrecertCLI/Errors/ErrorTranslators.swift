/// Says in a person's words what an error of a lower floor means, or nothing when it does not know the error.
typealias ErrorTranslator = @Sendable (any Error) -> CLIFailure?

/// Asked in order; the first answer counts.
enum ErrorTranslators {
    static let all: [ErrorTranslator] = [
        ErrorTranslation.engine, ErrorTranslation.postgres, ErrorTranslation.migration, ErrorTranslation.cluster,
    ]
}
