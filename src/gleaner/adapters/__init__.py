"""The world outside: Harvest over HTTP, the database."""
