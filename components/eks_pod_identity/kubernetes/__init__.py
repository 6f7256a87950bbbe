"""What a cluster's Kubernetes API tells of service accounts and namespaces. Reads only.

access       where the API is, and how the caller shows who it is
kubeconfig   an access as kubectl would have it; `exec_credential` runs what signs the caller in
api          collections, page by page
observe      service accounts and namespaces, as values; `observe_workload` pods, nodes, the agent
admission    what EKS's webhook does with a new pod

Few collections are all that is read. The official client, with 70 MB of generated code for the
rest of the API, is not worth that; the HTTP library is the one that boto3 brings.
"""
