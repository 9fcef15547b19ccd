"""Fixtures on real Kafka and PostgreSQL, started by the project's own launcher."""
