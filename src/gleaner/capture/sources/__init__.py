"""Where activities are seen. One module per kind of source; each adds itself to the registry."""
