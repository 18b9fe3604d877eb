"""Who may let an invoice go. Pure."""

from __future__ import annotations

from gleaner.core.catalog import Person
from gleaner.core.phrases import phrase
from gleaner.invoicing.rules import BillingRule


def why_not(rule: BillingRule, person: Person | None) -> str:
    """Why *person* (None: nobody we know) may not let the rule's invoices go; empty: they may.

    Those whom the rule names, else any administrator but who answers for the rule: two pairs of eyes see what goes out.
    """
    if person is None:
        return phrase("nobody knows whose token this is")
    if rule.approvers:
        if person.addresses & set(rule.approvers):
            return ""
        return phrase(
            "{person} is not among the rule's approvers ({approvers})",
            person=person.email, approvers=", ".join(rule.approvers),
        )  # fmt: skip
    if rule.author in person.addresses:
        return phrase(
            "{person} answers for the rule, and somebody else has to let its invoices go; "
            "name approvers in the rule to allow it all the same",
            person=person.email,
        )
    if "administrator" not in person.access_roles:
        return phrase("only an administrator lets invoices go where the rule names no approvers")
    return ""
