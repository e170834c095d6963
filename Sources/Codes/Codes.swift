/// Codes.
