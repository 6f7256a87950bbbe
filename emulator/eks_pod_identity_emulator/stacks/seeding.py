"""Makes the stacks of a seed, before the first call."""

import json
from collections.abc import Iterator, Mapping

from eks_pod_identity_emulator.seed import Seed, SeedError, SeedStack
from eks_pod_identity_emulator.stacks.service import StackService


def seed_stacks(service: StackService, seed: Seed) -> None:
    """Create what a seed declares, in its order; roles of its accounts are there.

    Raises:
        SeedError: CloudFormation refuses a stack, or one of its resources.
    """
    for account in seed.accounts:
        for region in account.regions:
            for stack in region.stacks:
                fault = service.create(account.id, region.name, dict(_parameters(stack)))
                if fault is not None:
                    where = f"accounts.{account.id}.regions.{region.name}"
                    raise SeedError(f"{where}, stack {stack.name}: {fault}")


def _parameters(stack: SeedStack) -> Iterator[tuple[str, str]]:
    """Yield the form of CreateStack."""
    yield "Action", "CreateStack"
    yield "StackName", stack.name
    yield "TemplateBody", json.dumps(dict(stack.template))
    for index, name in enumerate(stack.capabilities, start=1):
        yield f"Capabilities.member.{index}", name
    yield from _pairs("Tags", "Key", "Value", stack.tags)
    yield from _pairs("Parameters", "ParameterKey", "ParameterValue", stack.parameters)


def _pairs(name: str, key: str, value: str, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, (left, right) in enumerate(given.items(), start=1):
        yield f"{name}.member.{index}.{key}", left
        yield f"{name}.member.{index}.{value}", right
