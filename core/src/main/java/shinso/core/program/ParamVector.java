package shinso.core.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Parameters as one vector, their numbers one behind the other in row-major order: for optimisers
 * that are written for vectors, such as L-BFGS, conjugate gradients and line searches.
 *
 * <pre>{@code
 * ParamVector w = ParamVector.of(params);
 * ParamVector.Objective loss = w.valueAndGradient(() -> Losses.mse(net.forward(x), t));
 * ParamVector.Value here = loss.at(w.get());
 * ParamVector.Value there = loss.at(moved);   // the parameters are the moved ones from here on
 * }</pre>
 */
public final class ParamVector {
  private final List<Param> params;
  private final DType dtype;
  private final int size;

  private ParamVector(List<Param> params) {
    this.params = params;
    this.dtype = params.isEmpty() ? DType.F32 : params.getFirst().dtype();
    this.size = params.stream().mapToInt(p -> p.shape().size()).reduce(0, Math::addExact);
  }

  /**
   * Returns the vector of these parameters in this order.
   *
   * @throws IllegalArgumentException if the parameters aren't all F32 or all F64, or one is named
   *     twice
   */
  public static ParamVector of(Collection<Param> params) {
    for (Param p : params) {
      if (!p.dtype().isFloating() || p.dtype() != params.iterator().next().dtype()) {
        throw new IllegalArgumentException(
            "ParamVector: takes parameters that are all F32 or all F64, not " + p);
      }
    }
    if (Set.copyOf(params).size() != params.size()) {
      throw new IllegalArgumentException(
          "ParamVector: a parameter is named twice; one that is shared belongs into the list once");
    }
    return new ParamVector(List.copyOf(params));
  }

  /** Returns the number of elements. */
  public int size() {
    return size;
  }

  /** Returns the present numbers. */
  public double[] get() {
    double[] all = new double[size];
    int from = 0;
    for (Param p : params) {
      double[] part = p.value().toDoubleArray();
      System.arraycopy(part, 0, all, from, part.length);
      from += part.length;
    }
    return all;
  }

  /** Returns the values as a tensor {@code [size]}, through which gradients flow. */
  public Tensor value() {
    return flat(params.stream().map(Param::value).toList());
  }

  /**
   * Gives the parameters these numbers, rounded to their type.
   *
   * @throws IllegalArgumentException unless there are as many as the vector has elements
   */
  public void set(double[] values) {
    if (values.length != size) {
      throw new IllegalArgumentException(
          "ParamVector: " + values.length + " numbers for a vector of " + size);
    }
    int from = 0;
    for (Param p : params) {
      int to = from + p.shape().size();
      p.assign(tensor(Arrays.copyOfRange(values, from, to), p.shape()));
      from = to;
    }
  }

  private Tensor tensor(double[] values, Shape shape) {
    if (dtype == DType.F64) {
      return Tensor.of(values, values.length).reshape(shape);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.owning(floats, shape);
  }

  /**
   * Gives the parameters the numbers of a tensor {@code [size]}.
   *
   * @throws IllegalArgumentException if the tensor has another shape
   */
  public void set(Tensor values) {
    if (!values.shape().equals(Shape.of(size))) {
      throw new IllegalArgumentException(
          "ParamVector: a tensor " + values.shape() + " for a vector of " + size);
    }
    set(values.toDoubleArray());
  }

  /** A function of the vector, with its gradient. */
  @FunctionalInterface
  public interface Objective {
    /** Gives the parameters these numbers, and returns the function's value and gradient there. */
    Value at(double[] point);
  }

  /** The value and the gradient of a function at a point. */
  public record Value(double value, double[] gradient) {}

  /**
   * Returns a loss as a function of the vector; value and gradient are computed by one program,
   * which is compiled once.
   *
   * @param loss a scalar made of the parameters' values; it must draw no random numbers
   */
  public Objective valueAndGradient(Supplier<Tensor> loss) {
    Program program =
        Program.of((in, rng) -> {
          Tensor y = loss.get();
          return Step.outputs(y, flat(Autodiff.gradients(y, params)));
        });
    Rng none = Rng.of(0);
    return point -> {
      set(point);
      Program.Result result = program.run(none);
      return new Value(result.output(0).item(), result.output(1).toDoubleArray());
    };
  }

  private Tensor flat(List<Tensor> parts) {
    List<Tensor> vectors = new ArrayList<>();
    parts.forEach(t -> vectors.add(t.reshape(t.shape().size())));
    return vectors.isEmpty() ? Tensor.zeros(0) : Tensor.concat(0, vectors);
  }

  @Override
  public String toString() {
    return "ParamVector [" + size + "] of " + Arrays.toString(params.toArray());
  }
}
