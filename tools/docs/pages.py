"""All pages that are made from the code."""

from tools.docs import eksctl, problems, well_known_policies

PAGES = (eksctl.PAGE, problems.PAGE, well_known_policies.PAGE)
