"""Our tables, their migrations, and the repositories that read and write them."""
