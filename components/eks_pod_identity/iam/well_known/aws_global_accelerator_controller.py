"""Global Accelerator feature of the AWS Load Balancer Controller, on top of its main policy."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)

_OWNED_REQUEST = "aws:RequestTag/elbv2.k8s.aws/cluster"
_OWNED_RESOURCE = "aws:ResourceTag/elbv2.k8s.aws/cluster"
_MADE_BY_REQUEST = {"StringEquals": {"aws:RequestTag/aga.k8s.aws/resource": "GlobalAccelerator"}}
_MADE_BY_RESOURCE = {"StringEquals": {"aws:ResourceTag/aga.k8s.aws/resource": "GlobalAccelerator"}}
_REQUEST_OWNED: dict[str, Any] = {"Null": {_OWNED_REQUEST: "false"}, **_MADE_BY_REQUEST}
_RESOURCE_OWNED: dict[str, Any] = {"Null": {_OWNED_RESOURCE: "false"}, **_MADE_BY_RESOURCE}
_KEEPS_OWNER: dict[str, Any] = {
    "Null": {_OWNED_REQUEST: "true", _OWNED_RESOURCE: "false"},
    **_MADE_BY_RESOURCE,
}

_LISTS = (
    "ec2:DescribeRegions",
    "globalaccelerator:ListAccelerators",
    "globalaccelerator:ListEndpointGroups",
    "globalaccelerator:ListListeners",
    "globalaccelerator:ListTagsForResource",
    "tag:GetResources",
)
_OWN = (
    "globalaccelerator:AddEndpoints",
    "globalaccelerator:CreateEndpointGroup",
    "globalaccelerator:CreateListener",
    "globalaccelerator:DeleteAccelerator",
    "globalaccelerator:DeleteEndpointGroup",
    "globalaccelerator:DeleteListener",
    "globalaccelerator:DescribeAccelerator",
    "globalaccelerator:DescribeEndpointGroup",
    "globalaccelerator:DescribeListener",
    "globalaccelerator:RemoveEndpoints",
    "globalaccelerator:UpdateAccelerator",
    "globalaccelerator:UpdateEndpointGroup",
    "globalaccelerator:UpdateListener",
)


def _write(context: PolicyContext, _scope: Scope) -> Permissions:
    document = build_document(*_statements(context))
    return Permissions(inline=(("AWSGlobalAcceleratorController", document),))


def _statements(context: PolicyContext) -> Iterator[Statement]:
    accelerators = context.arn("globalaccelerator", "accelerator/*", region="")
    listeners = f"{accelerators}/listener/*"
    linked = {"StringEquals": {"iam:AWSServiceName": "globalaccelerator.amazonaws.com"}}
    create = ("globalaccelerator:CreateAccelerator",)
    tag = "globalaccelerator:TagResource"
    yield build_statement("List", _LISTS)
    yield build_statement("ServiceRole", ("iam:CreateServiceLinkedRole",), conditions=linked)
    yield build_statement("Create", create, conditions=_REQUEST_OWNED)
    yield build_statement(
        "Own",
        _OWN,
        (accelerators, listeners, f"{listeners}/endpoint-group/*"),
        _RESOURCE_OWNED,
    )
    yield build_statement("TagNew", (tag,), (accelerators,), _REQUEST_OWNED)
    yield build_statement(
        "TagOwn", (tag, "globalaccelerator:UntagResource"), (accelerators,), _KEEPS_OWNER
    )


POLICY = WellKnownPolicy(
    key="awsGlobalAcceleratorController",
    title="AWS Load Balancer Controller, Global Accelerator feature",
    source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/aga_controller_iam_policy.json",
    upstream_version="3.5.0",
    checked=date(2026, 8, 17),
    description="Makes accelerators and changes those it has made; goes with"
    " awsLoadBalancerController.",
    write=_write,
)
