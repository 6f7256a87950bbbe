"""Permissions of a role: actions on resources, whatever is known of the call.

Not a caller but what a caller may do; the questions are the same. An action is any word of the form
of one, so that `s3:*` and the list of all actions that S3 has today are not equal.
"""

from collections.abc import Iterator, Mapping

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import Calls
from eks_pod_identity.access.clause import Formula, any_of, both, contrary
from eks_pod_identity.access.match import Wanted, match, match_shape
from eks_pod_identity.access.pattern import ANYTHING, Item, shape_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order, Value
from eks_pod_identity.access.texts import Clarity, TextReader
from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity.iam.evaluation.policy import Principals

_COLONS = 5


class PermissionCalls(Calls):
    """Calls of a role's session to any service."""

    actions = ("",)
    free_keys = Order.KEY

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.action = self.space.word("action", domains.ACTION)
        self.resource = self.space.word("resource", domains.TEXT)
        self._texts = TextReader(self.read_key, wildcards=True)

    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""
        return {}

    def is_never_sent(self, key: str) -> bool:  # noqa: ARG002 - the interface
        """Tell whether none of these calls carries a key."""
        return False

    def covers(self, statement: Statement, action: str) -> bool:  # noqa: ARG002 - the interface
        """Tell whether a statement speaks of an action: which one is an unknown here."""
        return True

    def names(self, statement: Statement) -> tuple[Formula, ...]:
        """Return the clauses under which a statement speaks of a call."""
        actions = any_of(
            match_shape(self.space, (self.action,), shape_of(each)) for each in statement.actions
        )
        resources = any_of(self._resources(statement))
        return (
            *(contrary(actions) if statement.not_actions else (actions,)),
            *(contrary(resources) if statement.not_resources else (resources,)),
        )

    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names the caller: identity policies have none."""
        return any_of(map(self.untold_principal, principals))

    def _resources(self, statement: Statement) -> Iterator[Formula]:
        for text in statement.resources:
            found = self._texts.read(text, variables=statement.variables)
            if isinstance(found, Clarity):
                yield self._untold(text)
                continue
            for gate, wanted in found:
                matched = match(self.space, (self.resource,), _with_missing_parts(wanted))
                yield both(gate, self._untold(text) if matched is None else matched)

    def _untold(self, text: str) -> Formula:
        return self.space.untold(f"resource {text}", ("resource", text))


def _with_missing_parts(wanted: Wanted) -> Wanted:
    """Return a pattern of a resource whose missing parts are taken for `*`."""
    colons = sum(isinstance(each, Item) and each.characters == ":" for each in wanted)
    ends_open = bool(wanted) and wanted[-1] == ANYTHING[0]
    return wanted if colons >= _COLONS or ends_open else (*wanted, Item(":"), *ANYTHING)
