"""Where receipts come from; one module each, found by the registry."""
