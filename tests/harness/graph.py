"""What a program would register, by Pulumi's own mocks: for the shape of the graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from eks_pod_identity.observed.ownership import STACK_TAG

ACCOUNT = "111122223333"
_ANSWERS: Mapping[str, dict[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/tester",
        "userId": "AIDATESTER",
        "id": ACCOUNT,
    },
    # A role of this stack: that none is there is an error, which mocks cannot let a program catch.
    "aws:iam/getRole:getRole": {"id": "role", "tags": {STACK_TAG: "shop/dev"}},
    "aws:index/getRegion:getRegion": {"region": "eu-west-1", "id": "eu-west-1"},
}


@dataclass(frozen=True, slots=True)
class Registered:
    """A resource as the program registered it."""

    type: str
    name: str
    inputs: Mapping[str, Any]


class Graph(pulumi.runtime.Mocks):
    """What a program registers, in the order in which the engine would see it."""

    def __init__(self) -> None:
        self.resources: list[Registered] = []

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        """Remember a resource and give it an id and an ARN."""
        self.resources.append(Registered(args.typ, args.name, args.inputs))
        arn = f"arn:aws:iam::{ACCOUNT}:role/{args.inputs.get('name', args.name)}"
        return f"{args.name}-id", {**args.inputs, "arn": arn}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        """Answer the look-ups that components make."""
        return _ANSWERS[args.token]

    def of_type(self, ending: str) -> list[Registered]:
        """Return the resources whose type token ends so, by name."""
        found = (resource for resource in self.resources if resource.type.endswith(ending))
        return sorted(found, key=lambda resource: resource.name)

    def one(self, ending: str) -> Registered:
        """Return the only resource of a type."""
        (resource,) = self.of_type(ending)
        return resource


def draw(program: Callable[[], object]) -> Graph:
    """Run a program against mocks and return what it registered."""
    graph = Graph()
    pulumi.runtime.set_mocks(graph, project="shop", stack="dev")

    @pulumi.runtime.test
    def run() -> None:
        program()

    run()
    return graph
