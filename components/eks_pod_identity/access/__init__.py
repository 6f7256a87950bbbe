"""Who can assume a role: the exact set of calls that a trust policy lets in, and what differs.

In: trust policies as `iam` loads them, and what is known of the role's account. Out: three values
everywhere (proved, depends on a key that is not known, too large to be proved), sets of callers,
witnesses. Pure: it must not do I/O and knows neither Pulumi nor boto3.
"""
