"""What is served outside the API, one module per kind of page, each found and imported; see ``wire.outside``."""
