"""What Gleaner does by itself: one file per job."""
