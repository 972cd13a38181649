package shinso.cpu.kernel;

import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.simd.convolution.ConvShape;

/**
 * The three arrays of a convolution, one of which is computed from the others.
 *
 * @param direction which: the maps, or the gradient of the images or of the filters
 * @param images {@code [n, height, width, channels]}
 * @param filters {@code [height, width, channels / groups, filters]}
 * @param maps {@code [n, height, width, filters]}
 */
record ConvolutionOperands(
    Direction direction, ConvSpec spec, Operand images, Operand filters, Operand maps) {

  /**
   * Names the operands of an operation.
   *
   * @throws IllegalArgumentException if the operation is a product of matrices
   */
  static ConvolutionOperands of(ContractionOp op, Operand a, Operand b, Operand result) {
    return switch (op) {
      case ContractionOp.Conv2d c ->
          new ConvolutionOperands(Direction.FORWARD, c.spec(), a, b, result);
      case ContractionOp.Conv2dBackwardData c ->
          new ConvolutionOperands(Direction.BACKWARD_DATA, c.spec(), result, b, a);
      case ContractionOp.Conv2dBackwardWeights c ->
          new ConvolutionOperands(Direction.BACKWARD_WEIGHTS, c.spec(), a, result, b);
      case ContractionOp.MatMul m -> throw new IllegalArgumentException("not a convolution: " + m);
    };
  }

  /** Returns the images, or the maps that a gradient of images is made of. */
  Operand first() {
    return direction == Direction.BACKWARD_DATA ? maps : images;
  }

  /** Returns the filters, or the maps that a gradient of filters is made of. */
  Operand second() {
    return direction == Direction.BACKWARD_WEIGHTS ? maps : filters;
  }

  /** Returns what is computed. */
  Operand result() {
    return switch (direction) {
      case FORWARD -> maps;
      case BACKWARD_DATA -> images;
      case BACKWARD_WEIGHTS -> filters;
    };
  }

  Geometry geometry() {
    return Geometry.of(images.layout(), filters.layout(), maps.layout(), spec.groups());
  }

  ConvShape shape() {
    return geometry().shape(spec);
  }
}
