"""The helper package of the book *How Machines Learn to See*.

Every function here is written by the reader in a chapter first, under the same name
and signature. Import what you need from its module, for example
``from cnn_helpers.convolution import conv2d``: importing the package alone loads
nothing else.
"""

__version__ = "0.1.0"
