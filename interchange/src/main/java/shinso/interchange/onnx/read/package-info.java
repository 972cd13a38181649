/**
 * What the operators of ONNX compute, with tensors. Shapes are known when a model is traced, so
 * what computes shapes is computed at once, with plain integers; images stay with channels last
 * from one convolution to the next.
 */
@NullMarked
package shinso.interchange.onnx.read;

import org.jspecify.annotations.NullMarked;
