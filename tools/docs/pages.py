"""All pages that are made from the code."""

from tools.docs import well_known_policies

PAGES = (well_known_policies.PAGE,)
