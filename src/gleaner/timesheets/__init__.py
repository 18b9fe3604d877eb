"""One person's day: what was seen laid on one timeline, beside what Harvest holds, as proposals."""
