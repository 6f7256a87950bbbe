"""The refusals that several operations share, in EKS's own words."""

from eks_pod_identity_emulator.errors import ApiError


def invalid_parameter(message: str, **fields: str) -> ApiError:
    """Return an InvalidParameterException; fields are members such as clusterName."""
    return ApiError("InvalidParameterException", message, fields=fields)


def invalid_request(message: str, **fields: str) -> ApiError:
    """Return an InvalidRequestException."""
    return ApiError("InvalidRequestException", message, fields=fields)


def in_use(message: str, **fields: str) -> ApiError:
    """Return a ResourceInUseException."""
    return ApiError("ResourceInUseException", message, fields=fields)


def not_found(message: str, **fields: str) -> ApiError:
    """Return a ResourceNotFoundException."""
    return ApiError("ResourceNotFoundException", message, fields=fields)


def no_cluster(name: str) -> ApiError:
    """Return EKS's answer for a cluster that it does not know.

    Text: https://github.com/upbound/configuration-aws-eks/pull/9
    """
    return not_found(f"No cluster found for name: {name}.", clusterName=name)
