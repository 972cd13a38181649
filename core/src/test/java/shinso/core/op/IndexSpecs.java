package shinso.core.op;

import static shinso.core.op.OpSpec.SPECIALS;
import static shinso.core.op.Operand.distinct;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.indices;
import static shinso.core.op.Operand.ints;
import static shinso.core.op.Operand.ties;
import static shinso.core.op.Tolerance.ROUNDED;
import static shinso.core.op.Tolerance.terms;

import java.util.List;
import shinso.core.tensor.TensorAccess;

/** Operations on positions, and sorting. */
final class IndexSpecs {
  private IndexSpecs() {}

  static List<OpSpec> rows() {
    return List.of(
        OpSpec.of("gather", in -> in.get(0).gather(0, in.get(1)))
            .special(SPECIALS)
            .on(any(5, 3), indices(5, 7))
            .on(any(5, 3), indices(5, 2, 4))
            .on(any(5, 3), indices(5))
            .on(any(5), indices(5, 0))
            .on(any(207, 65), indices(207, 33))
            .on(any(5), indices(5)),
        OpSpec.of("gather of the last axis", in -> in.get(0).gather(-1, in.get(1)))
            .on(any(4, 5), indices(5, 7))
            .on(any(2, 3, 6), indices(6, 2, 2)),
        OpSpec.of("gather of the middle axis", in -> in.get(0).gather(1, in.get(1)))
            .on(any(2, 5, 3), indices(5, 4))
            .on(any(2, 5, 3), indices(5)),
        OpSpec.of("gather from the end", in -> in.get(0).gather(0, in.get(1)))
            .special(SPECIALS)
            .on(any(5, 3), ints(-5, 4, 7))
            .on(any(5), ints(-5, -1))
            .on(any(207, 65), ints(-207, 206, 33)),
        OpSpec.of("gather from the end of a later axis", in -> in.get(0).gather(1, in.get(1)))
            .on(any(2, 5, 3), ints(-5, 4, 4, 2)),
        OpSpec.of("gather of integers", in -> in.get(0).gather(0, in.get(1)))
            .on(ints(-99, 99, 5, 3), indices(5, 7)),
        OpSpec.of("scatterAdd", in -> in.get(0).scatterAdd(0, in.get(1), 5))
            .within(terms(5e-7))
            .on(any(7, 3), indices(5, 7))
            .on(any(2, 4, 3), indices(5, 2, 4))
            .on(any(0, 3), indices(5, 0))
            .on(any(207, 33), indices(5, 207))
            .on(any(3), indices(5)),
        OpSpec.of("scatterAdd of a scalar", in -> in.get(0).scatterAdd(0, in.get(1), 5))
            .on(any(), indices(5))
            .on(any(), ints(-5, -1)),
        OpSpec.of("scatterAdd behind the last axis", in -> in.get(0).scatterAdd(-1, in.get(1), 6))
            .within(terms(5e-7))
            .on(any(3), indices(6))
            .on(any(4, 2), indices(6))
            .on(any(4, 3, 2), indices(6, 3, 2)),
        OpSpec.of("scatterAdd from the end", in -> in.get(0).scatterAdd(0, in.get(1), 5))
            .within(terms(5e-7))
            .on(any(7, 3), ints(-5, 4, 7))
            .on(any(2, 4, 3), ints(-5, -1, 2, 4)),
        OpSpec.of("scatterAdd to a later axis", in -> in.get(0).scatterAdd(1, in.get(1), 6))
            .within(terms(5e-7))
            .on(any(2, 7, 3), indices(6, 7))
            .on(any(2, 7), indices(6, 7))
            .on(any(4, 3, 2), indices(6, 3, 2)),
        OpSpec.of("scatterAdd of integers", in -> in.get(0).scatterAdd(0, in.get(1), 3))
            .on(ints(Integer.MIN_VALUE, Integer.MAX_VALUE, 50, 2), indices(3, 50)),
        // Where nothing is, −∞ has no differences.
        OpSpec.of("scatterMax", in -> in.get(0).scatterMax(0, in.get(1), 5).maximum(-9))
            .within(ROUNDED)
            .special(SPECIALS)
            .on(distinct(7, 3), indices(5, 7))
            .on(distinct(2, 4, 3), ints(-5, 4, 2, 4))
            .on(distinct(0, 3), indices(5, 0))
            .on(distinct(207, 33), indices(5, 207))
            .on(distinct(3), indices(5))
            .on(distinct(40), indices(5, 40)),
        OpSpec.of(
                "scatterMax to a later axis",
                in -> in.get(0).scatterMax(1, in.get(1), 6).maximum(-9))
            .on(distinct(2, 7, 3), indices(6, 7))
            .on(distinct(4, 3, 2), ints(-6, 5, 3, 2)),
        OpSpec.of(
                "scatterMax to the last axis",
                in -> in.get(0).scatterMax(-1, in.get(1), 6).maximum(-9))
            .on(distinct(4, 9), indices(6, 9)),
        OpSpec.of(
                "scatterMax with gaps", in -> in.get(0).stopGradient().scatterMax(0, in.get(1), 9))
            .within(ROUNDED)
            .special(SPECIALS)
            .on(distinct(5, 3), ints(-9, 8, 5))
            .flat(),
        OpSpec.of("scatterMax of integers", in -> in.get(0).scatterMax(0, in.get(1), 3))
            .on(ints(Integer.MIN_VALUE, Integer.MAX_VALUE, 50, 2), indices(3, 50))
            .on(ints(-2, 2, 9, 2), indices(3, 9)),
        OpSpec.of("scatter", in -> in.get(0).scatter(0, in.get(2).add(3).argsort(true), in.get(1)))
            .on(any(7, 3), any(4, 3), ints(0, 9, 4))
            .on(any(5), any(5), ints(0, 9, 5))
            .on(any(5, 2), any(0, 2), ints(0, 9, 0)),
        OpSpec.of("scatter of one", in -> in.get(0).scatter(1, in.get(2), in.get(1)))
            .on(any(2, 7, 3), any(2, 3), ints(-7, 6)),
        OpSpec.of("scatter from the end", in -> in.get(0).scatter(1, in.get(2), in.get(1)))
            .on(any(2, 7, 3), any(2, 1, 3), ints(-7, 6, 1)),
        OpSpec.of("scatter of integers", in -> in.get(0).scatter(0, in.get(2), in.get(1)))
            .on(ints(-9, 9, 5, 2), ints(-9, 9, 1, 2), ints(-5, 4, 1)),
        OpSpec.of("oneHot", in -> in.get(0).oneHot(10))
            .on(indices(10, 7))
            .on(indices(10, 2, 3))
            .on(indices(10))
            .on(indices(10, 0)),
        OpSpec.of(
                "oneHot of either type",
                in ->
                    TensorAccess.apply(new IndexOp.OneHot(4, in.get(1).dtype()), in.get(0))
                        .mul(in.get(1)))
            .on(indices(4, 5), any(5, 4)),
        OpSpec.of("argsort", in -> in.get(0).argsort(false))
            .special(SPECIALS)
            .on(distinct(5, 13))
            .on(ties(3, 207))
            .on(ties(0, 4))
            .on(ties(4, 0))
            .on(ties(2, 3, 1))
            .on(distinct(4098))
            .flat(),
        OpSpec.of("argsort descending", in -> in.get(0).argsort(true))
            .special(SPECIALS)
            .on(distinct(5, 13))
            .on(ties(3, 207))
            .on(ties(7))
            .flat(),
        OpSpec.of("argsort of integers", in -> in.get(0).argsort(false))
            .on(ints(Integer.MIN_VALUE, Integer.MAX_VALUE, 3, 13))
            .on(ints(-3, 3, 100)),
        OpSpec.of("sort", in -> in.get(0).sort(false)).on(distinct(3, 7)).on(distinct(207)),
        OpSpec.of("sort descending", in -> in.get(0).sort(true)).on(distinct(2, 3, 7)),
        OpSpec.of("topK values", in -> in.get(0).topK(3).values())
            .on(distinct(3, 7))
            .on(distinct(207)),
        OpSpec.of("topK indices", in -> in.get(0).topK(3).indices())
            .on(distinct(3, 7))
            .on(ties(207))
            .flat(),
        OpSpec.of("takeAlong", in -> in.get(0).takeAlong(1, in.get(1)))
            .on(any(3, 5, 2), indices(5, 3, 4, 2))
            .on(any(3, 5), indices(5, 3, 1)),
        OpSpec.of("takeAlong from the end", in -> in.get(0).takeAlong(1, in.get(1)))
            .on(any(3, 5, 2), ints(-5, 4, 3, 4, 2))
            .on(any(3, 5), ints(-5, -1, 3, 1)),
        OpSpec.of("takeAlong the first axis", in -> in.get(0).takeAlong(0, in.get(1)))
            .on(any(3, 5), indices(3, 7, 5)),
        OpSpec.of("takeAlong the last axis", in -> in.get(0).takeAlong(-1, in.get(1)))
            .on(any(3, 5), indices(5, 3, 5))
            .on(any(5), indices(5, 2)),
        OpSpec.of(
                "gather then scatterAdd",
                in -> in.get(0).gather(0, in.get(1)).scatterAdd(0, in.get(2), 4))
            .within(terms(5e-7))
            .on(any(5, 3), indices(5, 7), indices(4, 7)),
        OpSpec.of(
                "gather by computed positions",
                in -> in.get(0).gather(0, in.get(1).mul(in.get(1)).sub(1).abs()))
            .on(any(4, 3), ints(-2, 2, 9)));
  }

  private static Operand any(int... dims) {
    return floats(-3, 3, dims);
  }
}
