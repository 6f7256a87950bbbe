"""The pure engine: what is desired and what is observed in, decisions and problems out.

Nothing here imports pulumi or boto3, opens a file or a socket.
"""
