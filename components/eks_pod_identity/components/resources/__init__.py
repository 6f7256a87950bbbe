"""What components register with Pulumi: roles, associations, service accounts, ledger."""
