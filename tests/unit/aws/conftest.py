"""AWS on loopback."""

from harness.loopback_aws import aws

__all__ = ["aws"]
