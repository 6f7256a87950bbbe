"""Reading AWS: the only user of boto3.

Components and command line ask here. Nothing here writes but `clear`, which takes away what
Pulumi's AWS provider cannot.
"""
