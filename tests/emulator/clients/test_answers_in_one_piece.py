"""Head and body of an answer arrive together, which Go's clients need on loopback."""

import socket
from urllib.parse import urlsplit

from harness.aws_account import AwsAccount

_BODY = "Action=GetCallerIdentity&Version=2011-06-15"
_REQUEST = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Authorization: AWS4-HMAC-SHA256 "
    "Credential={account}/20261121/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0\r\n"
    f"Content-Length: {len(_BODY)}\r\n\r\n"
)


def test_one_read_gets_head_and_body(aws: AwsAccount) -> None:
    """A client that has read the head has the body in its buffer, on each of many calls.

    eksctl does not retry this call; see http/joining.py.
    """
    address = urlsplit(aws.emulator.url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port)) as connection:
        for _ in range(50):
            connection.sendall(_REQUEST.format(account=aws.id).encode())
            connection.sendall(_BODY.encode())

            received = connection.recv(4096)

            assert received.startswith(b"HTTP/1.1 200")
            assert received.rstrip().endswith(b"</GetCallerIdentityResponse>")
