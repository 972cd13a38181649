/**
 * Layers: functions of tensors that own parameters.
 *
 * <p>A layer is a record. Its components are its {@link shinso.core.program.Param}s, its sub-layers
 * and its configuration, and the path of component names to a parameter is the parameter's name in
 * checkpoints ({@link shinso.nn.layer.Parameters}). Nothing is registered, and a parameter that
 * stands in two places is shared. What a layer needs to know beside its input (is this training,
 * random keys) comes with the {@link shinso.nn.layer.Pass}.
 *
 * <p>Image layers take {@code [batch, height, width, channel]}, recurrent ones {@code [batch, time,
 * feature]}. {@link shinso.nn.layer.Network} builds stacks of layers and works the shapes out.
 */
@NullMarked
package shinso.nn.layer;

import org.jspecify.annotations.NullMarked;
