"""How requests arrive and answers leave: bodies, paging, permissions, limits, faults."""
