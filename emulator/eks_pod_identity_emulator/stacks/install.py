"""Makes MiniStack's CloudFormation as strict as AWS's, where it matters here."""

from eks_pod_identity_emulator.iam.store import IamStore
from eks_pod_identity_emulator.stacks.roles import RoleType

# MiniStack's EKS is not the one that clients of the emulator see, so a stack must not write to it.
_NOT_EMULATED = ("AWS::EKS::Cluster", "AWS::EKS::Nodegroup")


def install_resource_types(store: IamStore) -> None:
    """Replace the handlers of the types that need it, and ask for capabilities."""
    store.ministack.require_capabilities()
    handlers = store.ministack.resource_handlers
    for name in _NOT_EMULATED:
        handlers.pop(name, None)
    role = handlers["AWS::IAM::Role"]
    role.update(RoleType(role, store).handlers())
