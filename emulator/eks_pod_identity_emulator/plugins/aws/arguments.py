"""Check: a program's arguments of a resource, judged and completed.

What goes in: a kind, the provider's rules, and what the program gave. What comes out: the
arguments that Diff, Create and Update will see, or what is wrong with them, in the words of the
Terraform bridge. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eks_pod_identity_emulator.plugins.aws.documents import to_json_text
from eks_pod_identity_emulator.plugins.aws.kind import Kind
from eks_pod_identity_emulator.plugins.aws.tags import TagRules
from eks_pod_identity_emulator.plugins.conformance import Misfit, MissingProperty, fit
from eks_pod_identity_emulator.plugins.naming import AutonamingError, NameProposal
from eks_pod_identity_emulator.plugins.paths import Path, format_path
from eks_pod_identity_emulator.plugins.provider import Checked, CheckFailure
from eks_pod_identity_emulator.plugins.shapes import ListOf, ObjectShape, Shape
from eks_pod_identity_emulator.plugins.values import UNKNOWN, PropertyMap, Secret, Value

DEFAULTS_KEY = "__defaults"


@dataclass(frozen=True, slots=True)
class Ambient:
    """What a provider adds to every resource.

    Attributes:
        region: The provider's region.
        tag_rules: Its default and ignored tags.
    """

    region: str
    tag_rules: TagRules


@dataclass(frozen=True, slots=True)
class Given:
    """What a program gave.

    Attributes:
        name: The resource's name in the program.
        news: Its arguments.
        olds: The arguments of the last update, completed.
        seed: What a random name is made of.
        proposal: The name that the stack's configuration proposes, if any.
    """

    name: str
    news: PropertyMap
    olds: PropertyMap = field(default_factory=dict)
    seed: bytes = b""
    proposal: NameProposal | None = None


def check(kind: Kind, given: Given, ambient: Ambient) -> Checked:
    """Judge and complete the arguments of a resource."""
    news = {**_ambient_region(kind, ambient), **_with_documents(kind, given.news)}
    fitted, misfits = fit(kind.shape, news)
    unnamed = _fill_in(kind, given, fitted)
    misfits += (*_conflicts(kind, fitted), *_broken_rules(kind, fitted))
    failures = (*(_failure(given.name, misfit) for misfit in misfits), *unnamed)
    if "tagsAll" in kind.shape.fields:
        fitted["tagsAll"] = ambient.tag_rules.all_tags(fitted.get("tags"))
    for name in kind.traits.secrets & fitted.keys():
        fitted[name] = Secret(fitted[name])
    return Checked(fitted, failures)


def _ambient_region(kind: Kind, ambient: Ambient) -> PropertyMap:
    """A resource is in its provider's region unless it says another."""
    return {"region": ambient.region} if "region" in kind.shape.settable else {}


def _with_documents(kind: Kind, news: PropertyMap) -> PropertyMap:
    documents = kind.traits.documents
    return {k: to_json_text(v) if k in documents else v for k, v in news.items()}


def _conflicts(kind: Kind, given: PropertyMap) -> Iterator[Misfit]:
    for ours, theirs in kind.traits.conflicts:
        if ours in given and theirs in given:
            yield Misfit((ours,), f'"{ours}": conflicts with {theirs}')


def _broken_rules(kind: Kind, given: PropertyMap) -> Iterator[Misfit]:
    for name, rule in kind.traits.rules.items():
        for path, value in _values_at(name.split("."), given, ()):
            fault = rule(value)
            if fault:
                yield Misfit(path, f'"{name}" {fault}')


def _values_at(names: list[str], value: Value, path: Path) -> Iterator[tuple[Path, Value]]:
    """Find every known value of a property, also inside lists."""
    if value is None or value is UNKNOWN:
        return
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _values_at(names, item, (*path, at))
    elif not names:
        yield path, value
    elif isinstance(value, Mapping):
        yield from _values_at(names[1:], value.get(names[0]), (*path, names[0]))


def _fill_in(kind: Kind, given: Given, fitted: PropertyMap) -> tuple[CheckFailure, ...]:
    """Add the name and the defaults, and remember which properties were added."""
    try:
        added = {**_schema_defaults(kind, fitted), **_name(kind, given, fitted)}
        _name_members(kind, given, fitted)
    except AutonamingError as error:
        return (CheckFailure(str(error)),)
    fitted.update(added)
    if not kind.traits.framework:
        fitted.update(_with_defaults_keys(kind.shape, fitted))
        fitted[DEFAULTS_KEY] = sorted(added)
    return ()


def _schema_defaults(kind: Kind, given: PropertyMap) -> PropertyMap:
    """The bridge writes Terraform's defaults into the arguments, except those that mean nothing."""
    if kind.traits.framework:
        return {}
    defaults = kind.traits.defaults.items()
    return {k: v for k, v in defaults if v and "." not in k and k not in given}


def _name(kind: Kind, given: Given, fitted: PropertyMap) -> PropertyMap:
    """Name the resource if it needs a name; one that was made here before stays."""
    if kind.traits.named is None:
        return {}
    name, rule = kind.traits.named
    rivals = {other for pair in kind.traits.conflicts if name in pair for other in pair}
    if not rivals.isdisjoint(fitted) or name in fitted:
        return {}
    if name in given.olds and name in given.olds.get(DEFAULTS_KEY, [name]):
        return {name: given.olds[name]}
    return {name: rule.name(given.name, given.seed, given.proposal)}


def _name_members(kind: Kind, given: Given, fitted: PropertyMap) -> None:
    """Name the members of lists that need names; an empty member says "none at all"."""
    for name, rule in kind.traits.members_named.items():
        members, olds = fitted.get(name), given.olds.get(name)
        for at, member in enumerate(members if isinstance(members, list) else ()):
            if isinstance(member, dict) and member and "name" not in member:
                seed = given.seed and given.seed + str(at).encode()
                member["name"] = _old_name(olds, at) or rule.name(given.name, seed)
                member[DEFAULTS_KEY] = ["name"]


def _old_name(olds: Value, at: int) -> str:
    """Return the name that was made for the member at a place before."""
    old = olds[at] if isinstance(olds, list) and at < len(olds) else {}
    return str(old["name"]) if "name" in old.get(DEFAULTS_KEY, ()) else ""


def _with_defaults_keys(shape: Shape, value: Value) -> Value:
    """Mark nested objects as the bridge does; a policy pack meets the mark in real runs too."""
    if isinstance(shape, ListOf) and isinstance(value, list):
        return [_with_defaults_keys(shape.item, item) for item in value]
    if not isinstance(shape, ObjectShape) or not isinstance(value, dict):
        return value
    entries = {
        name: _with_defaults_keys(field.shape, value[name])
        for name, field in shape.fields.items()
        if name in value
    }
    return {DEFAULTS_KEY: [], **value, **entries}


def _failure(name: str, misfit: Misfit) -> CheckFailure:
    place = format_path(misfit.path)
    if isinstance(misfit, MissingProperty):
        return CheckFailure(f"Missing required property '{place}'")
    return CheckFailure(f"{misfit.reason}. Examine values at '{name}.{place}'.")
