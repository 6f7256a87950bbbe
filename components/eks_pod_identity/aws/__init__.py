"""Reading AWS: the only user of boto3.

Components and command line ask here; nothing here writes.
"""
