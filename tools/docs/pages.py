"""All pages that are made from the code."""

from tools.docs import (
    audit,
    components,
    eksctl,
    permissions,
    policies,
    problems,
    well_known_policies,
)
from tools.docs import map as account_map
from tools.docs.page import Page

PAGES: tuple[Page | policies.IndexPage | policies.RulePage, ...] = (
    audit.PAGE,
    components.PAGE,
    eksctl.PAGE,
    account_map.PAGE,
    permissions.PAGE,
    problems.PAGE,
    well_known_policies.PAGE,
    *policies.PAGES,
)
