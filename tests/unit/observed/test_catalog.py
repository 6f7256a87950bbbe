"""Which of the listed versions of an add-on a user means."""

import pytest

from eks_pod_identity.observed.catalog import AddonVersion, resolve_version

_LISTED = tuple(
    AddonVersion(version, default=default, requires_iam_permissions=True)
    for version, default in (
        ("v1.20.4-eksbuild.2", False),
        ("v1.20.4-eksbuild.10", False),
        ("v1.19.0-eksbuild.1", True),
        ("v1.2.0-eksbuild.1", False),
    )
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, "v1.19.0-eksbuild.1"),
        ("latest", "v1.20.4-eksbuild.10"),
        ("v1.20.4-eksbuild.2", "v1.20.4-eksbuild.2"),
        ("1.20.4-eksbuild.2", "v1.20.4-eksbuild.2"),
        ("1.20.4", "v1.20.4-eksbuild.10"),
        ("v1.20", "v1.20.4-eksbuild.10"),
        ("1.2", "v1.2.0-eksbuild.1"),
        ("1.3", None),
    ],
)
def test_version_is_found_as_the_user_means_it(wanted: str | None, expected: str | None) -> None:
    """None is the default, an exact version wins, a partial one ends at a number's end."""
    found = resolve_version(wanted, _LISTED)

    assert expected == (found.version if found else None)


def test_nothing_listed_means_nothing_found() -> None:
    """An add-on that EKS does not list has no version, not even a default one."""
    assert resolve_version(None, ()) is None
    assert resolve_version("latest", ()) is None
