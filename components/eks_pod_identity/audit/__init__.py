"""The rules of the policy pack, over what AWS has instead of what a program declares. Pure.

`resources` turns observed state into the resources that rules judge, `judge` asks the rules, and
`render_*` tell what they found. Neither Pulumi nor boto3, neither files nor sockets.
"""
