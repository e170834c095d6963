/// Payers.
