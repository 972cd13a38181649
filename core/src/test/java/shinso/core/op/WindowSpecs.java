package shinso.core.op;

import static shinso.core.op.OpSpec.NOT_FINITE;
import static shinso.core.op.OpSpec.SPECIALS;
import static shinso.core.op.Operand.distinct;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.ints;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.terms;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Pooling and its adjoints. */
final class WindowSpecs {
  private static final int[][] IMAGES = {{2, 6, 7, 3}, {1, 4, 4, 1}, {1, 9, 5, 17}, {0, 5, 4, 2}};

  private WindowSpecs() {}

  static List<OpSpec> rows() {
    Map<String, PoolSpec> windows = new LinkedHashMap<>();
    windows.put("2x2", PoolSpec.of(2));
    windows.put("3x3 stride 2 padded", new PoolSpec(3, 3, 2, 2, 1, 1, 1, 1));
    windows.put("2x3 overlapping, unevenly padded", new PoolSpec(2, 3, 1, 2, 1, 0, 0, 2));
    windows.put("1x1", PoolSpec.of(1));
    windows.put("2x1 with gaps", new PoolSpec(2, 1, 3, 2, 0, 1, 0, 0));
    List<OpSpec> rows = new ArrayList<>();
    windows.forEach((name, spec) -> {
      rows.addAll(maxima(name, spec));
      rows.addAll(averages(name, spec, true));
      rows.addAll(averages(name, spec, false));
      rows.addAll(composed(name, spec));
      rows.addAll(powers(name, spec));
    });
    rows.addAll(volumes());
    rows.addAll(sizes());
    return rows;
  }

  /** Positions, dilated windows, and those of sequences. */
  private static List<OpSpec> composed(String name, PoolSpec spec) {
    OpSpec positions =
        OpSpec.of("maxPoolPositions " + name, in -> in.get(0).maxPoolPositions(spec))
            .special(SPECIALS)
            .flat();
    OpSpec maxima =
        OpSpec.of("maxPool dilated " + name, in -> in.get(0).maxPool(spec, 2, 1)).special(SPECIALS);
    OpSpec same =
        OpSpec.of("maxPool dilated by 1 " + name, in -> in.get(0).maxPool(spec, 1, 1))
            .special(SPECIALS);
    for (int[] x : IMAGES) {
      positions = positions.on(distinct(x));
      maxima = maxima.on(distinct(x));
      same = same.on(distinct(x));
    }
    return List.of(
        positions,
        maxima,
        same,
        OpSpec.of("averagePool dilated " + name, in -> in.get(0).averagePool(spec, 1, 2, true))
            .within(terms(3e-7))
            .special(NOT_FINITE)
            .on(floats(-1, 1, 2, 6, 7, 3)),
        OpSpec.of(
                "averagePool dilated, of elements " + name,
                in -> in.get(0).averagePool(spec, 1, 2, false))
            .within(terms(5e-7))
            .special(NOT_FINITE)
            .on(floats(-1, 1, 2, 6, 7, 3)),
        OpSpec.of("maxPool1d " + name, in -> in.get(0).maxPool1d(spec)).on(distinct(2, 7, 3)),
        OpSpec.of("averagePool1d " + name, in -> in.get(0).averagePool1d(spec, false))
            .within(terms(3e-7))
            .on(floats(-1, 1, 2, 7, 3)));
  }

  /** Power means, and values that go back to where switches say. */
  private static List<OpSpec> powers(String name, PoolSpec spec) {
    List<OpSpec> rows = new ArrayList<>();
    for (double p : new double[] {1, 2, 3.5, Double.POSITIVE_INFINITY}) {
      OpSpec row =
          // Positive, so that magnitudes are as different as the numbers.
          OpSpec.of("lpPool P = " + p + " " + name, in -> in.get(0).add(4).lpPool(spec, p))
              .within(largest(3e-6))
              .special(p == 1 ? NOT_FINITE : SPECIALS);
      for (int[] x : IMAGES) {
        row = row.on(distinct(x));
      }
      rows.add(row);
    }
    OpSpec unpool =
        OpSpec.of(
                "unpool " + name,
                in -> {
                  Shape x = in.get(1).shape();
                  Tensor switches = in.get(1).maxPoolPositions(spec);
                  return in.get(0).unpool(switches, x.dim(1), x.dim(2));
                })
            .within(largest(3e-7));
    for (int[] x : IMAGES) {
      unpool = unpool.on(values(x, spec), distinct(x));
    }
    rows.add(unpool);
    return rows;
  }

  private static List<OpSpec> volumes() {
    PoolSpec plane = new PoolSpec(2, 3, 1, 2, 1, 0, 0, 2);
    DepthSpec depth = new DepthSpec(2, 1, 0, 1);
    return List.of(
        OpSpec.of(
                "maxPool3d",
                in -> in.get(0).maxPool3d(2, DepthSpec.VALID.withStride(2), PoolSpec.of(2)))
            .on(distinct(2, 4, 5, 4, 2))
            .on(distinct(0, 4, 5, 4, 2)),
        OpSpec.of("maxPool3d padded", in -> in.get(0).maxPool3d(3, depth, plane))
            .special(SPECIALS)
            .on(distinct(1, 5, 4, 5, 2)),
        OpSpec.of("averagePool3d", in -> in.get(0).averagePool3d(3, depth, plane, false))
            .within(terms(5e-7))
            .on(floats(-1, 1, 1, 5, 4, 5, 2)),
        OpSpec.of(
                "averagePool3d counting padding",
                in -> in.get(0).averagePool3d(3, depth, plane, true))
            .within(terms(5e-7))
            .on(floats(-1, 1, 2, 5, 4, 5, 1)));
  }

  private static List<OpSpec> sizes() {
    return List.of(
        OpSpec.of("resizeNearest", in -> in.get(0).resizeNearest(6, 9))
            .special(SPECIALS)
            .on(floats(-1, 1, 2, 3, 3, 2))
            .on(floats(-1, 1, 1, 4, 7, 3))
            .on(floats(-1, 1, 1, 13, 18, 1))
            .on(floats(-1, 1, 0, 4, 7, 3)),
        OpSpec.of("resizeNearest of integers", in -> in.get(0).resizeNearest(3, 4))
            .on(ints(-9, 9, 1, 2, 5, 1)),
        OpSpec.of("resizeBilinear", in -> in.get(0).resizeBilinear(6, 9))
            .within(terms(1e-6))
            .on(floats(-1, 1, 2, 3, 3, 2))
            .on(floats(-1, 1, 1, 4, 7, 3))
            .on(floats(-1, 1, 1, 6, 4, 1))
            .on(floats(-1, 1, 1, 4, 9, 1))
            .on(floats(-1, 1, 1, 6, 9, 1))
            .on(floats(-1, 1, 1, 13, 18, 1))
            .on(floats(-1, 1, 0, 4, 7, 3)));
  }

  private static List<OpSpec> maxima(String name, PoolSpec spec) {
    OpSpec pool = OpSpec.of("maxPool " + name, in -> in.get(0).maxPool(spec)).special(SPECIALS);
    // Which element is the largest has no gradient, so that images enter through it alone.
    OpSpec scatter =
        OpSpec.of("maxUnpool " + name, in -> in.get(0).maxUnpool(in.get(1), spec))
            .within(largest(3e-7));
    OpSpec gather =
        OpSpec.of(
            "maxPool elsewhere " + name,
            in -> TensorAccess.apply(new WindowOp.MaxPoolGather(spec), in.get(0), in.get(1)));
    for (int[] x : IMAGES) {
      pool = pool.on(distinct(x));
      scatter = scatter.on(distinct(x), values(x, spec));
      gather = gather.on(distinct(x), floats(-1, 1, x));
    }
    return List.of(pool, scatter, gather, ofTies(name, spec));
  }

  /** Where several elements are the largest, the first counts. */
  private static OpSpec ofTies(String name, PoolSpec spec) {
    int[] x = {2, 7, 6, 3};
    return OpSpec.of(
            "maxUnpool of ties " + name,
            in -> in.get(0).cast(in.get(1).dtype()).maxUnpool(in.get(1), spec))
        .within(largest(3e-7))
        .on(ints(-2, 2, x), values(x, spec));
  }

  private static List<OpSpec> averages(String name, PoolSpec spec, boolean counted) {
    String suffix = name + (counted ? " counting padding" : "");
    OpSpec pool =
        OpSpec.of("averagePool " + suffix, in -> in.get(0).averagePool(spec, counted))
            .within(terms(3e-7))
            .special(NOT_FINITE);
    List<OpSpec> rows = new ArrayList<>();
    for (int[] x : IMAGES) {
      pool = pool.on(floats(-1, 1, x));
      int[] none = {0, x[1], x[2], x[3]};
      rows.add(
          OpSpec.of(
                  "averagePool adjoint " + suffix + " to " + x[1] + "x" + x[2],
                  in ->
                      TensorAccess.apply(
                          new WindowOp.AveragePoolBackward(spec, counted, x[1], x[2]), in.get(0)))
              .within(terms(3e-7))
              .on(values(x, spec))
              .on(values(none, spec)));
    }
    rows.add(pool);
    return rows;
  }

  private static Operand values(int[] x, PoolSpec spec) {
    return floats(-1, 1, x[0], spec.outHeight(x[1]), spec.outWidth(x[2]), x[3]);
  }
}
