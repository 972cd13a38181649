package shinso.core.op;

import static shinso.core.op.Operand.distinct;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.indices;
import static shinso.core.op.Operand.key;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.terms;
import static shinso.core.op.Tolerance.ulps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Operands so large that a backend divides the work among threads, or so large themselves. */
final class LargeSpecs {
  private static final ConvSpec PADDED = ConvSpec.VALID.withPadding(1);

  private LargeSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>(others());
    rows.addAll(convolutions());
    rows.addAll(farFromZero());
    return rows;
  }

  /**
   * What depends on the differences of elements that are large next to them. Differences of such
   * functions are too coarse to check gradients by, so those have rows here.
   */
  private static List<OpSpec> farFromZero() {
    return List.of(
        far("variance", x -> x.variance(1)),
        far("variance over the first axis", x -> x.variance(0)),
        far("variance of all", x -> x.variance(new int[] {0, 1}, 1)),
        far("variance gradient", x -> gradient(x.variance(1), x)),
        far("softmax", x -> x.softmax(-1)),
        far("softmax gradient", x -> gradient(x.softmax(-1).square(), x)),
        far("logSoftmax", x -> x.logSoftmax(-1)),
        far("logSoftmax over the first axis", x -> x.logSoftmax(0)),
        far("logSoftmax gradient", x -> gradient(x.logSoftmax(-1).square(), x)));
  }

  private static OpSpec far(String name, UnaryOperator<Tensor> f) {
    return OpSpec.of(name + " far from 0", in -> f.apply(in.get(0)))
        .within(largest(1e-6))
        .on(floats(1e6 - 3, 1e6 + 3, 5, 7))
        .on(floats(-1e6 - 3, -1e6 + 3, 701, 503));
  }

  private static Tensor gradient(Tensor y, Tensor x) {
    return Autodiff.gradient(y.sum(), x);
  }

  /** Filters of 3x3 over enough pixels that four of them may be computed at once. */
  private static List<OpSpec> convolutions() {
    ConvSpec v = ConvSpec.VALID;
    List<OpSpec> rows = new ArrayList<>();
    rows.addAll(convolution("even", v, new int[] {8, 14, 12, 16}, 32));
    rows.addAll(convolution("odd", v, new int[] {5, 17, 15, 32}, 16));
    rows.addAll(convolution("padded", PADDED, new int[] {9, 11, 8, 48}, 16));
    rows.addAll(convolution("uneven", v.withPadding(2, 1, 0, 3), new int[] {7, 9, 13, 16}, 16));
    rows.addAll(convolution("wide", v.withPadding(4), new int[] {13, 3, 2, 16}, 32));
    rows.addAll(convolution("pixel", PADDED, new int[] {200, 1, 1, 16}, 16));
    return rows;
  }

  private static List<OpSpec> convolution(String name, ConvSpec spec, int[] x, int filters) {
    int[] w = {3, 3, x[3], filters};
    int[] y = {x[0], spec.outHeight(x[1], 3), spec.outWidth(x[2], 3), filters};
    return List.of(
        OpSpec.of("conv2d of many pixels " + name, in -> in.get(0).conv2d(in.get(1), spec))
            .within(terms(1e-6))
            .on(any(x), any(w)),
        OpSpec.of(
                "convTranspose2d of many pixels " + name,
                in -> in.get(0).convTranspose2d(in.get(1), spec, x[1], x[2]))
            .within(terms(1e-6))
            .on(any(y), any(w)),
        OpSpec.of(
                "conv2d weights of many pixels " + name,
                in ->
                    TensorAccess.apply(
                        new ContractionOp.Conv2dBackwardWeights(spec, 3, 3), in.get(0), in.get(1)))
            .within(terms(1e-6))
            .on(any(x), any(y)));
  }

  private static List<OpSpec> others() {
    return List.of(
        OpSpec.of("tanh of 300,000", in -> in.get(0).tanh()).within(ulps(2)).on(any(300_007)),
        OpSpec.of("add of a row to a matrix", in -> in.get(0).add(in.get(1)))
            .on(any(701, 503), any(503)),
        OpSpec.of("add of a column to a matrix", in -> in.get(0).add(in.get(1)))
            .on(any(701, 503), any(701, 1)),
        OpSpec.of("sum of 300,000", in -> in.get(0).sum()).within(terms(1e-6)).on(any(300_007)),
        OpSpec.of("sum of rows", in -> in.get(0).sum(1)).within(terms(1e-6)).on(any(701, 503)),
        OpSpec.of("sum of columns", in -> in.get(0).sum(0)).within(terms(1e-6)).on(any(701, 503)),
        OpSpec.of("sum of the middle axis", in -> in.get(0).sum(1))
            .within(terms(1e-6))
            .on(any(13, 400, 71)),
        OpSpec.of("max of 300,000", in -> in.get(0).max()).on(distinct(300_007)),
        OpSpec.of("argmax of rows", in -> in.get(0).argmax(-1)).on(any(701, 503)),
        OpSpec.of("softmax of rows", in -> in.get(0).softmax(-1))
            .within(largest(1e-6))
            .on(any(701, 503)),
        OpSpec.of("transpose of a matrix", in -> in.get(0).transpose()).on(any(701, 503)),
        OpSpec.of("permute of images", in -> in.get(0).permute(0, 3, 1, 2)).on(any(8, 33, 31, 40)),
        OpSpec.of("pad and slice", in -> in.get(0).pad(1, 3, 2, 1).slice(0, 1, 700, 3))
            .on(any(701, 503)),
        OpSpec.of("concat of matrices", in -> Tensor.concat(1, in))
            .on(any(501, 303), any(501, 207)),
        OpSpec.of("matmul of matrices", in -> in.get(0).matmul(in.get(1)))
            .within(terms(1e-6))
            .on(any(303, 205), any(205, 257)),
        OpSpec.of("matmul of a batch", in -> in.get(0).matmul(in.get(1).transpose()))
            .within(terms(1e-6))
            .on(any(24, 50, 64), any(24, 60, 64)),
        OpSpec.of("conv2d of a batch", in -> in.get(0).conv2d(in.get(1), PADDED))
            .within(terms(1e-6))
            .on(any(9, 28, 27, 8), any(3, 3, 8, 16)),
        OpSpec.of(
                "convTranspose2d of a batch",
                in -> in.get(0).convTranspose2d(in.get(1), PADDED, 28, 27))
            .within(terms(1e-6))
            .on(any(9, 28, 27, 16), any(3, 3, 8, 16)),
        OpSpec.of(
                "conv2d weights of a batch",
                in ->
                    TensorAccess.apply(
                        new ContractionOp.Conv2dBackwardWeights(PADDED, 3, 3),
                        in.get(0),
                        in.get(1)))
            .within(terms(2e-6))
            .on(any(9, 28, 27, 8), any(9, 28, 27, 16)),
        OpSpec.of("maxPool of a batch", in -> in.get(0).maxPool(PoolSpec.of(3, 2)))
            .on(distinct(16, 33, 31, 20)),
        OpSpec.of("averagePool of a batch", in -> in.get(0).averagePool(PoolSpec.of(3, 2), true))
            .within(terms(1e-6))
            .on(any(16, 33, 31, 20)),
        OpSpec.of("gather of many", in -> in.get(0).gather(0, in.get(1)))
            .on(any(1000, 65), indices(1000, 5000)),
        OpSpec.of("scatterAdd of many", in -> in.get(0).scatterAdd(0, in.get(1), 100))
            .within(terms(1e-6))
            .on(any(5000, 65), indices(100, 5000)),
        OpSpec.of("oneHot of many", in -> in.get(0).oneHot(101)).on(indices(101, 3000)),
        OpSpec.of("argsort of rows", in -> in.get(0).argsort(false)).on(any(301, 503)),
        OpSpec.of("cumulativeSum of rows", in -> in.get(0).cumulativeSum(1))
            .within(terms(1e-6))
            .on(floats(0, 1, 701, 503)),
        OpSpec.of("cumulativeSum of columns", in -> in.get(0).cumulativeSum(0, true, true))
            .within(terms(1e-6))
            .on(floats(0, 1, 701, 503)),
        OpSpec.of("uniform of 300,000", in -> Tensor.uniform(Rng.ofKey(in.get(0)), 300_007))
            .on(key()),
        OpSpec.of("normal of 300,000", in -> Tensor.normal(Rng.ofKey(in.get(0)), 300_007))
            .within(largest(1e-6))
            .on(key()));
  }

  private static Operand any(int... dims) {
    return floats(-1, 1, dims);
  }
}
