/**
 * ONNX files: models that other programs run, such as ONNX Runtime, and models from elsewhere that
 * are used and trained on here. {@link shinso.interchange.onnx.OnnxFile} has both ways.
 */
@NullMarked
package shinso.interchange.onnx;

import org.jspecify.annotations.NullMarked;
