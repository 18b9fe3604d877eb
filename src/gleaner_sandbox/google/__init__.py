"""A subset of Google: calendars by API v3, who was in which Meet, and the identity host that lets people in."""
