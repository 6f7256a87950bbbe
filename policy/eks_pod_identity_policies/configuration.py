"""Names in a configuration that no rule and no property of a rule has.

In: a configuration by rule and property, as the engine hands it over. Out: what is misspelt, in
words. The engine passes on names that it does not know without a word, so a rule that was to be
turned off is on, and one that was to be mandatory is not.
https://www.pulumi.com/docs/iac/crossguard/configuration/
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping

from eks_pod_identity_policies.rule import Rule

ALL = "all"
"""The name that gives all rules a level."""
LIVE = "pid-live-"
"""What the names of an audit's own rules begin with; a file may be for gate and audit alike."""


def misspelt(given: Mapping[str, Iterable[str]], rules: Iterable[Rule]) -> Iterator[str]:
    """Yield a line or two for each name that means nothing.

    Args:
        given: The names of the properties that are given, by the names of rules.
        rules: The rules that there are.
    """
    known = {rule.id: rule.config for rule in rules}
    for name, properties in sorted(given.items()):
        if name in known:
            for each in sorted(set(properties) - known[name].keys()):
                yield f"{name}.{each}: the rule has no such property\n  help: {wanted(known[name])}"
        elif name != ALL and not name.startswith(LIVE):
            yield f"{name}: no rule has this id" + "".join(
                f"\n  help: {near}" for near in nearest(name, known)
            )


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the question whether a name like the one that is given was meant, if there is one."""
    found = difflib.get_close_matches(name, known, n=1)
    return tuple(f'did you mean "{each}"?' for each in found)


def wanted(properties: Collection[str]) -> str:
    """Tell which properties a rule has."""
    return f"its properties: {', '.join(sorted(properties))}" if properties else "it has none"
