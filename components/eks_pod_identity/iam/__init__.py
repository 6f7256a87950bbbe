"""IAM documents: written (trust, well-known), loaded strictly, compared by meaning, measured.

Plain values in, plain values out. This layer must not do I/O and knows neither Pulumi nor boto3.
"""
