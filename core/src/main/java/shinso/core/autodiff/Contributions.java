package shinso.core.autodiff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * The sum of the gradients that reach a tensor from its uses. It is written with fewer and larger
 * operations than a chain of additions where the parts allow it: slices of a tensor give the pieces
 * of one joined tensor, and a matrix that several products use gets one product of the operands one
 * above the other.
 */
final class Contributions {
  /** Elements whose reading or writing takes as long as starting one more kernel. */
  private static final long KERNEL = 1 << 16;

  private static final ContractionOp.MatMul STACKED = new ContractionOp.MatMul(true, false);

  private Contributions() {}

  /**
   * Returns the sum.
   *
   * @param parts at least one, in the order in which they were found, which is from the last use to
   *     the first
   */
  static Tensor sum(List<Tensor> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return joinProducts(joinSlices(parts)).stream().reduce(Tensor::add).orElseThrow();
  }

  /** A gradient that fills a part of an axis; the rest is zeros. */
  private record Piece(Tensor part, Tensor filling, int axis, int from) {
    static @Nullable Piece of(Tensor part) {
      if (!(part.op() instanceof MovementOp.Pad pad) || pad.value() != 0) {
        return null;
      }
      int axis = -1;
      for (int i = 0; i < part.shape().rank(); i++) {
        if (pad.interior().get(i) != 0) {
          return null;
        }
        if (pad.before().get(i) > 0 || pad.after().get(i) > 0) {
          if (axis >= 0) {
            return null;
          }
          axis = i;
        }
      }
      return axis < 0
          ? null
          : new Piece(part, part.inputs().getFirst(), axis, pad.before().get(axis));
    }

    int to() {
      return from + filling.shape().dim(axis);
    }
  }

  private static List<Tensor> joinSlices(List<Tensor> parts) {
    List<Tensor> result = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    for (Tensor p : parts) {
      Piece piece = Piece.of(p);
      if (piece == null || (!pieces.isEmpty() && pieces.getFirst().axis != piece.axis)) {
        result.add(p);
      } else {
        pieces.add(piece);
      }
    }
    pieces.sort(Comparator.comparingInt(Piece::from));
    while (!pieces.isEmpty()) {
      List<Piece> apart = new ArrayList<>();
      List<Piece> overlapping = new ArrayList<>();
      for (Piece p : pieces) {
        boolean free = apart.isEmpty() || apart.getLast().to() <= p.from;
        (free ? apart : overlapping).add(p);
      }
      pieces = overlapping;
      result.add(apart.size() == 1 ? apart.getFirst().part : join(apart));
    }
    return result;
  }

  private static Tensor join(List<Piece> pieces) {
    int axis = pieces.getFirst().axis;
    Shape whole = pieces.getFirst().part.shape();
    List<Tensor> all = new ArrayList<>();
    int end = 0;
    for (Piece p : pieces) {
      gap(all, whole, axis, p.from - end, p.part);
      all.add(p.filling);
      end = p.to();
    }
    gap(all, whole, axis, whole.dim(axis) - end, pieces.getFirst().part);
    return Tensor.concat(axis, all);
  }

  private static void gap(List<Tensor> all, Shape whole, int axis, int length, Tensor like) {
    if (length > 0) {
      all.add(Tensor.constant(-0.0, like.dtype()).broadcastTo(whole.with(axis, length)));
    }
  }

  private static List<Tensor> joinProducts(List<Tensor> parts) {
    List<Tensor> products = new ArrayList<>();
    List<Tensor> result = new ArrayList<>();
    parts.forEach(p -> (isStackable(p) ? products : result).add(p));
    if (products.size() < 2) {
      return parts;
    }
    // In the order of the uses, in which their values may lie in memory anyway.
    Tensor a = Tensor.concat(0, operands(products, 0));
    Tensor b = Tensor.concat(0, operands(products, 1));
    result.add(TensorAccess.apply(STACKED, a, b));
    return result;
  }

  private static List<Tensor> operands(List<Tensor> products, int i) {
    return products.reversed().stream().map(p -> p.inputs().get(i)).toList();
  }

  /**
   * Whether this is the gradient of a matrix, and joining the operands moves less memory than
   * adding up the results, even if it has to copy them.
   */
  private static boolean isStackable(Tensor t) {
    if (!t.op().equals(STACKED) || t.shape().rank() != 2) {
      return false;
    }
    long rows = t.inputs().getFirst().shape().dim(0);
    long m = t.shape().dim(0);
    long n = t.shape().dim(1);
    return 2 * rows * (m + n) <= 3 * m * n + KERNEL;
  }
}
