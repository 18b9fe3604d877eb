"""One module per resource, each found and imported; its ``@endpoint`` functions are the API."""
