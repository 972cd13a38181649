package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.zoo.energy.ConvolutionalRbm.Values;

@Tag("row-I15")
final class ConvolutionalRbmTest {
  private static final int SIDE = 3;
  private static final int V = SIDE * SIDE;
  private static final int H = 8;

  private static Param normal(long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(DType.F64));
  }

  /** Pictures of 3 x 3 and two maps of 2 x 2. */
  private static ConvolutionalRbm machine(int pool, Values values) {
    return new ConvolutionalRbm(
        normal(1, 2, 2, 1, 2),
        normal(2, 1),
        normal(3, 2),
        SIDE,
        SIDE,
        new ProbabilisticMaxPooling(pool),
        values);
  }

  private static Tensor states(int units) {
    return Enumeration.exact(units).states();
  }

  private static Tensor block(double... inputs) {
    return Tensor.of(inputs, 1, 2, 2, 1);
  }

  @Test
  void aBlockIsInOneOfFiveStates() {
    ProbabilisticMaxPooling pool = new ProbabilisticMaxPooling(2);
    double[] p = pool.detection(block(0, 1, 2, -1)).toDoubleArray();
    assertArrayEquals(new double[] {.080159, .217895, .592299, .029489}, p, 5e-7);
    assertEquals(1 - .080159, pool.pooling(block(0, 1, 2, -1)).item(), 5e-7);
    double[] even = pool.detection(block(0, 0, 0, 0)).toDoubleArray();
    assertArrayEquals(new double[] {.2, .2, .2, .2}, even, 1e-7);
    assertEquals(Math.log(5), pool.logPartition(block(0, 0, 0, 0)).item(), 1e-6);
  }

  /** 40,000 draws; a share's deviation is at most .0025. */
  @Test
  void blocksAreDrawnAsOftenAsTheyShould() {
    ProbabilisticMaxPooling pool = new ProbabilisticMaxPooling(2);
    Tensor drawn = pool.draw(block(0, 1, 2, -1).tile(0, 40_000), Rng.of(1)).evaluate();
    double[] share = drawn.mean(0).toDoubleArray();
    assertArrayEquals(new double[] {.080159, .217895, .592299, .029489}, share, .01);
    assertEquals(1, drawn.sum(1, 2, 3).max().item(), "at most one is on");
    assertEquals(1 - .080159, pool.pooled(drawn).mean().item(), .01);
  }

  /** Detection units of other blocks are other units: each map of 4 x 6 has six blocks. */
  @Test
  void blocksAreWhereTheyAre() {
    ProbabilisticMaxPooling pool = new ProbabilisticMaxPooling(2);
    Tensor input = Tensor.normal(Rng.of(1), 2, 4, 6, 3).cast(DType.F64).evaluate();
    double[] in = input.toDoubleArray();
    double[] out = pool.detection(input).toDoubleArray();
    double[] pooled = pool.pooling(input).toDoubleArray();
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 6; j++) {
          for (int k = 0; k < 3; k++) {
            double z = 1;
            for (int a = 0; a < 4; a++) {
              z += Math.exp(in[at(n, i / 2 * 2 + a / 2, j / 2 * 2 + a % 2, k)]);
            }
            assertEquals(Math.exp(in[at(n, i, j, k)]) / z, out[at(n, i, j, k)], 1e-13);
            assertEquals(1 - 1 / z, pooled[((n * 2 + i / 2) * 3 + j / 2) * 3 + k], 1e-13);
          }
        }
      }
    }
  }

  private static int at(int n, int i, int j, int k) {
    return ((n * 4 + i) * 6 + j) * 3 + k;
  }

  @Test
  void freeEnergiesAndDetectionAreSumsOverHiddenStates() {
    for (Values values : Values.values()) {
      for (int pool : new int[] {1, 2}) {
        ConvolutionalRbm rbm = machine(pool, values);
        Tensor v = values == Values.BINARY ? states(V) : normal(9, 20, V).value();
        Enumeration hidden = Enumeration.exact(H);
        assertArrayEquals(
            hidden.freeEnergy(rbm, v).toDoubleArray(), rbm.freeEnergy(v).toDoubleArray(), 1e-12);
        assertArrayEquals(
            hidden.posterior(rbm, v).matmul(states(H)).toDoubleArray(),
            rbm.detection(v).toDoubleArray(),
            1e-12);
      }
    }
  }

  /** log Z summed over v first and over h first, and p(v | h) of each hidden state. */
  @Test
  void visibleUnitsGivenHiddenOnes() {
    ConvolutionalRbm rbm = machine(2, Values.BINARY);
    Tensor v = states(V);
    double[] h = new double[1 << H];
    double[][] mean = new double[1 << H][V];
    double[][] e = new double[1 << V][];
    double z = 0;
    for (int i = 0; i < e.length; i++) {
      Tensor one = v.slice(0, i, i + 1).tile(0, 1 << H);
      e[i] = rbm.energy(one, states(H)).neg().exp().toDoubleArray();
      for (int j = 0; j < h.length; j++) {
        z += e[i][j];
        h[j] += e[i][j];
        for (int unit = 0; unit < V; unit++) {
          mean[j][unit] += e[i][j] * (i >> unit & 1);
        }
      }
    }
    assertEquals(Math.log(z), Enumeration.exact(V).logPartition(rbm), 1e-11);
    Tensor maps = states(H).reshape(Shape.of(1 << H).concat(rbm.detectionShape()));
    double[] p = rbm.visible(maps).toDoubleArray();
    int allowed = 0;
    for (int j = 0; j < h.length; j++) {
      if (h[j] > 0) {
        allowed++;
        for (int unit = 0; unit < V; unit++) {
          assertEquals(mean[j][unit] / h[j], p[j * V + unit], 1e-12);
        }
      }
    }
    assertEquals(25, allowed, "five states of each of two blocks");
  }

  /** −∂E/∂v = E[v | h] − v. */
  @Test
  void realValuesHaveTheMeanOfTheirEnergy() {
    ConvolutionalRbm rbm = machine(2, Values.REAL);
    Param v = normal(5, 3, V);
    Tensor h = Tensor.eye(H).slice(0, 2, 5).cast(DType.F64);
    Tensor slope = Autodiff.gradient(rbm.energy(v.value(), h).sum(), v);
    Tensor mean = rbm.visible(h.reshape(Shape.of(3).concat(rbm.detectionShape())));
    assertArrayEquals(mean.sub(v.value()).toDoubleArray(), slope.neg().toDoubleArray(), 1e-13);
  }

  /** Blocks of one unit: the machine of the matrix that the convolution stands for. */
  @Test
  void withoutPoolingItIsAnRbmWithSharedWeights() {
    ConvolutionalRbm rbm = machine(1, Values.BINARY);
    Tensor eye = Tensor.eye(V).cast(DType.F64);
    Tensor bias = rbm.hiddenBias().value().unsqueeze(0).tile(0, 4).flatten(0); // [4 · 2]
    Tensor matrix = rbm.input(eye).flatten(1).sub(bias);
    Rbm plain =
        new Rbm(Param.of(matrix), Param.of(rbm.visibleBias().value().tile(0, V)), Param.of(bias));
    assertArrayEquals(
        plain.freeEnergy(states(V)).toDoubleArray(),
        rbm.freeEnergy(states(V)).toDoubleArray(),
        1e-12);
    assertArrayEquals(
        plain.hidden(states(V)).toDoubleArray(), rbm.detection(states(V)).toDoubleArray(), 1e-12);
  }

  /** 1,000 chains in 100 steps, and ratios that are the differences of log-weights. */
  @Test
  void annealingFindsTheNormaliser() {
    ConvolutionalRbm rbm = machine(2, Values.BINARY);
    Tensor rates = Tensor.iota(V).cast(DType.F64).add(1).div(V + 1);
    Ais.Path path = rbm.annealing(rates);
    Ais.Estimate z = Ais.of(path).chains(1_000).betas(Ais.even(0, 1, 100)).forward(Rng.of(1));
    assertEquals(Enumeration.exact(V).logPartition(rbm), z.logZ(), .05);
    Tensor v = states(V).slice(0, 50, 70);
    Tensor from = Tensor.constant(0.25, DType.F64);
    Tensor to = Tensor.constant(0.5, DType.F64);
    assertArrayEquals(
        path.logWeight(v, to).sub(path.logWeight(v, from)).toDoubleArray(),
        path.logRatio(v, from, to).toDoubleArray(),
        1e-12);
    Tensor zero = Tensor.constant(0, DType.F64);
    double base = Enumeration.exact(V).logPartition(x -> path.logWeight(x, zero));
    assertEquals(base, path.logNormalizer(), 1e-11);
    assertThrows(IllegalArgumentException.class, () -> machine(2, Values.REAL).annealing(rates));
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    for (Values values : Values.values()) {
      ConvolutionalRbm rbm = machine(2, values);
      Tensor v = values == Values.BINARY ? states(V).slice(0, 100, 120) : normal(4, 20, V).value();
      Tensor share = Tensor.iota(20).cast(DType.F64).sin();
      for (Param p : List.of(rbm.filters(), rbm.visibleBias(), rbm.hiddenBias())) {
        check(p, () -> rbm.freeEnergy(v).mul(share).sum());
      }
      check(rbm.filters(), () -> rbm.sparsity(v, 0.1));
      check(rbm.hiddenBias(), () -> rbm.sparsity(v, 0.1));
    }
  }

  private interface Loss {
    Tensor get();
  }

  private static void check(Param p, Loss loss) {
    double[] slope = Autodiff.gradient(loss.get(), p).toDoubleArray();
    Tensor own = p.value().evaluate();
    double[] x = own.toDoubleArray();
    for (int i = 0; i < x.length; i++) {
      double[] near = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] moved = x.clone();
        moved[i] += side == 0 ? 1e-5 : -1e-5;
        p.assign(Tensor.of(moved).reshape(p.shape()));
        near[side] = loss.get().item();
      }
      assertEquals((near[0] - near[1]) / 2e-5, slope[i], 1e-7 * Math.max(1, Math.abs(slope[i])));
    }
    p.assign(own);
  }

  /** Pictures of 5 x 3, one map of 4 x 2, pooled to 2 x 1, and two units above that. */
  private static ConvolutionalDbn network() {
    ConvolutionalRbm first =
        new ConvolutionalRbm(
            normal(1, 2, 2, 1, 1),
            normal(2, 1),
            normal(3, 1),
            5,
            3,
            new ProbabilisticMaxPooling(2),
            Values.BINARY);
    ConvolutionalRbm second =
        new ConvolutionalRbm(
            normal(4, 2, 1, 1, 2),
            normal(5, 1),
            normal(6, 2),
            2,
            1,
            new ProbabilisticMaxPooling(1),
            Values.BINARY);
    return new ConvolutionalDbn(first, second);
  }

  /** P(h | v, h') and P(h' | h) by sums over the states of the joint distribution. */
  @Test
  void theMiddleLayerListensToBothSides() {
    ConvolutionalDbn net = network();
    Tensor h = states(8).reshape(256, 4, 2, 1);
    for (int i = 0; i < 4; i++) {
      Tensor v = states(15).slice(0, 4321 * i, 4321 * i + 1);
      Tensor above = states(2).slice(0, i, i + 1).reshape(1, 1, 1, 2);
      Tensor p =
          net.energy(v.tile(0, 256), h, above.tile(0, 256))
              .neg()
              .softmax(0)
              .unsqueeze(0); // [1, 256]
      assertArrayEquals(
          p.matmul(states(8)).toDoubleArray(),
          net.first().pooling().detection(net.input(v, above)).toDoubleArray(),
          1e-13);
    }
    Tensor one = Tensor.eye(8).slice(0, 5, 6).cast(DType.F64).reshape(1, 4, 2, 1);
    Tensor v = states(15).slice(0, 77, 78);
    Tensor p =
        net.energy(v.tile(0, 4), one.tile(0, 4), states(2).reshape(4, 1, 1, 2))
            .neg()
            .softmax(0)
            .unsqueeze(0);
    Tensor pooled = net.first().pooling().pooled(one);
    assertArrayEquals(
        p.matmul(states(2)).toDoubleArray(), net.second().detection(pooled).toDoubleArray(), 1e-13);
  }

  /** The means of a long completion are those of the joint distribution given some pixels. */
  @Test
  void completionDrawsFromTheJointDistribution() {
    ConvolutionalDbn net = network();
    int n = 4_000;
    Tensor x = Tensor.iota(15).mod(Tensor.of(new int[] {2})).cast(DType.F64).unsqueeze(0);
    Tensor known = Tensor.iota(15).less(Tensor.of(new int[] {12})).cast(DType.F64).unsqueeze(0);
    double[] drawn =
        net.complete(x.tile(0, n), known.tile(0, n), Rng.of(1)).mean(0).toDoubleArray();
    Tensor h = states(8).reshape(256, 4, 2, 1);
    double[] on = new double[3];
    double z = 0;
    for (int free = 0; free < 8; free++) {
      Tensor ends = states(3).slice(0, free, free + 1);
      Tensor v = Tensor.concat(1, List.of(x.slice(1, 0, 12), ends)).tile(0, 256);
      for (int up = 0; up < 4; up++) {
        Tensor above = states(2).slice(0, up, up + 1).reshape(1, 1, 1, 2).tile(0, 256);
        double p = net.energy(v, h, above).neg().logSumExp(0).exp().item();
        z += p;
        for (int i = 0; i < 3; i++) {
          on[i] += p * (free >> i & 1);
        }
      }
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(on[i] / z, drawn[12 + i], .03, "pixel " + (12 + i));
      assertEquals((9 + i) % 2, drawn[9 + i], "a pixel that is given");
    }
  }

  /** A unit above that looks for one pooling unit alone: the filter, smeared over the block. */
  @Test
  void upperFiltersAreSumsOfLowerOnes() {
    ConvolutionalDbn net = network();
    net.second().filters().assign(Tensor.of(new double[] {1, 0, 0, 0}, 2, 1, 1, 2));
    Tensor filters = net.upperFilters();
    assertEquals(Shape.of(2, 5, 3, 1), filters.shape());
    double[] w = net.first().filters().value().toDoubleArray();
    double[] f = filters.toDoubleArray();
    assertEquals(w[0] / 4, f[0], 1e-13);
    assertEquals((w[0] + w[1] + w[2] + w[3]) / 4, f[4], 1e-13, "where all four overlap");
    assertEquals(0, f[14], "the lower block is not looked at");
    assertTrue(filters.at(0, 1).abs().max().item() == 0);
  }

  @Test
  void biasesGiveSharesWhereFiltersAreZero() {
    ConvolutionalRbm rbm = machine(2, Values.BINARY).withBaseRates(0.2, 0.05);
    rbm.filters().assign(rbm.filters().value().zerosLike());
    assertEquals(0.05, rbm.detection(states(V)).mean().item(), 1e-12);
    Tensor off = Tensor.zeros(1, 2, 2, 2).cast(DType.F64);
    assertEquals(0.2, rbm.visible(off).mean().item(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> rbm.withBaseRates(0.2, 0.25));
  }

  @Test
  void mapsThatCantBeCutAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ConvolutionalRbm.of(Shape.of(28, 28, 1), 12, 40, 2, Values.BINARY, Rng.of(1)));
    assertEquals(
        "probabilistic max pooling: maps of 17 x 17 can't be cut into blocks of 2 x 2; choose"
            + " filters whose maps have multiples of 2 rows and columns, or another size",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProbabilisticMaxPooling(2).detection(Tensor.zeros(1, 4, 3, 1)));
    assertThrows(IllegalArgumentException.class, () -> new ProbabilisticMaxPooling(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> ConvolutionalRbm.of(Shape.of(4, 4, 1), 5, 1, 1, Values.BINARY, Rng.of(1)));
    ConvolutionalRbm rbm = machine(2, Values.BINARY);
    assertThrows(IllegalArgumentException.class, () -> new ConvolutionalDbn(rbm, rbm));
  }
}
