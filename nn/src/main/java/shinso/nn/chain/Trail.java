package shinso.nn.chain;

import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** States kept one after another on the host: a program that joins thousands would be no use. */
final class Trail {
  private final Shape shape;
  private final float[] singles;
  private final double[] doubles;
  private int used;

  /** Makes room for some states like this one. */
  Trail(Tensor state, int length) {
    shape = Shape.of(length).concat(state.shape());
    boolean wide = state.dtype() == DType.F64;
    singles = new float[wide ? 0 : shape.size()];
    doubles = new double[wide ? shape.size() : 0];
  }

  void add(Tensor state) {
    int n = state.shape().size();
    if (singles.length > 0) {
      System.arraycopy(state.toFloatArray(), 0, singles, used, n);
    } else {
      System.arraycopy(state.toDoubleArray(), 0, doubles, used, n);
    }
    used += n;
  }

  /** Returns the states, {@code [length, *]}. */
  Tensor joined() {
    return doubles.length > 0 ? Tensor.of(doubles, shape.dims()) : Tensor.owning(singles, shape);
  }
}
