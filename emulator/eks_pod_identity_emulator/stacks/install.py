"""Makes MiniStack's CloudFormation behave as AWS's, where it matters here."""

from eks_pod_identity_emulator.iam.store import IamStore
from eks_pod_identity_emulator.stacks.roles import RoleType

# MiniStack's EKS is not the one that clients of the emulator see, so a stack must not write to it.
_NOT_EMULATED = ("AWS::EKS::Cluster", "AWS::EKS::Nodegroup")


def install_resource_types(store: IamStore) -> None:
    """Put right what MiniStack's CloudFormation does otherwise than AWS's."""
    store.ministack.require_capabilities()
    store.ministack.find_change_sets_by_stack_id()
    handlers = store.ministack.resource_handlers
    for name in _NOT_EMULATED:
        handlers.pop(name, None)
    role = handlers["AWS::IAM::Role"]
    role.update(RoleType(role, store).handlers())
