"""Why pods of a service account have no credentials, or credentials that are refused.

picture    what was observed comes in as `observed.picture.Picture`
checks     one module for each subject; a check yields findings
diagnose   all checks in the order of AWS's troubleshooting lists
"""
