"""The global condition keys of IAM: what begins with `aws:` and is none of them is in no call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, as of
November 2026
"""

_KEYS = frozenset(
    {
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviaawsmcp",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:chatbotsourcearn",
        "aws:currenttime",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:epochtime",
        "aws:federatedprovider",
        "aws:ismcpserviceaction",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:principaltype",
        "aws:referer",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:rolesessionname",
        "aws:securetransport",
        "aws:signinsessionarn",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceidentity",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:tagkeys",
        "aws:tokenissuetime",
        "aws:useragent",
        "aws:userid",
        "aws:username",
        "aws:userprovidedtransitivetagkeys",
        "aws:viaawsmcpservice",
        "aws:viaawsservice",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
    }
)
_FAMILIES = (
    "aws:originidentity/",
    "aws:principaltag/",
    "aws:requesttag/",
    "aws:resourcetag/",
    "aws:transactioncontext/",
)


def is_global_key(key: str) -> bool:
    """Tell whether a key (in lower case) that begins with `aws:` is one."""
    return key in _KEYS or (key.startswith(_FAMILIES) and not key.endswith("/"))
