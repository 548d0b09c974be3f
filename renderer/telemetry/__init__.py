"""What operators are told elsewhere: errors (Sentry's protocol), spans of requests (OTLP), outages of the database."""
