"""What holds for all tests."""

from hypothesis import settings

# The machine may be busy: how long an example takes is no promise of any test.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")
