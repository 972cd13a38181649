package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.DepthSpec;
import shinso.core.op.PoolSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Convolutions and windows of sequences and volumes, dilated windows, and images resized. */
final class SpatialRows {
  private SpatialRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(
        Operation.of(
                "conv1d",
                "%0.conv1d(%1, new ConvSpec(#*))",
                (in, p) -> in.get(0).conv1d(in.get(1), ContractionRows.spec(p, 0)),
                (op, d) -> {
                  int x = sequences(d);
                  if (d.rank(x) != 3) {
                    return null;
                  }
                  List<Number> n = ContractionRows.convSpec(d, 1);
                  int kernel = d.between(1, 3);
                  int out =
                      ContractionRows.spec(new Args(n), 0).outWidth(d.shape(x).dim(1), kernel);
                  Shape w = Shape.of(kernel, d.shape(x).dim(2), d.between(1, 4));
                  return out < 1
                      ? null
                      : new FuzzProgram.Call(op, List.of(x, d.like(w, DType.F32)), n);
                })
            .exactly()
            .contraction());
    rows.add(
        Operation.of(
                "conv3d",
                "%0.conv3d(%1, new DepthSpec(#0, #1, #2, #3), new ConvSpec(#4*))",
                (in, p) -> in.get(0).conv3d(in.get(1), depth(p, 0), ContractionRows.spec(p, 4)),
                SpatialRows::volumes)
            .exactly()
            .contraction());
    rows.add(
        windows(
                "maxPool1d",
                "%0.maxPool1d(new PoolSpec(#*))",
                (in, p) -> in.get(0).maxPool1d(ContractionRows.pool(p, 0)))
            .exactly());
    rows.add(
        windows(
            "averagePool1d",
            "%0.averagePool1d(new PoolSpec(#*), true)",
            (in, p) -> in.get(0).averagePool1d(ContractionRows.pool(p, 0), true)));
    rows.add(
        images(
                "maxPoolPositions",
                "%0.maxPoolPositions(new PoolSpec(#*))",
                (in, p) -> in.get(0).maxPoolPositions(ContractionRows.pool(p, 0)),
                1)
            .exactly());
    rows.add(
        images(
            "lpPool",
            "%0.lpPool(new PoolSpec(#*), 3)",
            (in, p) -> in.get(0).lpPool(ContractionRows.pool(p, 0), 3),
            1));
    rows.add(
        images(
                "unpool",
                "%0.unpool(Tensor.iota(%0.shape().size()).reshape(%0.shape()).mod(9), 3, 3)",
                (in, p) -> {
                  Tensor x = in.get(0);
                  Tensor all = Tensor.iota(x.shape().size()).reshape(x.shape());
                  return x.unpool(all.mod(9), 3, 3);
                },
                1)
            .exactly());
    rows.add(
        images(
                "maxPoolDilated",
                "%0.maxPool(new PoolSpec(#*), 2, 1)",
                (in, p) -> in.get(0).maxPool(ContractionRows.pool(p, 0), 2, 1),
                2)
            .exactly());
    rows.add(
        images(
            "averagePoolDilated",
            "%0.averagePool(new PoolSpec(#*), 2, 1, true)",
            (in, p) -> in.get(0).averagePool(ContractionRows.pool(p, 0), 2, 1, true),
            2));
    rows.add(
        deep(
                "maxPool3d",
                "%0.maxPool3d(2, DepthSpec.VALID, new PoolSpec(#*))",
                (in, p) -> in.get(0).maxPool3d(2, DepthSpec.VALID, ContractionRows.pool(p, 0)))
            .exactly());
    rows.add(
        deep(
            "averagePool3d",
            "%0.averagePool3d(2, DepthSpec.VALID, new PoolSpec(#*), true)",
            (in, p) ->
                in.get(0).averagePool3d(2, DepthSpec.VALID, ContractionRows.pool(p, 0), true)));
    rows.add(
        sized(
                "resizeNearest",
                "%0.resizeNearest(#0, #1)",
                (in, p) -> in.get(0).resizeNearest(p.i(0), p.i(1)))
            .exactly());
    rows.add(
        sized(
                "resizeBilinear",
                "%0.resizeBilinear(#0, #1)",
                (in, p) -> in.get(0).resizeBilinear(p.i(0), p.i(1)))
            .contraction());
    rows.replaceAll(row -> row.weighing(1));
    return rows;
  }

  private static DepthSpec depth(Args p, int at) {
    return new DepthSpec(p.i(at), p.i(at + 1), p.i(at + 2), p.i(at + 3));
  }

  /** A value of three axes, or a leaf of that form; another value where there is no room for it. */
  private static int sequences(Draft d) {
    int x = d.anyFloat(v -> d.rank(v) == 3 && d.shape(v).dim(1) > 0 && d.size(v) > 0);
    return x >= 0 ? x : d.leaf(d.between(1, 3), d.between(2, 9), d.between(1, 5));
  }

  /** A leaf of five axes; another value where there is no room for it. */
  private static int cubes(Draft d) {
    int side = d.between(2, 5);
    return d.leaf(d.between(1, 2), d.between(2, 5), side, d.between(2, 5), d.between(1, 3));
  }

  private static FuzzProgram.@Nullable Call volumes(Operation op, Draft d) {
    int x = cubes(d);
    if (d.rank(x) != 5) {
      return null;
    }
    int taps = d.between(1, 3);
    List<Number> n =
        new ArrayList<>(List.of(d.between(1, 2), d.below(2), d.below(2), d.between(1, 2)));
    boolean fits = depth(new Args(n), 0).outDepth(d.shape(x).dim(1), taps) > 0;
    n.addAll(List.of(1, 1, 0, 0, 0, 0, 1, 1, 1));
    Shape w = Shape.of(taps, d.between(1, 2), d.between(1, 2), d.shape(x).dim(4), d.between(1, 3));
    return fits ? new FuzzProgram.Call(op, List.of(x, d.like(w, DType.F32)), n) : null;
  }

  private static Operation windows(String name, String text, Operation.Function f) {
    return Operation.of(
        name,
        text,
        f,
        (op, d) -> {
          int x = sequences(d);
          if (d.rank(x) != 3) {
            return null;
          }
          Shape s = d.shape(x);
          List<Number> spec =
              ContractionRows.poolSpec(d, Shape.of(s.dim(0), 9, s.dim(1), s.dim(2)));
          return spec == null ? null : new FuzzProgram.Call(op, List.of(x), spec);
        });
  }

  /** Windows of images whose rows are some apart. */
  private static Operation images(String name, String text, Operation.Function f, int dilation) {
    return Operation.of(
        name,
        text,
        f,
        (op, d) -> {
          int x = ContractionRows.images(d);
          List<Number> spec = d.rank(x) == 4 ? ContractionRows.poolSpec(d, d.shape(x)) : null;
          if (spec == null) {
            return null;
          }
          PoolSpec p = ContractionRows.pool(new Args(spec), 0);
          int extent = (p.height() - 1) * dilation + 1;
          boolean fits = d.shape(x).dim(1) + p.padTop() + p.padBottom() >= extent;
          // A window of padding alone has the maximum −∞.
          boolean seen = dilation == 1 || (p.padTop() == 0 && p.padBottom() == 0);
          return fits && seen ? new FuzzProgram.Call(op, List.of(x), spec) : null;
        });
  }

  private static Operation deep(String name, String text, Operation.Function f) {
    return Operation.of(
        name,
        text,
        f,
        (op, d) -> {
          int x = cubes(d);
          if (d.rank(x) != 5) {
            return null;
          }
          Shape s = d.shape(x);
          List<Number> spec =
              ContractionRows.poolSpec(d, Shape.of(s.dim(0), s.dim(2), s.dim(3), s.dim(4)));
          return spec == null ? null : new FuzzProgram.Call(op, List.of(x), spec);
        });
  }

  private static Operation sized(String name, String text, Operation.Function f) {
    return Operation.of(
        name,
        text,
        f,
        (op, d) -> {
          int x = ContractionRows.images(d);
          if (d.rank(x) != 4) {
            return null;
          }
          return new FuzzProgram.Call(op, List.of(x), List.of(d.between(1, 9), d.between(1, 9)));
        });
  }
}
