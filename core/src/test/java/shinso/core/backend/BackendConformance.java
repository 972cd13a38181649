package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.OpSpec;
import shinso.core.op.Tolerance;
import shinso.core.op.UnaryOp;
import shinso.core.op.View;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * What every backend must do: the values of all rows of {@link shinso.core.op.OpSpecs} on F32
 * operands against the reference interpreter on the same operands in F64, and the same bits however
 * a computation is divided into programs. Subclass it in the backend's module.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class BackendConformance {
  private static final Backend REFERENCE = new ReferenceBackend();
  private static final String ROWS = "shinso.core.op.OpSpecs#rows";

  /** What a second vector width of the same code is not asked. */
  private static final String LONG = "long";

  private final Backend backend;

  /** Tests a backend. */
  protected BackendConformance(Backend backend) {
    this.backend = backend;
  }

  // ---- values

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void values(OpSpec row) {
    for (int i = 0; i < row.cases().size(); i++) {
      compare(row, "case " + i, row.operands(i, DType.F32), row.operands(i, DType.F64));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void valuesThroughViews(OpSpec row) {
    for (int i = 0; i < Math.min(2, row.cases().size()); i++) {
      for (View view : View.values()) {
        compare(
            row,
            "case " + i + " " + view,
            row.operands(i, DType.F32).stream().map(view::of).toList(),
            row.operands(i, DType.F64).stream().map(view::of).toList());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void valuesOfSpecialNumbers(OpSpec row) {
    for (int i = 0; i < row.cases().size() && !row.specials().isEmpty(); i++) {
      compare(
          row,
          "special case " + i,
          row.specialOperands(i, DType.F32),
          row.specialOperands(i, DType.F64));
    }
  }

  @ParameterizedTest(name = "{0}")
  @Tag(LONG)
  @MethodSource("shinso.core.op.OpSpecs#large")
  void largeValuesAndTheirBits(OpSpec row) {
    values(row);
    sameBitsInEveryRunAndThread(row);
    sameBitsInOneProgramAndStepByStep(row);
  }

  /** Where a formula written down naively fails; the numbers are from mpmath. */
  @Test
  void numbersThatTakeCare() {
    float inf = Float.POSITIVE_INFINITY;
    float nan = Float.NaN;
    assertClose(Tensor.of(new float[] {1e6f, 1000001}).logSoftmax(0), -1.3132617f, -0.3132617f);
    assertClose(Tensor.of(new float[] {1e6f, 1000001}).softmax(0), 0.26894143f, 0.7310586f);
    assertClose(Tensor.of(new float[] {999999, 1e6f, 1000001}).variance(), 0.6666667f);
    assertClose(Tensor.of(new float[] {999999, 1e6f, 1000001}).variance(new int[] {0}, 1), 1);
    assertClose(
        Tensor.of(new float[] {88.3763f, 88.5f, 88.72283f, 88.72284f}).expm1(),
        2.4062355e38f,
        2.723088e38f,
        3.4027985e38f,
        inf);
    assertClose(
        Tensor.of(new float[] {1, 1, 1, nan, inf, 0, -1})
            .pow(Tensor.of(new float[] {nan, inf, -inf, 0, -0.0f, 0, -inf})),
        1,
        1,
        1,
        1,
        1,
        1,
        1);
    assertClose(Tensor.zeros(2, 0).logSumExp(1), -inf, -inf);
    assertClose(Tensor.zeros(2, 0).mean(1), nan, nan);
    assertClose(Tensor.zeros(2, 0).sum(1), 0, 0);
    assertClose(Tensor.of(new int[] {7, -7, 7}).div(Tensor.of(new int[] {0, 0, -2})), 0, 0, -3);
    assertClose(Tensor.of(new int[] {Integer.MAX_VALUE}).add(1), Integer.MIN_VALUE);
    assertClose(Tensor.of(new float[] {0.5f, 1.5f, -0.5f, -2.5f}).round(), 0, 2, -0.0f, -2);
    assertClose(Tensor.of(new float[] {nan, 1}).maximum(Tensor.of(new float[] {1, nan})), nan, nan);
    assertClose(
        Tensor.of(new float[] {nan, inf, -3e9f, -1.9f}).cast(DType.I32),
        0,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NEG", "SIGN", "EXPM1", "LOG1P", "SIN", "TANH", "ERF", "SQRT", "FLOOR", "ROUND"})
  void zerosKeepTheirSign(UnaryOp.Kind kind) {
    for (DType type : List.of(DType.F32, DType.F64)) {
      double[] expected = {-0.0, 0};
      Tensor y =
          TensorAccess.apply(new UnaryOp(kind), Tensor.of(new float[] {-0.0f, 0}).cast(type));
      double[] actual =
          Evaluation.of(type == DType.F32 ? backend : REFERENCE, List.of(y))[0].toDoubleArray();
      int first = kind == UnaryOp.Kind.NEG ? 1 : 0;
      assertArrayEquals(expected, new double[] {actual[first], actual[1 - first]});
    }
  }

  /** To two units in the last place; zeros with their signs. */
  private void assertClose(Tensor t, float... expected) {
    float[] actual = Evaluation.of(backend, List.of(t))[0].toFloatArray();
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < actual.length; i++) {
      if (!Tolerance.ulps(2).accepts(actual[i], expected[i], 0)) {
        throw new AssertionError(t + ", element " + i + ": " + actual[i] + ", not " + expected[i]);
      }
    }
  }

  private void compare(OpSpec row, String where, List<Tensor> singles, List<Tensor> doubles) {
    Tensor y = row.apply(singles);
    Tensor exact = row.apply(doubles);
    assertEquals(exact.shape(), y.shape());
    Buffer actual = Evaluation.of(backend, List.of(y))[0];
    double[] expected = Evaluation.reference(exact).toDoubleArray();
    double[] scale = scale(row, doubles, expected);
    compare(row + ", " + where + " " + shapes(singles), row.tolerance(), actual, expected, scale);
  }

  private static void compare(
      String where, Tolerance tolerance, Buffer actual, double[] expected, double[] scale) {
    assertEquals(expected.length, actual.count(), where);
    for (int j = 0; j < expected.length; j++) {
      double got = actual.get(j);
      boolean right =
          actual.dtype() == DType.I32
              ? got == expected[j]
              : tolerance.accepts((float) got, expected[j], scale[j]);
      if (!right) {
        throw new AssertionError(
            "%s: element %d is %s, not %s (%s)".formatted(where, j, got, expected[j], tolerance));
      }
    }
  }

  private static double[] scale(OpSpec row, List<Tensor> operands, double[] expected) {
    double[] scale = new double[expected.length];
    switch (row.tolerance().kind()) {
      case ULPS -> {}
      case LARGEST -> Arrays.fill(scale, largest(expected));
      case TERMS -> {
        List<Tensor> sizes =
            operands.stream().map(t -> t.dtype().isFloating() ? t.abs() : t).toList();
        scale = Evaluation.reference(row.apply(sizes)).toDoubleArray();
      }
    }
    return scale;
  }

  private static double largest(double[] expected) {
    return DoubleStream.of(expected).filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  private static List<Shape> shapes(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::shape).toList();
  }

  // ---- gradients

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void valuesOfGradients(OpSpec row) {
    for (int i = 0; i < row.cases().size() && row.derivative() == OpSpec.Derivative.SMOOTH; i++) {
      List<Tensor> singles = gradients(row, i, DType.F32);
      Buffer[] actual = Evaluation.of(backend, singles);
      Buffer[] expected = Evaluation.of(REFERENCE, gradients(row, i, DType.F64));
      for (int j = 0; j < actual.length; j++) {
        double[] e = expected[j].toDoubleArray();
        double[] scale = new double[e.length];
        Arrays.fill(scale, largest(e));
        String where = "%s, case %d, gradient %d %s".formatted(row, i, j, singles.get(j).shape());
        compare(where, Tolerance.largest(5e-6), actual[j], e, scale);
      }
    }
  }

  /** The gradients of a row in all floating-point operands for a random cotangent. */
  private static List<Tensor> gradients(OpSpec row, int number, DType type) {
    List<Tensor> in = row.operands(number, type);
    List<Tensor> xs = in.stream().filter(t -> t.dtype().isFloating()).toList();
    Tensor y = row.apply(in);
    if (xs.isEmpty()) {
      return List.of();
    }
    RandomGenerator random = new Random(row.seed(number));
    double[] c = random.doubles(y.shape().size(), 0.5, 1.5).map(d -> (float) d).toArray();
    Tensor cotangent =
        TensorAccess.ofBuffer(Shape.of(c.length), Buffer.ofHeap(c))
            .reshape(y.shape())
            .cast(type)
            .evaluate();
    return Autodiff.vjp(List.of(y), xs, List.of(cotangent));
  }

  // ---- bits

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void sameBitsInOneProgramAndStepByStep(OpSpec row) {
    for (int i = 0; i < row.cases().size(); i++) {
      List<Tensor> chain = chain(row, row.operands(i, DType.F32));
      assertSameBits(
          Evaluation.stepByStep(backend, chain),
          Evaluation.of(backend, chain),
          row + ", case " + i);
    }
  }

  @ParameterizedTest(name = "{0}")
  @Tag(LONG)
  @MethodSource(ROWS)
  void sameBitsOfGradientsInOneProgramAndStepByStep(OpSpec row) {
    for (int i = 0; i < row.cases().size() && row.derivative() == OpSpec.Derivative.SMOOTH; i++) {
      List<Tensor> gradients = gradients(row, i, DType.F32);
      assertSameBits(
          Evaluation.stepByStep(backend, gradients),
          Evaluation.of(backend, gradients),
          row + ", case " + i);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ROWS)
  void sameBitsInEveryRunAndThread(OpSpec row) {
    for (int i = 0; i < row.cases().size(); i++) {
      List<Tensor> chain = chain(row, row.operands(i, DType.F32));
      GraphBuilder builder = new GraphBuilder();
      Graph graph = builder.build(chain.stream().mapToInt(builder::add).toArray());
      Executable program = backend.compile(graph);
      Buffer[] inputs = Evaluation.leaves(builder);
      List<CompletableFuture<Buffer[]>> runs =
          IntStream.range(0, 3)
              .mapToObj(n ->
                  CompletableFuture.supplyAsync(() -> {
                    Buffer[] outputs = Evaluation.outputs(graph);
                    program.run(inputs, outputs);
                    return outputs;
                  }))
              .toList();
      Buffer[] first = runs.getFirst().join();
      for (CompletableFuture<Buffer[]> run : runs) {
        assertSameBits(first, run.join(), row + ", case " + i);
      }
    }
  }

  /** A row between element-wise operations that can be fused with it, with several results. */
  private static List<Tensor> chain(OpSpec row, List<Tensor> operands) {
    List<Tensor> in = new ArrayList<>();
    for (Tensor t : operands) {
      // Times 1: nothing changes, but a program doesn't know that.
      boolean floating = t.dtype().isFloating();
      in.add(floating ? t.mul(Tensor.owning(new float[] {1}, Shape.SCALAR)) : t);
    }
    Tensor y = row.apply(in);
    Tensor z = y.mul(y).add(y).maximum(0);
    return List.of(y, z, z.sum());
  }

  private static void assertSameBits(Buffer[] expected, Buffer[] actual, String where) {
    assertEquals(expected.length, actual.length, where);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].count(); j++) {
        double e = expected[i].get(j);
        double a = actual[i].get(j);
        if (Double.doubleToLongBits(e) != Double.doubleToLongBits(a)) {
          throw new AssertionError(
              "%s, output %d: element %d is %s and %s".formatted(where, i, j, e, a));
        }
      }
    }
  }

  // ---- whole graphs

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void randomGraphs(int seed) {
    List<Tensor> singles = new RandomGraph(seed, DType.F32).results();
    List<Tensor> doubles = new RandomGraph(seed, DType.F64).results();
    Buffer[] actual = Evaluation.of(backend, singles);
    Buffer[] expected = Evaluation.of(REFERENCE, doubles);
    for (int i = 0; i < actual.length; i++) {
      double[] e = expected[i].toDoubleArray();
      double[] scale = new double[e.length];
      Arrays.fill(scale, Math.max(1, largest(e)));
      compare("seed " + seed + ", result " + i, Tolerance.largest(2e-5), actual[i], e, scale);
    }
    assertSameBits(Evaluation.stepByStep(backend, singles), actual, "seed " + seed);
  }

  @Test
  void outputsMayRepeatAndBeInputsOrConstants() {
    Tensor x = Tensor.of(new float[] {1, -2, 3, 4}, 2, 2);
    Tensor y = x.transpose().exp();
    Buffer[] out =
        Evaluation.of(
            backend,
            List.of(y, x, y, x, Tensor.constant(2.5, DType.F32), Tensor.ones(2, 2), x.reshape(4)));
    assertArrayEquals(out[0].toFloatArray(), out[2].toFloatArray());
    assertArrayEquals(new float[] {1, -2, 3, 4}, out[1].toFloatArray());
    assertArrayEquals(new float[] {1, -2, 3, 4}, out[3].toFloatArray());
    assertArrayEquals(new float[] {2.5f}, out[4].toFloatArray());
    assertArrayEquals(new float[] {1, 1, 1, 1}, out[5].toFloatArray());
    assertArrayEquals(new float[] {1, -2, 3, 4}, out[6].toFloatArray());
  }

  @Test
  void inputsAreLeftAlone() {
    float[] values = {1, 2, 3};
    Buffer x = Buffer.allocateNative(DType.F32, 3, "test");
    x.copyFrom(Buffer.ofHeap(values.clone()));
    Tensor t = TensorAccess.ofBuffer(Shape.of(3), x);
    Evaluation.of(backend, List.of(t.mul(2).add(1).exp(), t.neg()));
    assertArrayEquals(values, x.toFloatArray());
  }

  /**
   * A step of gradient descent with momentum whose parameters give their memory to the new values.
   */
  @ParameterizedTest(name = "{0} elements")
  @ValueSource(ints = {1, 13, 4098})
  void donatedInputsMayBeOverwritten(int n) {
    float[][] values = new float[3][n];
    RandomGenerator random = new Random(n);
    for (float[] v : values) {
      Arrays.setAll(new Object[n], i -> v[i] = random.nextFloat());
    }
    Tensor[] leaves = Arrays.stream(values).map(Tensor::of).toArray(Tensor[]::new);
    Tensor weight = leaves[0];
    Tensor momentum = leaves[1].mul(0.9f).add(leaves[2]);
    Tensor loss = weight.mul(leaves[2]).sum();
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {
      builder.add(weight.sub(momentum.mul(0.1))), builder.add(momentum), builder.add(loss)
    };
    int[] donated = {builder.leaves().indexOf(leaves[0]), builder.leaves().indexOf(leaves[1]), -1};
    Graph graph = builder.build(outputs, donated);
    Executable program = backend.compile(graph);

    Buffer[] fresh = Evaluation.outputs(graph);
    program.run(Evaluation.leaves(builder), fresh);
    Buffer[] inputs =
        Arrays.stream(Evaluation.leaves(builder))
            .map(BackendConformance::nativeCopy)
            .toArray(Buffer[]::new);
    Buffer[] shared = Evaluation.outputs(graph);
    for (int i = 0; i < shared.length; i++) {
      int input = program.inPlaceInput(i);
      assertTrue(
          input == -1 || input == donated[i], "output " + i + " may not take input " + input);
      shared[i] = input < 0 ? shared[i] : inputs[input];
    }
    program.run(inputs, shared);
    assertSameBits(fresh, shared, n + " elements");
  }

  private static Buffer nativeCopy(Buffer b) {
    Buffer copy = Buffer.allocateNative(b.dtype(), b.count(), "test");
    copy.copyFrom(b);
    return copy;
  }

  // ---- errors

  @ParameterizedTest(name = "index {0}")
  @ValueSource(ints = {-11, 10, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void positionsOutsideAreErrors(int wrong) {
    int[] positions = {0, 9, 5, wrong, -3};
    String suffix = ": index " + wrong + " at position 3 is outside -10 to 9";
    Tensor i = Tensor.of(positions);
    Tensor x = Tensor.ones(10, 2);
    assertOutside("gather" + suffix, x.gather(0, i));
    assertOutside("scatterAdd" + suffix, Tensor.ones(5, 2).scatterAdd(0, i, 10));
    assertOutside("gather" + suffix, x.gather(0, i).mul(2).sum());
  }

  /** A class is no position: −1 often stands for a missing one. */
  @ParameterizedTest(name = "class {0}")
  @ValueSource(ints = {-1, 10, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void classesThatDontExistAreErrors(int wrong) {
    assertOutside(
        "oneHot: index " + wrong + " at position 2 is outside 0 to 9",
        Tensor.of(new int[] {0, 9, wrong, -1}).oneHot(10));
  }

  @Test
  void positionsOnEmptyAxesAreErrors() {
    Tensor i = Tensor.of(new int[] {0});
    assertOutside(
        "gather: index 0 at position 0 is outside an empty axis", Tensor.zeros(0, 2).gather(0, i));
    assertOutside("oneHot: index 0 at position 0 is outside an empty axis", i.oneHot(0));
  }

  private void assertOutside(String message, Tensor t) {
    assertEquals(
        message,
        assertThrows(IndexOutOfBoundsException.class, () -> Evaluation.of(backend, List.of(t)))
            .getMessage());
  }

  /**
   * A failed run must not have changed what it was given, even where it may write in place and
   * finds out late: positions that are given, and such that are computed from the new value.
   */
  @ParameterizedTest(name = "computed {0}")
  @ValueSource(booleans = {false, true})
  void failureLeavesDonatedInputsAlone(boolean computed) {
    Tensor w = Tensor.of(new float[] {1, 2, 3});
    Tensor table = Tensor.of(new float[] {4, 5, 6});
    Tensor updated = w.mul(2);
    Tensor positions = computed ? updated.cast(DType.I32) : Tensor.of(new int[] {0, 7});
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {
      builder.add(updated), builder.add(table.add(1)), builder.add(table.gather(0, positions).sum())
    };
    int[] donated = {builder.leaves().indexOf(w), builder.leaves().indexOf(table), -1};
    Graph graph = builder.build(outputs, donated);
    Executable program = backend.compile(graph);
    Buffer[] inputs =
        Arrays.stream(Evaluation.leaves(builder))
            .map(BackendConformance::nativeCopy)
            .toArray(Buffer[]::new);
    Buffer[] shared = Evaluation.outputs(graph);
    for (int i = 0; i < shared.length; i++) {
      shared[i] = program.inPlaceInput(i) < 0 ? shared[i] : inputs[program.inPlaceInput(i)];
    }
    assertThrows(IndexOutOfBoundsException.class, () -> program.run(inputs, shared));
    assertArrayEquals(new float[] {1, 2, 3}, inputs[donated[0]].toFloatArray());
    assertArrayEquals(new float[] {4, 5, 6}, inputs[donated[1]].toFloatArray());
  }
}
