package shinso.nn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Dropout;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Sequential;

/** Dropout as an ensemble, against the sum over all its members. */
@Tag("row-C11")
final class MonteCarloDropoutTest {
  private static final int INPUTS = 9;
  private static final Tensor X = random(DType.F64, 1, 1, INPUTS);
  private static final Dense MAP =
      new Dense(Param.of(random(DType.F64, 2, INPUTS, 4)), Param.of(random(DType.F64, 3, 4)));

  /** log p(y | x, μ) for all 2ⁿ masks, {@code [2ⁿ, classes]}. */
  private static Tensor members(double rate) {
    Tensor masks = Tensor.bits(INPUTS).cast(DType.F64);
    return MAP.forward(X.mul(masks).div(1 - rate), Pass.inference()).logSoftmax(-1);
  }

  /** p(μ), {@code [2ⁿ, 1]}. */
  private static Tensor weights(double rate) {
    Tensor kept = Tensor.bits(INPUTS).cast(DType.F64).sum(1);
    return kept.mul(Math.log(1 - rate))
        .add(kept.rsub(INPUTS).mul(Math.log(rate)))
        .exp()
        .unsqueeze(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.2, 0.7})
  void theGeometricMeanOverAllMasksIsWeightScaling(double rate) {
    Tensor geometric = weights(rate).mul(members(rate)).sum(0).softmax(-1);
    Tensor scaled = Sequential.of(new Dropout(rate), MAP).forward(X, Pass.inference()).softmax(-1);
    assertClose(geometric.toDoubleArray(), scaled.squeeze(0), 1e-12);
  }

  @Test
  void theGeometricMeanOverAllMasksIsWeightScalingInSinglePrecision() {
    Tensor masks = Tensor.bits(INPUTS).cast(DType.F32);
    Network net = Network.of(INPUTS).dropout(0.5).dense(4).build(Rng.of(7));
    Tensor x = X.cast(DType.F32);
    Dense map = (Dense) Objects.requireNonNull(net.layers().get("dense1"));
    Tensor each = map.forward(x.mul(masks).mul(2), Pass.inference()).logSoftmax(-1);
    Tensor scaled = net.forward(x, Pass.inference()).softmax(-1).squeeze(0);
    assertClose(each.mean(0).softmax(-1).toDoubleArray(), scaled, 1e-6);
  }

  /** The standard error of a mean over k masks is the members' deviation divided by √k. */
  @ParameterizedTest
  @ValueSource(ints = {400, 4_000})
  void drawnMasksComeToTheMeanOverAllMasks(int masks) {
    double rate = 0.3;
    Tensor p = weights(rate);
    Tensor each = members(rate).exp();
    Tensor mean = p.mul(each).sum(0);
    Tensor deviation = p.mul(each.sub(mean).square()).sum(0).sqrt();
    Sequential net = Sequential.of(new Dropout(rate), MAP);
    // Masks of many examples at once are as many masks.
    Tensor many = X.tile(0, masks / 20);
    Tensor drawn = MonteCarloDropout.of(net, 20, Rng.of(5)).logits(many).exp().mean(0);
    for (int c = 0; c < 4; c++) {
      double error = deviation.toDoubleArray()[c] / Math.sqrt(masks);
      assertEquals(mean.toDoubleArray()[c], drawn.toDoubleArray()[c], 4 * error, "class " + c);
    }
  }

  @Test
  void geometricMeanOfDrawnMasks() {
    Sequential net = Sequential.of(new Dropout(0.5), MAP);
    Rng rng = Rng.of(3);
    Tensor sum = Tensor.zeros(1, 4).cast(DType.F64);
    for (int i = 0; i < 5; i++) {
      sum = sum.add(net.forward(X, Pass.inference().drawing(rng.split(i))).logSoftmax(-1));
    }
    MonteCarloDropout mean = new MonteCarloDropout(net, 5, MonteCarloDropout.Mean.GEOMETRIC, rng);
    assertClose(sum.div(5).softmax(-1).toDoubleArray(), mean.logits(X).exp(), 1e-12);
  }

  @Test
  void logitsAreLogProbabilitiesAndTheSameAtEveryCall() {
    Network net = Network.of(5).dropout(0.2).dense(8).relu().dropout(0.5).dense(3).build(Rng.of(1));
    MonteCarloDropout mc = MonteCarloDropout.of(net, 10, Rng.of(2));
    Tensor x = random(DType.F32, 3, 6, 5);
    double[] once = mc.logits(x).toDoubleArray();
    assertClose(once, mc.logits(x), 0);
    assertClose(new double[] {1, 1, 1, 1, 1, 1}, mc.logits(x).exp().sum(1), 1e-6);
    assertTrue(
        net.forward(x, Pass.inference()).logSoftmax(-1).sub(mc.logits(x)).abs().max().item()
            > 1e-3);
  }

  @Test
  void atLeastOneMask() {
    assertThrows(IllegalArgumentException.class, () -> MonteCarloDropout.of(MAP, 0, Rng.of(1)));
  }
}
