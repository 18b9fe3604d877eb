"""What was seen: calendar events and commits become activities, before anyone said what for."""
