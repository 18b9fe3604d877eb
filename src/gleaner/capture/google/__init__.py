"""Google Calendar, API v3: what is asked, what comes back, and what is kept of it between runs."""
