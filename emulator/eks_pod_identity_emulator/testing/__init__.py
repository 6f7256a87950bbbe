"""The emulator in a test session: a pytest plugin that needs nothing but pytest.

It runs in the environment of the tests, the emulator in a process that may have another one: so
neither moves the other's packages. Nothing outside of this folder may be imported here.
"""
