package shinso.cpu.onednn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product {@code C[batch…, m, n] = post(A[batch…, m, k] · B[batch…, k, n] + bias[n])}.
 *
 * <p>Arguments of the call: A, B, C, the bias if there is one, then the tensors of the
 * post-operations in order.
 *
 * <p>Operands lie at any strides (transposed, or a slice of a larger matrix), but only those with a
 * unit stride along the rows or the columns are fast: with neither, oneDNN falls back to a plain
 * loop ({@link Primitive#isReference()}). Rows and columns mustn't overlap in memory. A batch
 * stride of zero repeats one matrix.
 *
 * @param batch sizes of the leading dimensions; may be empty
 * @param packedB B is expected in the format the primitive prefers, see {@link Primitive#format}
 * @param bias element type of the bias, or null for none
 */
public record MatmulSpec(
    List<Long> batch,
    long m,
    long n,
    long k,
    StridedLayout a,
    StridedLayout b,
    StridedLayout c,
    boolean packedB,
    @Nullable DataType bias,
    List<PostOp> postOps)
    implements Spec {

  /**
   * Checks the sizes, and gives dimensions of size one a canonical stride.
   *
   * @throws IllegalArgumentException if a size isn't positive, a layout's rank isn't that of the
   *     result, a row or column stride is zero, or a batch stride of C is
   */
  public MatmulSpec {
    batch = List.copyOf(batch);
    postOps = List.copyOf(postOps);
    Requirements.positive("matmul: m", m);
    Requirements.positive("matmul: n", n);
    Requirements.positive("matmul: k", k);
    for (long size : batch) {
      Requirements.positive("matmul: batch", size);
    }
    a = canonical("A", batch, m, k, a);
    b = canonical("B", batch, k, n, b);
    c = canonical("C", batch, m, n, c);
    for (int i = 0; i < batch.size(); i++) {
      if (c.strides().get(i) == 0 && batch.get(i) > 1) {
        throw new IllegalArgumentException(
            "matmul: C can't be broadcast over a batch dimension: " + c.strides());
      }
    }
    Requirements.ranks("matmul", postOps, batch.size() + 2);
  }

  /** Product of two row-major float matrices {@code [m, k]} and {@code [k, n]} without gaps. */
  public static MatmulSpec of(long m, long n, long k) {
    return new MatmulSpec(
        List.of(),
        m,
        n,
        k,
        StridedLayout.dense(DataType.F32, m, k),
        StridedLayout.dense(DataType.F32, k, n),
        StridedLayout.dense(DataType.F32, m, n),
        false,
        null,
        List.of());
  }

  /** The same with A at these strides. */
  public MatmulSpec a(DataType type, long rowStride, long columnStride) {
    return a(matrix(a, type, rowStride, columnStride));
  }

  /** The same with A laid out so. */
  public MatmulSpec a(StridedLayout layout) {
    return new MatmulSpec(batch, m, n, k, layout, b, c, packedB, bias, postOps);
  }

  /** The same with B at these strides. */
  public MatmulSpec b(DataType type, long rowStride, long columnStride) {
    return b(matrix(b, type, rowStride, columnStride));
  }

  /** The same with B laid out so. */
  public MatmulSpec b(StridedLayout layout) {
    return new MatmulSpec(batch, m, n, k, a, layout, c, packedB, bias, postOps);
  }

  /** The same with C at these strides. */
  public MatmulSpec c(DataType type, long rowStride, long columnStride) {
    return c(matrix(c, type, rowStride, columnStride));
  }

  /** The same with C laid out so. */
  public MatmulSpec c(StridedLayout layout) {
    return new MatmulSpec(batch, m, n, k, a, b, layout, packedB, bias, postOps);
  }

  /**
   * The same with another outermost dimension of {@code count} products, whose matrices lie at
   * these distances.
   */
  public MatmulSpec batch(long count, long aStride, long bStride, long cStride) {
    List<Long> sizes = new ArrayList<>(batch);
    sizes.addFirst(count);
    return new MatmulSpec(
        sizes,
        m,
        n,
        k,
        outer(aStride, a),
        outer(bStride, b),
        outer(cStride, c),
        packedB,
        bias,
        postOps);
  }

  /** The same with a bias of this type. */
  public MatmulSpec bias(DataType type) {
    return new MatmulSpec(batch, m, n, k, a, b, c, packedB, type, postOps);
  }

  /** The same with B in the primitive's own format. */
  public MatmulSpec packed() {
    return new MatmulSpec(batch, m, n, k, a, b, c, true, bias, postOps);
  }

  /** The same with one more post-operation. */
  public MatmulSpec then(PostOp postOp) {
    return new MatmulSpec(
        batch, m, n, k, a, b, c, packedB, bias, Requirements.appended(postOps, postOp));
  }

  /** The same, adding to what C holds; stands before the post-operations that are added later. */
  public MatmulSpec accumulate() {
    return then(new PostOp.Sum());
  }

  private static StridedLayout matrix(
      StridedLayout old, DataType type, long rowStride, long columnStride) {
    List<Long> strides = new ArrayList<>(old.strides());
    strides.set(strides.size() - 2, rowStride);
    strides.set(strides.size() - 1, columnStride);
    return new StridedLayout(type, strides);
  }

  private static StridedLayout outer(long stride, StridedLayout layout) {
    List<Long> strides = new ArrayList<>(layout.strides());
    strides.addFirst(stride);
    return new StridedLayout(layout.type(), strides);
  }

  /**
   * The stride along a dimension of size one says nothing, but oneDNN looks at it when it decides
   * between plain and transposed; choosing it here makes a vector fast however it was sliced, and
   * equal problems equal.
   */
  private static StridedLayout canonical(
      String name, List<Long> batch, long rows, long columns, StridedLayout layout) {
    int rank = batch.size() + 2;
    if (layout.strides().size() != rank) {
      throw new IllegalArgumentException(
          "matmul: " + name + " needs " + rank + " strides, but got " + layout.strides());
    }
    List<Long> strides = new ArrayList<>(layout.strides());
    long row = strides.get(rank - 2);
    long column = strides.get(rank - 1);
    if ((row == 0 && rows > 1) || (column == 0 && columns > 1)) {
      throw new IllegalArgumentException(
          "matmul: rows and columns of "
              + name
              + " can't be broadcast: "
              + strides
              + "; copy it first");
    }
    if (columns == 1) {
      column = 1;
    }
    if (rows == 1) {
      row = column == 1 ? columns : 1;
    }
    strides.set(rank - 2, row);
    strides.set(rank - 1, column);
    long extent = Math.max(row * rows, column * columns);
    for (int i = rank - 3; i >= 0; i--) {
      if (batch.get(i) == 1) {
        strides.set(i, extent);
      }
      extent = Math.max(extent, strides.get(i) * batch.get(i));
    }
    return new StridedLayout(layout.type(), strides);
  }
}
