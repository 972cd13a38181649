/**
 * What weights are before training. An {@link shinso.nn.init.Initializer} is a distribution scaled
 * by how many inputs and outputs each unit has ({@link shinso.nn.init.Fans}), so that activations
 * and gradients keep their size from layer to layer.
 */
@NullMarked
package shinso.nn.init;

import org.jspecify.annotations.NullMarked;
