"""Documents of AWS's managed policies, from the data set that moto brings.

moto reads them from AWS (`make aws_managed_policies` in its repository); those of the locked
version are of the end of September 2026. The package is not imported, only this one file of it is
read, when a document is first asked for.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_FILE = Path("iam", "aws_managed_policies.py")


@cache
def aws_document(arn: str) -> str | None:
    """Return what a managed policy of AWS's says, as JSON; None if the data set lacks it."""
    policy = _policies().get(arn.rpartition("/")[2])
    path = arn.partition(":policy")[2]
    if policy is None or path != f"{policy['Path']}{arn.rpartition('/')[2]}":
        return None
    return json.dumps(policy["Document"])


@cache
def _policies() -> Mapping[str, Mapping[str, Any]]:
    policies: Mapping[str, Mapping[str, Any]]
    policies = json.loads(_data().aws_managed_policies_data)
    return policies


def _data() -> ModuleType:
    moto = importlib.util.find_spec("moto")
    if moto is None or moto.origin is None:
        raise ImportError("moto is not installed")
    file = Path(moto.origin).parent / _FILE
    spec = importlib.util.spec_from_file_location("moto_aws_managed_policies", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
