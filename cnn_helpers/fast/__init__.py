"""Fast ways to convolve, which `cnn_helpers.convolution.conv2d` chooses from.

- `choice`: which way suits which shape.
- `tiles`: copy the windows of a few images side by side, then one matrix product.
- `winograd`: for 3x3 to 5x5 kernels over many channels, fewer multiplications.
- `depthwise`: for one channel a group, no matrix product at all.
- `fused`: a convolution and the max-pooling after it in one matrix product.

They take arrays that were checked already, of one floating type, and a
`cnn_helpers._grid.Grid` that says where the windows lie. Chapter 16 explains them.
"""
