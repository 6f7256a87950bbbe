"""The rounds of recover: what to look up, import and clear."""
