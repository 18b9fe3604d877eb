"""What changed about an invoice since the same person looked at it last."""

from __future__ import annotations

import json

from gleaner.adapters.store.invoices import dump, load
from gleaner.app.account import Account
from gleaner.app.billing.following import Late
from gleaner.invoicing.plan import Plan
from gleaner.invoicing.proof import changed


def news(account: Account, name: str, plan: Plan, stands: str, late: Late | None = None) -> list[str]:
    """Sentences about what is different from what the person saw of *name* last; then this is what they saw.

    Nothing at the first look. *stands* is where it stands, in a word.
    """
    me = account.me
    if me is None:
        return []
    key, cache = f"seen-invoice/{me.id}/{name}", account.cache
    late_said = f"{late.hours:.2f} h" if late is not None else ""
    now = json.dumps({"plan": dump(plan), "stands": stands, "late": late_said}).encode()
    kept = cache.get(key)
    if kept == now:
        return []
    cache.put(key, now)
    if kept is None:
        return []
    was = json.loads(kept)
    said = changed(load(was["plan"]), plan, account.catalog)
    if was["stands"] != stands:
        said.insert(0, f"it is {stands}; it was {was['stands']}")
    if was["late"] != late_said:
        said.append(f"{late_said or 'nothing'} came too late for it; it was {was['late'] or 'nothing'}")
    return said
