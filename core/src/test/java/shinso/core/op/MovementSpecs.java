package shinso.core.op;

import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.ints;

import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Movements. All are exact, for I32 as well. */
final class MovementSpecs {
  private MovementSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>();
    rows.addAll(shapes());
    rows.addAll(parts());
    rows.addAll(joined());
    rows.addAll(masks());
    rows.addAll(diagonals());
    return rows;
  }

  private static List<OpSpec> shapes() {
    return List.of(
        three(OpSpec.of("reshape to a vector", in -> in.get(0).reshape(in.get(0).shape().size()))),
        OpSpec.of("reshape with an open length", in -> in.get(0).reshape(3, -1))
            .on(any(6, 5))
            .on(any(3)),
        OpSpec.of("reshape of a scalar", in -> in.get(0).reshape(1, 1)).on(any()),
        OpSpec.of("reshape to a scalar", in -> in.get(0).reshape(Shape.SCALAR)).on(any(1, 1)),
        OpSpec.of("reshape of nothing", in -> in.get(0).reshape(5, 0)).on(any(0, 3)),
        three(OpSpec.of("flatten", in -> in.get(0).flatten(1))),
        three(OpSpec.of("unsqueeze", in -> in.get(0).unsqueeze(1))),
        three(OpSpec.of("unsqueeze at the end", in -> in.get(0).unsqueeze(-1))),
        OpSpec.of("squeeze", in -> in.get(0).squeeze(1)).on(any(3, 1, 4)),
        three(OpSpec.of("permute 2 0 1", in -> in.get(0).permute(2, 0, 1))),
        three(OpSpec.of("permute 0 2 1", in -> in.get(0).permute(0, 2, 1))),
        three(OpSpec.of("permute 0 -1 1", in -> in.get(0).permute(0, -1, 1))),
        three(OpSpec.of("permute -1 -2 -3", in -> in.get(0).permute(-1, -2, -3))),
        OpSpec.of("permute 0 3 1 2", in -> in.get(0).permute(0, 3, 1, 2))
            .on(any(2, 5, 7, 3))
            .on(any(3, 17, 19, 16)),
        three(OpSpec.of("transpose", in -> in.get(0).transpose())).on(any(207, 65)),
        three(OpSpec.of("swapAxes", in -> in.get(0).swapAxes(0, -1))),
        OpSpec.of("broadcastTo", in -> in.get(0).broadcastTo(Shape.of(3, 5, 4)))
            .on(any(1, 5, 1))
            .on(any(5, 4))
            .on(any(4))
            .on(any())
            .on(any(3, 1, 4)),
        OpSpec.of("broadcastTo nothing", in -> in.get(0).broadcastTo(Shape.of(3, 0)))
            .on(any(3, 1))
            .on(any(1)),
        three(OpSpec.of("flip one", in -> in.get(0).flip(1))),
        three(OpSpec.of("flip the last", in -> in.get(0).flip(-1))),
        three(OpSpec.of("flip all", in -> in.get(0).flip())),
        OpSpec.of("flip of integers", in -> in.get(0).flip(0, 2)).on(ints(-99, 99, 3, 4, 5)));
  }

  private static List<OpSpec> parts() {
    return List.of(
        OpSpec.of("slice", in -> in.get(0).slice(1, 2, 5))
            .on(any(3, 7, 2))
            .on(any(0, 7))
            .on(any(65, 9)),
        OpSpec.of("slice of the last axis", in -> in.get(0).slice(-1, 1, 4))
            .on(any(3, 7))
            .on(any(5))
            .on(any(70, 207)),
        OpSpec.of("slice by 2", in -> in.get(0).slice(0, 1, 7, 2)).on(any(7, 3)).on(any(8)),
        OpSpec.of("slice by 3 to the end", in -> in.get(0).slice(-1, 0, 8, 3))
            .on(any(2, 8))
            .on(any(8)),
        OpSpec.of("slice of nothing", in -> in.get(0).slice(0, 2, 2)).on(any(5, 3)),
        OpSpec.of(
                "slice of all axes",
                in ->
                    TensorAccess.apply(
                        new MovementOp.Slice(List.of(1, 0, 2), List.of(4, 5, 7), List.of(2, 3, 2)),
                        in.get(0)))
            .on(any(4, 5, 7)),
        OpSpec.of("slice of integers", in -> in.get(0).slice(1, 1, 6, 2)).on(ints(-99, 99, 4, 6)),
        OpSpec.of("slice from the end", in -> in.get(0).slice(-1, -5, -1, 2))
            .on(any(3, 7))
            .on(any(5))
            .on(any(2, 3, 6)),
        OpSpec.of("slice to the last but one", in -> in.get(0).slice(0, 0, -1)).on(any(4, 3)),
        OpSpec.of("at the last but one", in -> in.get(0).at(-2, -2)).on(any(3, 4, 2)).on(any(2, 3)),
        OpSpec.of("at", in -> in.get(0).at(1, -1)).on(any(3, 4, 2)).on(any(3, 1)),
        OpSpec.of("at the first", in -> in.get(0).at(0, 0)).on(any(3, 4, 2)).on(any(3)),
        OpSpec.of("split", in -> Tensor.concat(1, in.get(0).split(1, 1, 0, 4, 2).reversed()))
            .on(any(3, 7, 2)),
        OpSpec.of(
                "split of a sum",
                in -> {
                  Tensor sum = in.get(0).add(in.get(1)).neg();
                  return Tensor.concat(1, sum.split(1, 2, 3, 0, 4).reversed());
                })
            .on(any(5, 9), any(5, 9))
            .on(any(9), any(5, 1)),
        OpSpec.of(
                "concat of slices of one range",
                in ->
                    Tensor.concat(
                        0,
                        List.of(
                            in.get(0).neg().slice(1, 1, 6),
                            in.get(1).abs().slice(1, 1, 6),
                            in.get(0).slice(1, 1, 6))))
            .on(any(3, 7), any(3, 7)),
        OpSpec.of(
                "slice through joined and exchanged axes",
                in ->
                    Tensor.concat(0, List.of(in.get(0).neg(), in.get(1)))
                        .reshape(2, 3, 4)
                        .swapAxes(0, 1)
                        .at(1, -1))
            .on(any(3, 4), any(3, 4)),
        OpSpec.of("pad", in -> in.get(0).pad(1, 2, 1, 0.5))
            .on(any(3, 4))
            .on(any(3, 0))
            .on(any(65, 7, 3)),
        OpSpec.of("pad of a vector", in -> in.get(0).pad(0, 0, 3, 0))
            .on(any(4))
            .on(any(0))
            .on(any(207)),
        OpSpec.of(
                "pad inside", in -> pad(in.get(0), List.of(0, 0), List.of(0, 0), List.of(1, 2), 0))
            .on(any(3, 4))
            .on(any(1, 1))
            .on(any(0, 4)),
        OpSpec.of(
                "pad everywhere",
                in -> pad(in.get(0), List.of(1, 0, 2), List.of(0, 3, 1), List.of(2, 0, 1), -0.25))
            .on(any(2, 3, 4)),
        OpSpec.of("pad of integers", in -> in.get(0).pad(0, 1, 1, 7)).on(ints(-99, 99, 3, 5)));
  }

  private static List<OpSpec> joined() {
    return List.of(
        OpSpec.of("concat", in -> Tensor.concat(0, in))
            .on(any(2, 3), any(4, 3))
            .on(any(5), any(0), any(1)),
        OpSpec.of("concat of the last axis", in -> Tensor.concat(-1, in))
            .on(any(3, 4), any(3, 1), any(3, 13))
            .on(any(65, 17), any(65, 16)),
        OpSpec.of("concat of the middle axis", in -> Tensor.concat(1, in))
            .on(any(2, 3, 4), any(2, 5, 4)),
        OpSpec.of("concat of one twice", in -> Tensor.concat(0, List.of(in.get(0), in.get(0))))
            .on(any(3, 2)),
        OpSpec.of("concat of integers", in -> Tensor.concat(0, in))
            .on(ints(-9, 9, 2, 3), ints(-9, 9, 1, 3)),
        OpSpec.of("stack", in -> Tensor.stack(1, in))
            .on(any(2, 3), any(2, 3))
            .on(any(4), any(4), any(4)),
        OpSpec.of("stack at the end", in -> Tensor.stack(-1, in))
            .on(any(2, 3), any(2, 3))
            .on(any(), any()),
        OpSpec.of("tile", in -> in.get(0).tile(0, 3)).on(any(2, 3)).on(any(5)),
        OpSpec.of("tile of the last axis", in -> in.get(0).tile(-1, 2)).on(any(2, 3)).on(any(5)));
  }

  private static List<OpSpec> diagonals() {
    return List.of(
        OpSpec.of("diagonal", in -> in.get(0).diagonal())
            .on(any(4, 4))
            .on(any(3, 5))
            .on(any(2, 5, 3))
            .on(any(1, 1))
            .on(any(2, 0, 3))
            .on(any(65, 65)),
        OpSpec.of("diagonalMatrix", in -> in.get(0).diagonalMatrix())
            .on(any(4))
            .on(any(2, 3, 5))
            .on(any(1))
            .on(any(2, 0))
            .on(any(65)),
        OpSpec.of("diagonal of its matrix", in -> in.get(0).diagonalMatrix().diagonal())
            .on(any(3, 7)),
        OpSpec.of("trace", in -> in.get(0).trace())
            .within(Tolerance.terms(2e-7))
            .on(any(4, 4))
            .on(any(2, 3, 5)),
        OpSpec.of("outer", in -> in.get(0).outer(in.get(1)))
            .within(Tolerance.ROUNDED)
            .on(any(5), any(7))
            .on(any(2, 3, 5), any(3, 4))
            .on(any(0), any(3)),
        OpSpec.of("withSlice", in -> in.get(0).withSlice(1, 2, in.get(1)))
            .on(any(3, 7, 2), any(3, 4, 2))
            .on(any(3, 7), any(3, 5))
            .on(any(3, 7), any(3, 0)),
        OpSpec.of("withSlice from the end", in -> in.get(0).withSlice(-1, -3, in.get(1)))
            .on(any(5, 7), any(5, 2))
            .on(any(5, 3), any(5, 3)),
        OpSpec.of("withSlice of integers", in -> in.get(0).withSlice(0, 0, in.get(1)))
            .on(ints(-9, 9, 5), ints(-9, 9, 3)),
        OpSpec.of("bits", in -> Tensor.bits(7)).on(),
        OpSpec.of("bits of one", in -> Tensor.bits(1)).on(),
        OpSpec.of("bits of none", in -> Tensor.bits(0)).on());
  }

  private static List<OpSpec> masks() {
    return List.of(
        OpSpec.of("iota", in -> Tensor.iota(207)).on(),
        OpSpec.of("iota of nothing", in -> Tensor.iota(0)).on(),
        OpSpec.of("iota along an axis", in -> Tensor.iota(Shape.of(3, 5, 2), 1)).on(),
        OpSpec.of("constant", in -> Tensor.constant(0.1, in.get(0).dtype()))
            .on(any(1))
            .flat()
            .within(Tolerance.ulps(1)),
        OpSpec.of("full", in -> Tensor.full(Shape.of(3, 4), 0.1)).on(),
        OpSpec.of("zeros", in -> Tensor.zeros(3, 0, 4)).on(),
        OpSpec.of("ones", in -> Tensor.ones(13)).on(),
        OpSpec.of("fullLike", in -> in.get(0).fullLike(0.5)).on(any(3, 4)).flat(),
        OpSpec.of("zerosLike", in -> in.get(0).zerosLike()).on(any(3, 4)).flat(),
        OpSpec.of("eye", in -> Tensor.eye(17)).on(),
        OpSpec.of("lowerTriangle", in -> Tensor.lowerTriangle(5, 7, 1)).on(),
        OpSpec.of("upperTriangle", in -> Tensor.upperTriangle(7, 5, -1)).on());
  }

  private static Tensor pad(
      Tensor x, List<Integer> before, List<Integer> after, List<Integer> interior, double value) {
    return TensorAccess.apply(new MovementOp.Pad(before, after, interior, value), x);
  }

  private static OpSpec three(OpSpec row) {
    return row.on(any(3, 4, 5))
        .on(any(1, 1, 1))
        .on(any(2, 0, 3))
        .on(any(17, 13, 33))
        .on(any(1, 207, 2));
  }

  private static Operand any(int... dims) {
    return floats(-3, 3, dims);
  }
}
