"""What an interrupted run left behind, and how the stack comes to know of it again. Pure.

identity      what a resource of Pulumi is called in AWS or Kubernetes
candidate     what may exist without the stack's knowledge
sign_in       where, and as whom, to look for it
look_up       what was found
plan          what is to be done
objects       what is different about Kubernetes objects
import_file   what is to be brought back, as `pulumi import` reads it
options       what an import leaves out, and the interrupted run had written down
"""
