/**
 * ONNX files as data: the messages of {@code onnx.proto3} that inference needs, as records, written
 * and read by the numbers of their fields.
 */
@NullMarked
package shinso.interchange.onnx.format;

import org.jspecify.annotations.NullMarked;
