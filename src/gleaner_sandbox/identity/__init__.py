"""The identity host, id.getharvest.com: registered apps, the consent page, OAuth tokens.  Source: api.md §1, §2."""
