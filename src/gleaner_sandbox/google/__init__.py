"""A subset of Google: calendars by API v3, and the identity host that lets people and service accounts in."""
