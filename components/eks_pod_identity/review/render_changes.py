"""A report of changes as text and as JSON."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from eks_pod_identity.access.relation import Relation
from eks_pod_identity.review.access_change import Change
from eks_pod_identity.review.change_report import ChangeReport, ResourceChange

_SOME = 12
_ORDER = (
    Relation.WIDER,
    Relation.INCOMPARABLE,
    Relation.NOT_PROVED,
    Relation.NARROWER,
    Relation.EQUAL,
)


def render_text(report: ChangeReport) -> Iterator[str]:
    """Yield lines: what is wider first; what is equal is counted only."""
    for relation in _ORDER[:-1]:
        for each in report.of(relation):
            yield from resource_lines(each)
    for error in report.errors:
        yield f"error in the preview: {error.splitlines()[0] if error else 'not known'}"
    counts = Counter(each.relation for each in report.resources)
    found = [f"{counts[each]} {each.value}" for each in _ORDER if counts[each]]
    yield ", ".join(found) if found else "no role, policy or association in the preview"


def resource_lines(resource: ResourceChange) -> Iterator[str]:
    """Yield the lines of one resource."""
    label = resource.label or "trust policy"
    yield f"{resource.relation.value}: {label}"
    for each in resource.changes:
        if each.relation is not Relation.EQUAL:
            yield from _change_lines(each, resource)


def _change_lines(change: Change, resource: ResourceChange) -> Iterator[str]:
    head = f"  {change.what}" if resource.label else "  "
    for word, texts in (
        ("gains", change.gained),
        ("loses", change.lost),
        ("not proved:", change.reasons),
    ):
        for text in texts[:_SOME]:
            yield f"{head} {word} {text}" if resource.label else f"  {word} {text}"
        if len(texts) > _SOME:
            yield f"{head} {word} {len(texts) - _SOME} more"


def to_json(report: ChangeReport) -> dict[str, Any]:
    """Return everything of a report."""
    return {
        "wider": report.is_wider,
        "proved": report.is_proved,
        "errors": list(report.errors),
        "resources": [_resource_json(each) for each in report.resources],
    }


def _resource_json(resource: ResourceChange) -> dict[str, Any]:
    changes = [
        {
            "what": each.what,
            "relation": each.relation.value,
            "gained": list(each.gained),
            "lost": list(each.lost),
            "reasons": list(each.reasons),
        }
        for each in resource.changes
    ]
    return {
        "urn": resource.urn,
        "label": resource.label,
        "relation": resource.relation.value,
        "changes": changes,
    }
