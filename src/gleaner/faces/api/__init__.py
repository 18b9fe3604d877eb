"""The programs' door: a JSON API, with the same tokens, scopes and use cases as the assistants'."""
