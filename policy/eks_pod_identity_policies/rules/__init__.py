"""The rules, one file per subject; `catalog` lists them."""
