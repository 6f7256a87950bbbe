"""Rules for Amazon EKS Pod Identity, as a policy pack for Pulumi.

`rules` judge plain values, `sdk` is the only module that knows pulumi_policy, `catalog` lists all
rules. Imports nothing of the components but their pure `iam` and `errors`.
"""
