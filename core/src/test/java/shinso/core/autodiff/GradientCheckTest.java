package shinso.core.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** The check finds what it is for. */
final class GradientCheckTest {
  private static final List<Tensor> POINTS = List.of(Tensor.of(new double[] {0.3, -1.2, 2}, 3));

  private static GradientCheck.Report check(Function<Tensor, Tensor> f, int order) {
    return GradientCheck.run(in -> f.apply(in.getFirst()), POINTS, order, Rng.of(1));
  }

  @Test
  void rightDerivativesPassClosely() {
    GradientCheck.Report report = check(x -> x.sin().mul(x.exp()).tanh(), 2);
    assertTrue(report.worst() < 1e-9, report.toString());
    assertTrue(report.largest() > 0.1, report.toString());
    assertSame(report, report.requireBelow(1e-9));
  }

  @Test
  void wrongFirstDerivativeIsFound() {
    GradientCheck.Report report = check(x -> x.mul(x.stopGradient()), 1);
    assertEquals(0.5, report.worst(), 1e-6);
    AssertionError e = assertThrows(AssertionError.class, () -> report.requireBelow(1e-3));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("wrong derivative (order 1, direction "), message);
  }

  @Test
  void smallMistakesAreFound() {
    double worst = check(x -> x.square().add(x.sub(x.stopGradient()).mul(1e-5)), 1).worst();
    assertTrue(worst > 1e-7 && worst < 1e-3, "worst " + worst);
  }

  /** x³ with a right first derivative 3x² whose own derivative is only 3x. */
  @Test
  void wrongSecondDerivativeIsFound() {
    Function<Tensor, Tensor> f =
        x -> {
          Tensor c = x.stopGradient();
          return x.pow(3).add(x.sub(c).mul(c).mul(x.sub(c)).mul(-1.5));
        };
    assertTrue(check(f, 1).worst() < 1e-9);
    assertTrue(check(f, 2).worst() > 0.1);
  }

  @Test
  void notANumberIsFound() {
    GradientCheck.Report report = check(x -> x.sub(x).sqrt(), 1);
    assertTrue(Double.isNaN(report.worst()));
    assertThrows(AssertionError.class, () -> report.requireBelow(1e9));
  }

  @Test
  void flatFunctionsAreNotMistakes() {
    assertEquals(0, check(Tensor::zerosLike, 2).worst());
    assertEquals(0, check(Tensor::zerosLike, 2).largest());
    assertTrue(check(x -> x.softmax(0).sum(), 2).worst() < 1e-3);
  }

  @Test
  void errors() {
    Tensor single = Tensor.ones(2);
    assertThrows(
        IllegalArgumentException.class,
        () -> GradientCheck.run(List::getFirst, List.of(single), 1, Rng.of(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> GradientCheck.run(List::getFirst, List.of(Tensor.iota(2)), 1, Rng.of(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> GradientCheck.run(List::getFirst, POINTS, 3, Rng.of(1)));
  }
}
