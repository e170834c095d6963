/// Criteria.
