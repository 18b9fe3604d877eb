"""Who may let an invoice go. Pure."""

from __future__ import annotations

from gleaner.core.catalog import Person
from gleaner.invoicing.rules import BillingRule


def why_not(rule: BillingRule, person: Person | None) -> str:
    """Why *person* (None: nobody we know) may not let the rule's invoices go; empty: they may.

    Those whom the rule names, else any administrator but who answers for the rule: two pairs of eyes see what goes out.
    """
    if person is None:
        return "nobody knows whose token this is"
    if rule.approvers:
        if person.addresses & set(rule.approvers):
            return ""
        return f"{person.email} is not among the rule's approvers ({', '.join(rule.approvers)})"
    if rule.author in person.addresses:
        return (
            f"{person.email} answers for the rule, and somebody else has to let its invoices go; "
            "name approvers in the rule to allow it all the same"
        )
    if "administrator" not in person.access_roles:
        return "only an administrator lets invoices go where the rule names no approvers"
    return ""
