"""A convolution and the max-pooling after it, run as one."""


def fuse(steps):
    """Return the steps of a plan; so far nothing is fused."""
    return steps
