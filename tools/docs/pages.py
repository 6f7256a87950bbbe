"""All pages that are made from the code."""

from tools.docs import problems, well_known_policies

PAGES = (problems.PAGE, well_known_policies.PAGE)
