"""From IRSA to Pod Identity: who gets a role today, what replaces it, in which steps.

In: an inventory of accounts and clusters. Out: for each role and service account a verdict, the
trust policies during and after, phases of writes with gates and undo, and a proof. At no moment
anybody gains; who loses is named. Pure: it must not do I/O and knows neither Pulumi nor boto3.
"""
