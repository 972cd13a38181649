package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;

/** Three rounds by hand, and what the weights of algorithm 2 must satisfy. */
@Tag("row-C10")
class SammeTest {
  private static final Tensor X = Tensor.eye(6); // example i is the i-th unit vector
  private static final Tensor LABELS = Tensor.of(new int[] {0, 0, 1, 1, 2, 2}, 6);

  /** A member that says what it is told of the six examples. */
  private static Layer saying(int... classes) {
    return new Dense(Param.of(Tensor.of(classes, 6).oneHot(3).cast(DType.F32)), null);
  }

  private static Samme ofThree() {
    List<Layer> members =
        List.of(
            saying(0, 0, 1, 1, 2, 0), // wrong at 5
            saying(0, 1, 1, 1, 0, 2), // wrong at 1 and 4
            saying(0, 0, 1, 2, 2, 2)); // wrong at 3
    return new Samme(members, Param.of(Tensor.zeros(3)));
  }

  @Test
  void threeRoundsByHand() {
    Samme samme = ofThree();
    List<Samme.Round> rounds = new ArrayList<>();
    List<float[]> fitted = new ArrayList<>();
    samme.boost(X, LABELS, 3, (member, w) -> fitted.add(w.toFloatArray()), rounds::add);

    // err 1/6: α = log 5 + log 2 = log 10; the example that was wrong weighs 10 of 15.
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, fitted.get(0), 1e-6f);
    assertEquals(1.0 / 6, rounds.get(0).error(), 1e-15);
    assertEquals(Math.log(10), rounds.get(0).vote(), 1e-14);
    double a = 1.0 / 15;
    assertArrayEquals(new double[] {a, a, a, a, a, 10 * a}, rounds.get(0).weights(), 1e-15);
    assertArrayEquals(new float[] {0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 4}, fitted.get(1), 1e-6f);
    // err 2/15: α = log(13/2) + log 2 = log 13; 1 + 13 + 1 + 1 + 13 + 10 = 39.
    assertEquals(2.0 / 15, rounds.get(1).error(), 1e-15);
    assertEquals(Math.log(13), rounds.get(1).vote(), 1e-14);
    double b = 1.0 / 39;
    assertArrayEquals(
        new double[] {b, 13 * b, b, b, 13 * b, 10 * b}, rounds.get(1).weights(), 1e-14);
    // err 1/39: α = log 38 + log 2.
    assertEquals(Math.log(76), rounds.get(2).vote(), 1e-13);
    assertArrayEquals(
        new double[] {Math.log(10), Math.log(13), Math.log(76)},
        samme.votes().value().toDoubleArray(),
        1e-6);

    // Together all are right: example 5 has log 13 + log 76 against log 10.
    Tensor votes = samme.logits(X);
    assertArrayEquals(LABELS.toIntArray(), votes.argmax(1).toIntArray());
    assertEquals(Math.log(13 * 76), votes.toDoubleArray()[5 * 3 + 2], 1e-5);
    assertEquals(Math.log(10), votes.toDoubleArray()[5 * 3], 1e-5);
    int[] first = samme.rounds(X).at(0, 0).argmax(1).toIntArray();
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 0}, first);
  }

  /** The reweighted error of a member is that of chance, 1 − 1/K: the next one can't repeat it. */
  @Test
  void afterItsRoundAMemberIsNoBetterThanChance() {
    Samme samme = ofThree();
    int[][] wrong = {{5}, {1, 4}, {3}};
    samme.boost(
        X,
        LABELS,
        3,
        (member, w) -> {},
        round -> {
          double error =
              Arrays.stream(wrong[round.number() - 1]).mapToDouble(i -> round.weights()[i]).sum();
          assertEquals(1 - 1.0 / 3, error, 1e-14);
        });
  }

  @Test
  void aMemberWorseThanChanceEndsItWithoutAVote() {
    List<Layer> members =
        List.of(saying(0, 0, 1, 1, 2, 0), saying(1, 1, 1, 1, 1, 1), saying(0, 0, 1, 1, 2, 2));
    Samme samme = new Samme(members, Param.of(Tensor.zeros(3)));
    List<Samme.Round> rounds = new ArrayList<>();
    samme.boost(X, LABELS, 3, (member, w) -> {}, rounds::add);
    assertEquals(1, rounds.size());
    assertArrayEquals(
        new double[] {Math.log(10), 0, 0}, samme.votes().value().toDoubleArray(), 1e-6);
  }

  @Test
  void aMemberWithoutErrorEndsItWithAFiniteVote() {
    Samme samme =
        new Samme(
            List.of(saying(0, 0, 1, 1, 2, 2), saying(0, 0, 0, 0, 0, 0)), Param.of(Tensor.zeros(2)));
    samme.boost(X, LABELS, 3, (member, w) -> {}, round -> {});
    double[] votes = samme.votes().value().toDoubleArray();
    assertTrue(votes[0] > 20 && Double.isFinite(votes[0]));
    assertEquals(0, votes[1]);
  }

  @Test
  void wrongUse() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Samme(List.of(saying(0, 0, 0, 0, 0, 0)), Param.of(Tensor.zeros(2))));
    assertThrows(
        IllegalArgumentException.class,
        () -> ofThree().boost(X, LABELS, 1, (member, w) -> {}, round -> {}));
  }
}
