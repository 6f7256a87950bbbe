"""Questions of a security review: who can assume a role, and what a change lets in.

In: roles, associations, and what Pulumi says of a stack or a preview. Out: reports and their text.
Pure: it must not do I/O and knows neither Pulumi nor boto3. Answers come from `access`.
"""
