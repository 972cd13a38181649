package shinso.core.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.Check;
import shinso.core.tensor.Differentiable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Derivatives. All methods return lazy tensors that can be differentiated again. A derivative by
 * something that the result doesn't depend on is zeros.
 */
public final class Autodiff {
  private Autodiff() {}

  /**
   * Returns the gradients of a scalar: for each x the tensor of the partial derivatives of y, of
   * x's shape.
   *
   * @throws IllegalArgumentException if y is not a floating-point scalar or an x is integer
   */
  public static List<Tensor> gradients(Tensor y, List<? extends Differentiable> xs) {
    if (y.shape().size() != 1) {
      throw new IllegalArgumentException(
          "gradients: the result must be a scalar, not "
              + y.shape()
              + "; sum it, or use vjp with its cotangent");
    }
    return vjp(List.of(y), xs, List.of(y.fullLike(1)));
  }

  /** Returns the gradient of a scalar by one tensor or parameter. */
  public static Tensor gradient(Tensor y, Differentiable x) {
    return gradients(y, List.of(x)).getFirst();
  }

  /**
   * Vector–Jacobian products: returns for each x the tensor Σᵢ cotangentᵢᵀ ∂yᵢ/∂x.
   *
   * @param cotangents one for each y, of its shape
   * @throws IllegalArgumentException if shapes or numbers differ, or something is integer
   */
  public static List<Tensor> vjp(
      List<Tensor> ys, List<? extends Differentiable> xs, List<Tensor> cotangents) {
    sameCount("vjp", ys, cotangents);
    List<Tensor> targets = xs.stream().map(Differentiable::asTensor).toList();
    targets.forEach(x -> requireFloating("an input", x));
    ys.forEach(y -> requireFloating("a result", y));

    Set<Tensor> useful = dependents(ys, targets);
    Map<Tensor, List<Tensor>> parts = new IdentityHashMap<>();
    for (int i = 0; i < ys.size(); i++) {
      Check.sameShape("vjp", ys.get(i).shape(), cotangents.get(i).shape());
      Check.sameType("vjp", ys.get(i).dtype(), cotangents.get(i).dtype());
      parts.computeIfAbsent(ys.get(i), y -> new ArrayList<>()).add(cotangents.get(i));
    }
    Map<Tensor, Tensor> adjoint = new IdentityHashMap<>();
    for (Tensor t : topological(ys).reversed()) {
      List<Tensor> found = parts.get(t);
      if (found == null || !useful.contains(t)) {
        continue;
      }
      Tensor g = Contributions.sum(found);
      adjoint.put(t, g);
      if (t.inputs().stream().noneMatch(useful::contains)) {
        continue;
      }
      @Nullable Tensor[] gradients = t.op().gradient(t, t.inputs(), g);
      for (int i = 0; i < gradients.length; i++) {
        Tensor input = t.inputs().get(i);
        Tensor part = gradients[i];
        if (part != null && useful.contains(input)) {
          parts.computeIfAbsent(input, k -> new ArrayList<>()).add(part);
        }
      }
    }
    return targets.stream()
        .map(x -> adjoint.containsKey(x) ? adjoint.get(x) : x.zerosLike())
        .toList();
  }

  /**
   * Jacobian–vector products: returns for each y the tensor Σⱼ ∂y/∂xⱼ tangentⱼ, by transposing the
   * vector–Jacobian product, which is linear in its cotangent.
   *
   * @param tangents one for each x, of its shape
   */
  public static List<Tensor> jvp(
      List<Tensor> ys, List<? extends Differentiable> xs, List<Tensor> tangents) {
    sameCount("jvp", xs, tangents);
    List<Tensor> dummies = ys.stream().map(y -> y.zerosLike().stopGradient()).toList();
    return vjp(vjp(ys, xs, dummies), dummies, tangents);
  }

  /** Returns the products Hv of the Hessian of a scalar with a vector, one tensor for each x. */
  public static List<Tensor> hessianVectorProduct(
      Tensor y, List<? extends Differentiable> xs, List<Tensor> vectors) {
    return vjp(gradients(y, xs), xs, vectors);
  }

  /**
   * Returns all partial derivatives of y by x: {@code [y.., x..]}. One graph that is as many times
   * as large as y or x has elements, whichever is less.
   *
   * @throws IllegalArgumentException if y or x is integer
   */
  public static Tensor jacobian(Tensor y, Differentiable x) {
    return jacobian(y, x.asTensor(), 0);
  }

  /**
   * Returns the partial derivatives of each row of y by the same row of x, {@code [b, y..]} and
   * {@code [b, x..]} giving {@code [b, y.., x..]}, for a y of which a row depends on no other row
   * of x. One graph that is as many times as large as a row of y or x has elements, whichever is
   * less.
   *
   * @throws IllegalArgumentException if y or x is integer, a scalar, or they have different numbers
   *     of rows
   */
  public static Tensor batchJacobian(Tensor y, Differentiable x) {
    Tensor in = x.asTensor();
    if (y.shape().rank() == 0 || in.shape().rank() == 0 || y.shape().dim(0) != in.shape().dim(0)) {
      throw new IllegalArgumentException(
          "batchJacobian: %s and %s have no common first axis; use jacobian"
              .formatted(y.shape(), in.shape()));
    }
    return jacobian(y, in, 1);
  }

  /** The first axes are a batch. */
  private static Tensor jacobian(Tensor y, Tensor x, int batch) {
    requireFloating("an input", x);
    requireFloating("a result", y);
    Shape rows = y.shape().slice(batch, y.shape().rank());
    Shape columns = x.shape().slice(batch, x.shape().rank());
    Shape whole = y.shape().concat(columns);
    if (whole.size() == 0) {
      return Tensor.constant(0, y.dtype()).broadcastTo(whole);
    }
    boolean byRows = rows.size() <= columns.size();
    List<Tensor> parts = new ArrayList<>();
    if (byRows) {
      for (int i = 0; i < rows.size(); i++) {
        parts.add(vjp(List.of(y), List.of(x), List.of(unit(y, rows, i))).getFirst());
      }
    } else {
      // The transpose of the transpose, of which the first is written down once.
      Tensor dummy = y.zerosLike().stopGradient();
      List<Tensor> transposed = vjp(List.of(y), List.of(x), List.of(dummy));
      for (int i = 0; i < columns.size(); i++) {
        parts.add(vjp(transposed, List.of(dummy), List.of(unit(x, columns, i))).getFirst());
      }
    }
    return Tensor.stack(byRows ? batch : -1, parts).reshape(whole);
  }

  /** Ones at an element of each row of a tensor's shape, and zeros elsewhere. */
  private static Tensor unit(Tensor like, Shape row, int position) {
    return Tensor.iota(row.size())
        .equal(position)
        .cast(like.dtype())
        .reshape(row)
        .broadcastTo(like.shape());
  }

  private static void sameCount(String what, List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(
          what + ": " + a.size() + " tensors, but " + b.size() + " vectors");
    }
  }

  private static void requireFloating(String what, Tensor t) {
    if (!t.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "a derivative needs floating-point numbers, but "
              + what
              + " is "
              + TensorAccess.label(t)
              + "; cast it before use");
    }
  }

  /** Returns everything that tensors depend on and they themselves, operands first. */
  public static List<Tensor> topological(List<Tensor> ys) {
    List<Tensor> order = new ArrayList<>();
    Set<Tensor> done = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Tensor> open = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Tensor> stack = new ArrayDeque<>();
    ys.forEach(stack::push);
    while (!stack.isEmpty()) {
      Tensor t = stack.peek();
      if (done.contains(t)) {
        stack.pop();
      } else if (open.add(t)) {
        t.inputs().stream().filter(i -> !done.contains(i)).forEach(stack::push);
      } else {
        stack.pop();
        done.add(t);
        order.add(t);
      }
    }
    return order;
  }

  /**
   * Those tensors under the results that depend on a target, neither through integers nor through a
   * stopped gradient: gradients of others need not be written down.
   */
  private static Set<Tensor> dependents(List<Tensor> ys, List<Tensor> targets) {
    Set<Tensor> useful = Collections.newSetFromMap(new IdentityHashMap<>());
    useful.addAll(targets);
    for (Tensor t : topological(ys)) {
      boolean stops = t.op().equals(new UnaryOp(UnaryOp.Kind.STOP_GRADIENT));
      if (!stops && t.dtype().isFloating() && t.inputs().stream().anyMatch(useful::contains)) {
        useful.add(t);
      }
    }
    return useful;
  }
}
