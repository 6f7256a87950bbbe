"""What components ask AWS before they decide: where they are, the cluster, add-ons, what exists."""
