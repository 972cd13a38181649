package shinso.train.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.train.UserException;

/** What numbers are, and which may be compared. */
final class QuantityTest {
  private static final Quantity LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;

  @Test
  void numbersAreWrittenWithTheirUnits() {
    assertEquals("99.21 %", Quantity.TEST_ACCURACY.text(0.9921));
    assertEquals("-86.34 nats", LIKELIHOOD.text(-86.341));
    assertEquals("-1.282 nats", LIKELIHOOD.text(-1.28235));
    assertEquals("8 of 8", Quantity.larger("modes", "of 8").text(8));
    assertEquals("NaN nats", LIKELIHOOD.text(Double.NaN));
    assertEquals("-86.34 ± 0.21 nats", LIKELIHOOD.text(new Estimate(-86.341, 0.2123)));
    assertEquals("99.21 ± 0.089 %", Quantity.TEST_ACCURACY.text(new Estimate(0.9921, 0.00089)));
  }

  @Test
  void aDirectionIsBetter() {
    assertTrue(LIKELIHOOD.isBetter(-80, LIKELIHOOD, -90));
    Quantity error = Quantity.smaller("error", "");
    assertTrue(error.isBetter(1, error, 2));
    assertFalse(error.isBetter(2, error, 1));
    Quantity logZ = Quantity.of("log Z", "nats");
    assertThrows(UserException.class, () -> logZ.isBetter(1, logZ, 2));
  }

  /**
   * An exact number and an estimate on the same data may be compared; bounds and other data not.
   */
  @Test
  void likelihoodsOfOtherProtocolsAreNotCompared() {
    Quantity fixed = LIKELIHOOD.under(Protocol.on("binarized-mnist"));
    Quantity bound = LIKELIHOOD.under(Protocol.on("binarized-mnist").bound());
    assertTrue(
        fixed.isBetter(-80, LIKELIHOOD.under(Protocol.on("binarized-mnist").estimate()), -90));
    assertTrue(bound.isBetter(-80, bound, -90));
    UserException below = assertThrows(UserException.class, () -> fixed.isBetter(-80, bound, -90));
    assertEquals(
        "'test log-likelihood' under 'binarized-mnist, exact' can't be compared with one under"
            + " 'binarized-mnist, lower bound': nobody knows by how much a lower bound is below"
            + " what it bounds",
        below.getMessage());
    Quantity named =
        Quantity.larger("bound on log p", "nats").under(Protocol.on("binarized-mnist").bound());
    assertEquals(
        "'test log-likelihood' under 'binarized-mnist, exact' can't be compared with 'bound on log"
            + " p' under 'binarized-mnist, lower bound': nobody knows by how much a lower bound is"
            + " below what it bounds",
        assertThrows(UserException.class, () -> fixed.checkComparable(named)).getMessage());
    Quantity redrawn = LIKELIHOOD.under(Protocol.on("mnist").redrawn());
    UserException e = assertThrows(UserException.class, () -> fixed.isBetter(-80, redrawn, -90));
    assertEquals(
        "'test log-likelihood' under 'binarized-mnist, exact' can't be compared with one under"
            + " 'mnist, binarisation redrawn, exact': for one model they differ by nats",
        e.getMessage());
    assertThrows(UserException.class, () -> fixed.isBetter(-80, LIKELIHOOD, -90));
    UserException other =
        assertThrows(UserException.class, () -> LIKELIHOOD.isBetter(0, Quantity.TEST_ACCURACY, 1));
    assertEquals(
        "'test log-likelihood' in nats can't be compared with 'test accuracy' in %",
        other.getMessage());
  }

  @Test
  @Tag("row-M1")
  void probabilitiesAndDensitiesAreNotCompared() {
    Protocol mnist = Protocol.on("mnist");
    Quantity density = LIKELIHOOD.under(mnist.density().estimate());
    assertTrue(density.isBetter(240, LIKELIHOOD.under(mnist.density()), 225));
    UserException e =
        assertThrows(
            UserException.class, () -> density.isBetter(225, LIKELIHOOD.under(mnist), -86));
    assertEquals(
        "'test log-likelihood' under 'mnist, density, estimate' can't be compared with one under"
            + " 'mnist, exact': one is the logarithm of a probability of discrete values, the"
            + " other that of a density, which changes with the unit of the values; binarise the"
            + " data for both, or for none",
        e.getMessage());
    Quantity bits = new Quantity("test log-likelihood", "bits", Quantity.Better.LARGER, mnist);
    assertEquals(
        "'test log-likelihood' in bits can't be compared with 'test log-likelihood' in nats; a nat"
            + " is 1.443 bits",
        assertThrows(UserException.class, () -> bits.checkComparable(LIKELIHOOD.under(mnist)))
            .getMessage());
    Quantity another = Quantity.larger("another", "nats").under(mnist);
    assertEquals(
        "'another' in nats can't be compared with 'test log-likelihood' in nats",
        assertThrows(UserException.class, () -> another.checkComparable(LIKELIHOOD.under(mnist)))
            .getMessage());
  }

  /** The numbers 1, 2, 3, 6 have the mean 3, the variance 14/3, and the mean's error √(14/12). */
  @Test
  void estimatesHaveErrors() {
    Estimate mean = Estimate.mean(new double[] {1, 2, 3, 6});
    assertEquals(3, mean.value());
    assertEquals(Math.sqrt(14.0 / 12), mean.error(), 1e-15);
    Estimate sum = new Estimate(1, 3).plus(new Estimate(2, 4));
    assertEquals(new Estimate(3, 5), sum);
    assertEquals(new Estimate(-2, 6), new Estimate(1, 3).times(-2));
    assertEquals(new Estimate(4, 3), new Estimate(1, 3).plus(3));
    assertThrows(IllegalArgumentException.class, () -> new Estimate(1, -1));
    assertThrows(IllegalArgumentException.class, () -> Estimate.mean(new double[0]));
  }
}
