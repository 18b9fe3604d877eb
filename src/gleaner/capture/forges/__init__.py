"""What GitHub and GitLab have in common: how they are asked, what is kept, and what it comes to."""
