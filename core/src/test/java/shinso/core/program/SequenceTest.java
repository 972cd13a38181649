package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Steps of several parts: the later ones see what the earlier ones make of the parameters. */
@Tag("row-J9")
final class SequenceTest {
  private static final double RATE = 0.1;

  private final Param a = Param.of(Tensor.scalar(1));
  private final Param b = Param.of(Tensor.scalar(0));

  /** One descends on v = a b and the other ascends; v is the value that both play for. */
  private Step descend(Param p, double rate) {
    Tensor v = a.value().mul(b.value());
    Tensor g = Autodiff.gradients(v, List.of(p)).getFirst();
    return Step.of(List.of(new Update(p, p.value().sub(g.mul(rate))))).metric("v", v);
  }

  @Test
  void simultaneousStepsSpiralOutAndAlternatingOnesStayOnTheirEllipse() {
    Program both = Program.of((in, rng) -> descend(a, RATE).and(descend(b, -RATE).updates()));
    for (int i = 0; i < 100; i++) {
      both.run(Rng.of(0));
    }
    double radius = Math.hypot(a.value().item(), b.value().item());
    assertEquals(1.644631822, radius, 1e-5);

    a.assign(Tensor.scalar(1));
    b.assign(Tensor.scalar(0.3));
    Program inTurn = Program.of((in, rng) -> descend(a, RATE).then(() -> descend(b, -RATE)));
    double before = energy();
    for (int i = 0; i < 100; i++) {
      inTurn.run(Rng.of(0));
      assertEquals(before, energy(), 1e-5);
    }
  }

  private double energy() {
    double x = a.value().item();
    double y = b.value().item();
    return x * x + y * y - RATE * x * y;
  }

  @Test
  void whatTheFirstPartMakesIsAConstantForTheSecond() {
    Program program =
        Program.compile((Tensor x) ->
            Step.of(List.of(new Update(a, a.value().mul(x))))
                .then(() -> {
                  Tensor y = a.value().square();
                  return Step.outputs(
                      Autodiff.gradients(y, List.of(a)).getFirst(),
                      Autodiff.gradients(y, List.of(x)).getFirst());
                }));
    a.assign(Tensor.scalar(2));
    Program.Result r = program.run(Tensor.scalar(3));
    assertEquals(12, r.output(0).item());
    assertEquals(0, r.output(1).item());
    assertEquals(6, a.value().item());
  }

  @Test
  void laterUpdatesAndNumbersCount() {
    Program program =
        Program.compile((Tensor x) -> {
          Step step = Step.of(List.of(new Update(a, x))).metric("a", x).output(x);
          for (int i = 0; i < 3; i++) {
            step =
                step.then(() -> {
                  Tensor twice = a.value().mul(2);
                  return Step.of(List.of(new Update(a, twice), new Update(b, a.value())))
                      .metric("a", twice)
                      .output(twice);
                });
          }
          return step;
        });
    Program.Result r = program.run(Tensor.scalar(1));
    assertEquals(8, a.value().item());
    assertEquals(4, b.value().item());
    assertEquals(8, r.metric("a").item());
    assertArrayEquals(
        new double[] {1, 2, 4, 8}, r.outputs().stream().mapToDouble(Tensor::item).toArray());
  }

  @Test
  void afterwardsParametersAreThemselvesAgain() {
    a.assign(Tensor.scalar(5));
    Step first = Step.of(List.of(new Update(a, Tensor.scalar(7))));
    assertEquals(7, first.then(() -> Step.outputs(a.value())).outputs().getFirst().item());
    assertThrows(
        IllegalStateException.class,
        () ->
            first.then(() -> {
              throw new IllegalStateException();
            }));
    assertEquals(5, a.value().item());
  }
}
