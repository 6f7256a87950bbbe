"""The page of a well-known policy: its source, what it takes, its documents, what to paste."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eks_pod_identity.cli.listings import policies as policy_listing
from eks_pod_identity.cli.listings.policy_detail import ACCOUNT, CLUSTER, REGION, PolicyDetail
from eks_pod_identity.cli.listings.policy_usage import python_lines, yaml_lines
from eks_pod_identity.cli.terminal.options import Format
from eks_pod_identity.iam.document import INLINE_POLICIES_MAX_SIZE, document_size
from eks_pod_identity.iam.well_known import WellKnownPolicy
from eks_pod_identity.prose import wrapped


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of what is shown; code is shown as it is, prose is wrapped."""

    title: str
    content: tuple[str, ...]
    language: str = ""
    note: str = ""


def lines(detail: PolicyDetail, output: Format, width: int | None) -> Iterator[str]:
    """Yield all about a policy as text, Markdown or JSON."""
    match output:
        case Format.JSON:
            yield json.dumps(_to_json(detail), indent=2)
        case Format.MARKDOWN:
            yield from _markdown_lines(detail)
        case Format.TEXT:
            yield from _text_lines(detail, width)


def _to_json(detail: PolicyDetail) -> dict[str, Any]:
    permissions = detail.permissions
    return {
        **policy_listing.to_json(detail.policy, detail.context),
        "managedPolicyArns": list(permissions.managed),
        "inlinePolicies": [
            {"name": name, "document": document} for name, document in permissions.inline
        ],
        "placeholders": list(detail.placeholders),
    }


def _text_lines(detail: PolicyDetail, width: int | None) -> Iterator[str]:
    policy = detail.policy
    yield policy.key
    yield from _wrapped(f"  {policy.title}. {policy.description}", width)
    for fact, value in _facts(policy).items():
        yield f"  {fact:9} {value}"
    for section in _sections(detail):
        yield ""
        yield f"{section.title.upper()} {section.note}".rstrip()
        for line in section.content:
            yield from (line,) if section.language else _wrapped(line, width)


def _wrapped(line: str, width: int | None) -> Sequence[str]:
    indent, words = _parted(line)
    return wrapped(words, width, indent, indent)


def _parted(line: str) -> tuple[str, str]:
    words = line.lstrip()
    return line[: len(line) - len(words)], words


def _markdown_lines(detail: PolicyDetail) -> Iterator[str]:
    policy = detail.policy
    yield from (f"# {policy.title} (`{policy.key}`)", "", policy.description, "")
    for fact, value in _facts(policy).items():
        yield f"- {fact}: {value}"
    for section in _sections(detail):
        yield from ("", f"## {section.title} {section.note}".rstrip(), "")
        if section.language:
            yield from (f"```{section.language}", *section.content, "```")
        else:
            yield from _markdown_list(section.content)


def _markdown_list(content: Sequence[str]) -> Iterator[str]:
    # What text indents, a list nests; the asterisks of ARNs would make words slanted.
    for line in content:
        indent, words = _parted(line)
        escaped = words.replace("*", "\\*")
        yield f"{indent}- {escaped}"


def _facts(policy: WellKnownPolicy) -> Mapping[str, str]:
    return {
        "source": policy.source,
        "upstream": policy.upstream_version,
        "checked": policy.checked.isoformat(),
    }


def _sections(detail: PolicyDetail) -> Iterator[_Section]:
    permissions = detail.permissions
    scope = detail.scope
    if detail.policy.arguments:
        yield _Section("Arguments", tuple(_arguments(detail)))
    if permissions.managed:
        yield _Section("Managed policies", permissions.managed)
    for name, document in permissions.inline:
        size = f"{document_size(document):,} of {INLINE_POLICIES_MAX_SIZE:,} characters"
        text = json.dumps(document, indent=2).splitlines()
        yield _Section("Inline policy", tuple(text), "json", note=f"{name} ({size})")
    yield _Section("In a file", tuple(yaml_lines(detail.policy, scope, permissions)), "yaml")
    yield _Section("In Python", tuple(python_lines(detail.policy, scope)), "python")
    if detail.placeholders:
        yield _Section("To be replaced", tuple(map(_way_out, detail.placeholders)))


def _arguments(detail: PolicyDetail) -> Iterator[str]:
    for argument in detail.policy.arguments:
        yield f"{argument.name}, {'required' if argument.required else 'optional'}"
        yield f"  {argument.description}"
        if argument.default:
            yield f"  default {detail.context.fill(argument.default)}"
        yield f"  --scope {argument.name}={argument.example(detail.context)}"


def _way_out(placeholder: str) -> str:
    options = {CLUSTER: "--cluster", REGION: "--region", ACCOUNT: "--account"}
    return f"{placeholder}, by {options.get(placeholder, '--scope')}"
