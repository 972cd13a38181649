/**
 * Turns what a model computes into an ONNX graph. The function is traced, as a program is, for
 * several sizes of the open axes. Each trace is lowered: operations become ONNX's operators, images
 * lie there as ONNX has them (channels first) for as long as nobody needs them otherwise, and what
 * is known to be a composition (a softmax, a normalisation, a whole LSTM layer) becomes the one
 * operator that it is. The graphs of all sizes must be the same but for numbers; a number that
 * differs is a polynomial of the sizes, and the file computes it from the shape of its input.
 */
@NullMarked
package shinso.interchange.onnx.write;

import org.jspecify.annotations.NullMarked;
