"""Every word that a rule or a golden row may use: the vocabulary, and the names that the other files declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.access.loading.faults import Faults
from gateway.access.vocabulary import NO_AGREEMENT, Vocabulary


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary, and names: declared, whether what stands under them is right or not."""

    vocabulary: Vocabulary
    scopes: frozenset[str]
    views: frozenset[str]
    agreements: frozenset[str]
    duties: frozenset[str]

    def check(self, cells: Sequence[str], at: tuple[str, int], faults: Faults) -> None:
        """Note each unknown word of role, purpose, resource, action, scope, view and agreement (or none)."""
        role, purpose, resource, action, scope, view, agreement = cells
        resources = self.vocabulary.resources
        faults.unless_known(role, self.vocabulary.roles, "role", at)
        faults.unless_known(purpose, self.vocabulary.purposes, "purpose", at)
        if faults.unless_known(resource, resources, "resource", at):
            faults.unless_known(action, resources[resource].actions, f"action of {resource}", at)
        faults.unless_known(scope, self.scopes, "scope", at)
        faults.unless_known(view, self.views, "view", at)
        faults.unless_known(agreement, (*self.agreements, NO_AGREEMENT), "agreement", at)
