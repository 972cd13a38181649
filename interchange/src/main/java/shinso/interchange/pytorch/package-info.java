/**
 * Weights from and for PyTorch, as safetensors files. PyTorch's modules and the layers here compute
 * the same from parameters that lie differently; {@link shinso.interchange.pytorch.Layout} is the
 * table of the differences.
 */
@NullMarked
package shinso.interchange.pytorch;

import org.jspecify.annotations.NullMarked;
