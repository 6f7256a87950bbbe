"""How a stack takes over what a file declares and another tool made.

    names      the role names to write into the file, so that no role is made beside one in use
    holdings   what is there of that which the file declares, and who made it
    verdict    why it cannot be taken over, and what to do at the tool that made it
    imports    the one import file

In: the two sides of a plan, a preview, templates of CloudFormation. Out: values. Must not read,
write or import; that is the command's part.
"""
