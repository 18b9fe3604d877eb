"""CalDAV (RFC 4791): asking a server for what changed in a calendar (RFC 6578), and keeping it between runs."""
