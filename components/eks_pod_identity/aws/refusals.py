"""AWS's refusal of a call in our words, whichever SDK heard it.

In: operation, code, text and request id. Out: a Problem. What AWS's codes mean is in
`known_errors`.
"""

from dataclasses import dataclass

from eks_pod_identity.aws.known_errors import find_known_error
from eks_pod_identity.errors import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS answered.

    Attributes:
        operation: What it was asked for.
        code: AWS's code.
        message: AWS's text.
        request: AWS's id of the call, which its support asks for.
    """

    operation: str
    code: str
    message: str
    request: str

    def problem(self, fault: str, address: str) -> Problem:
        """Return what the refusal means for the user.

        Args:
            fault: What could not be done: `cannot read cluster "prod"`.
            address: Where the user asked for it.
        """
        known = find_known_error(self.operation, self.code, self.message)
        answer = f"{self.operation} answered {self.code}: {self.message} (request {self.request})"
        return Problem(
            id=known.id if known else "aws-refused",
            address=address,
            message=f"{fault}: {known.cause if known else 'AWS refuses the call'}",
            observed=(answer,),
            help=(known.remedy,) if known else (),
        )
