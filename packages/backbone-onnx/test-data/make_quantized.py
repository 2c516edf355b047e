#!/usr/bin/env python3
"""Make `quantized-encoder.onnx`: a tiny encoder, quantised as most `model_quantized.onnx` files of the hub are: dynamically, a
scale for each output channel, in 7 bits, so that no processor's 8-bit products overflow.

    python make_quantized.py encoder.onnx quantized-encoder.onnx     # onnx 1.23.2, onnxruntime 1.30.0

`encoder.onnx` is the graph that the test compares it with, `ENCODER` of ../test/int8.test.ts, written by `writeModelFile` of
@incipit/onnx/node.
"""

import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

source, target = sys.argv[1:]
quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
