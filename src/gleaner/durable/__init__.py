"""Work that survives: the only room that knows the engine (DBOS), behind our own verbs."""
