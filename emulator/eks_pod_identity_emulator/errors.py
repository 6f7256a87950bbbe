"""How a call is refused: one exception that carries what AWS puts on the wire.

Raised by the emulated services, turned into an HTTP answer at the server's border. It knows
nothing of HTTP beyond the status number, and nothing of any one service.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Statuses of the modelled exceptions of EKS (botocore data/eks, `httpStatusCode` of each shape).
_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "AccessDeniedException": 403,
        "BadRequestException": 400,
        "ClientException": 400,
        "InvalidParameterException": 400,
        "InvalidRequestException": 400,
        "InvalidStateException": 400,
        "NotFoundException": 404,
        "ResourceInUseException": 409,
        "ResourceLimitExceededException": 400,
        "ResourceNotFoundException": 404,
        "ServerException": 500,
        "ServiceUnavailableException": 503,
        "ThrottlingException": 429,
    }
)


class ApiError(Exception):
    """A call that AWS would refuse.

    Attributes:
        code: Name of the exception, such as "ResourceNotFoundException".
        message: AWS's sentence; clients match on it, so it is kept to the letter where known.
        status: HTTP status; follows from the code unless given.
        fields: Further members of the modelled exception, such as clusterName.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        fields: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = _STATUS.get(code, 400) if status is None else status
        self.fields: Mapping[str, object] = MappingProxyType(dict(fields or {}))
