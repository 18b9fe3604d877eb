"""A local repository's history, read with the ``git`` command."""
