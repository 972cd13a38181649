/**
 * Models and curves in the formats of other systems: ONNX, PyTorch's checkpoints, TensorBoard's
 * event files.
 */
@NullMarked
package shinso.interchange;

import org.jspecify.annotations.NullMarked;
