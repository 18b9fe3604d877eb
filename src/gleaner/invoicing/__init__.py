"""Money comes out: what can be invoiced, when an invoice is due, what it has to say, and the proof that it says so."""
