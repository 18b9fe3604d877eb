"""When an invoice is due. One module per kind of trigger; each adds itself to the registry."""
