/// PostgresClient.
