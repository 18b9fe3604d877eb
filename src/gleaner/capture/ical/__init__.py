"""Calendars in iCalendar form (RFC 5545): text in, events of one window out."""
