"""What an activity was for: evidence for and against each project a person may log to, added up."""
