"""An AWS that runs on this machine: EKS Pod Identity, add-ons, IAM and what they stand on."""
