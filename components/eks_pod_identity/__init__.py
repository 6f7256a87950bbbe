"""Declarative Amazon EKS Pod Identity on Pulumi."""
