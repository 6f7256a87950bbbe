"""Pulumi on a machine that reaches neither Pulumi's downloads nor its plugins.

In: Go and its module proxy. Out: a `pulumi` built from source and a stop-gap for its language host.
Set-up runs nothing of this folder where the official Pulumi is.
"""
