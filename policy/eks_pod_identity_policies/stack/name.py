"""Resources of IAM found by what others call them, also before AWS has given them ARNs.

In: resources and a text. Out: the one that is meant, None if that cannot be told. In a first
preview ARNs are unknown, and a program that writes them out means a resource by its name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.values import texts

_ARN = re.compile(r"arn:[^:]*:iam::(\d{12}):(?:role|policy)(/(?:.*/)?)([^/]+)")


class Names:
    """What resources are called: by ARN, name or id."""

    def __init__(self, resources: Iterable[Resource], props: Sequence[str]) -> None:
        """Collect names.

        Args:
            resources: All of one sort.
            props: The properties that name them.
        """
        self._named: dict[str, dict[str, Resource]] = {}
        for resource in resources:
            for name in (name for prop in props for name in texts(resource.get(prop))):
                self._named.setdefault(name, {})[resource.urn] = resource

    def meant(self, text: str, owner: Resource, made_from: Iterable[Resource]) -> Resource | None:
        """Return the resource that a text means.

        Args:
            text: An ARN or a name.
            owner: The resource with the text.
            made_from: The resources that the text was made from; they say most.
        """
        named = tuple(self._named.get(text, {}).values())
        if len(named) == 1:
            return named[0]
        sources = {each.urn for each in made_from} if named else set()
        # Roles of several accounts may have one name.
        near = [each for each in named if each.urn in sources] or [
            each for each in named or self._expected(text) if each.provider == owner.provider
        ]
        return near[0] if len(near) == 1 else None

    def _expected(self, arn: str) -> Iterator[Resource]:
        """Yield the resources that will have an ARN, by name and path."""
        if found := _ARN.fullmatch(arn):
            for each in self._named.get(found[3], {}).values():
                if not texts(each.get("arn")) and _path(each) == found[2]:
                    yield each


def account_in(arn: str) -> str:
    """Return the account in an ARN of IAM, an empty text if there is none."""
    found = _ARN.fullmatch(arn)
    return found[1] if found else ""


def _path(resource: Resource) -> str:
    path = resource.get("path")
    return path if isinstance(path, str) else "/"
