package shinso.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;

/** In double, against numbers of mpmath and the JDK. */
class SpecialFunctionsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static Tensor of(double x) {
    return Tensor.of(new double[] {x});
  }

  @ParameterizedTest
  @CsvSource({
    "1e-8, 18.420680738180208884, -100000000.57721564636, 10000000000000001.226",
    "0.1, 2.252712651734205902, -10.423754940411076232, 101.4332991507927477",
    "0.5, 0.57236494292470008707, -1.9635100260214234794, 4.9348022005446793094",
    "0.99, 0.0058548067647097814532, -0.59378630405559515926, 1.6693041010718245379",
    "1, 0, -0.57721566490153286061, 1.6449340668482264365",
    "1.001, -0.00057639359828330615152, -0.57557193181030065237, 1.642533195868978297",
    "1.4616321449683622, -0.1214862905358496081, -9.2412655217294274792e-17, 0.967672245447621255",
    "2, 0, 0.42278433509846713939, 0.64493406684822643647",
    "2.001, 0.00042310673480011699119, 0.42342906719069845854, 0.64453019986398407044",
    "3.7, 1.4280723266653881292, 1.1671535393615114409, 0.31003785767003830216",
    "7.999, 8.5231457861589154881, 2.0155083320903480383, 0.13315471661315860389",
    "8.001, 8.5271770691089264076, 2.0157746061213024851, 0.13311931747414414051",
    "50, 144.56574394634488601, 3.901989673427892197, 0.020201333226697125806",
    "1e6, 12815504.56914761166, 13.815510057964190771, 1.0000005000001666667e-6",
    "-0.3, 1.4648400508576025305, 2.1133097796353988734, 13.945160267805722489",
    "-2.5, -0.056243716497674050673, 1.1031566406452431872, 9.5392466449891237539",
    "-7.7, -8.6110964437789005256, -0.17774844371896934204, 14.957612844863726484"
  })
  void gamma(double x, double lgamma, double digamma, double trigamma) {
    assertEquals(lgamma, of(x).lgamma().item(), 1e-13 * Math.max(1, Math.abs(lgamma)));
    assertEquals(digamma, of(x).digamma().item(), 1e-13 * Math.max(1, Math.abs(digamma)));
    Tensor at = of(x);
    Tensor slope = Autodiff.gradient(at.lgamma(), at);
    assertEquals(digamma, slope.item(), 1e-12 * Math.max(1, Math.abs(digamma)));
    Tensor curvature = Autodiff.gradient(at.digamma(), at);
    assertEquals(trigamma, curvature.item(), 1e-11 * Math.max(1, trigamma));
  }

  /** The value is accurate also where it is small. */
  @Test
  void logGammaNearItsZeros() {
    assertEquals(1, of(1.001).lgamma().item() / -0.00057639359828330615152, 1e-13);
    assertEquals(1, of(2.001).lgamma().item() / 0.00042310673480011699119, 1e-13);
  }

  @Test
  void gammaAtPolesAndFarAway() {
    for (double pole : new double[] {0, -0.0, -1, -30, -INFINITY}) {
      assertEquals(INFINITY, of(pole).lgamma().item());
      assertEquals(Double.NaN, of(pole).digamma().item());
    }
    assertEquals(INFINITY, of(INFINITY).lgamma().item());
    assertEquals(INFINITY, of(INFINITY).digamma().item());
    assertEquals(Double.NaN, of(Double.NaN).lgamma().item());
    assertEquals(Double.NaN, of(Double.NaN).digamma().item());
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0, -0.0, 1e-300, -1e-12, 0.3, 0.41, 0.42, -0.7, 1, -1, 1.0000001, 2.4, -2.5, 700, -1e5,
        1e300, INFINITY, -INFINITY
      })
  void arcTangent(double x) {
    assertSame(Math.atan(x), of(x).atan().item());
    assertSame(Math.sinh(x), of(x).sinh().item());
    assertSame(Math.cosh(x), of(x).cosh().item());
    Tensor at = of(x);
    assertEquals(1 / (1 + x * x), Autodiff.gradient(at.atan(), at).item(), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 1e-300, -1e-9, 0.3, -0.5, 0.999999, 1, -1, 1.5})
  void arcSineAndCosine(double x) {
    assertSame(Math.asin(x), of(x).asin().item());
    assertSame(Math.acos(x), of(x).acos().item());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 1e-300, -1e-9, 0.3, -2.5, 40, -1e6, 1e9, 1e200, INFINITY})
  void areaFunctions(double x) {
    double size = Math.abs(x);
    double expected =
        size > 1e8
            ? Math.log(size) + Math.log(2)
            : Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size)));
    assertSame(Math.copySign(expected, x), of(x).asinh().item());
    assertSame(Math.tanh(of(Math.tanh(x)).atanh().item()), Math.tanh(x));
    if (x < 300 && x > 1e-3) {
      assertEquals(1, of(Math.cosh(x)).acosh().item() / size, 1e-12);
    }
  }

  @Test
  void areaFunctionsAtTheirBorders() {
    assertEquals(0, of(1).acosh().item());
    assertEquals(Double.NaN, of(0.99).acosh().item());
    assertEquals(Double.NaN, of(-5).acosh().item());
    assertEquals(INFINITY, of(INFINITY).acosh().item());
    assertEquals(INFINITY, of(1).atanh().item());
    assertEquals(-INFINITY, of(-1).atanh().item());
    assertEquals(Double.NaN, of(1.01).atanh().item());
    Tensor zero = of(0);
    for (Tensor y :
        new Tensor[] {zero.asinh(), zero.atan(), zero.asin(), zero.tan(), zero.sinh()}) {
      assertEquals(1, Autodiff.gradient(y, zero).item());
    }
  }

  /** The four quadrants, the axes, zeros of both signs, and infinities. */
  @Test
  void angles() {
    double[] all = {0, -0.0, 1, -1, 0.3, -2, 1e-300, -1e300, INFINITY, -INFINITY, Double.NaN};
    for (double y : all) {
      for (double x : all) {
        assertSame(Math.atan2(y, x), of(y).atan2(of(x)).item());
      }
    }
  }

  @Test
  void remaindersHaveTheSignOfTheDivisor() {
    for (int a = -7; a <= 7; a++) {
      for (int b = -3; b <= 3; b++) {
        int whole = Tensor.of(new int[] {a}).mod(Tensor.of(new int[] {b})).toIntArray()[0];
        assertEquals(b == 0 ? a : Math.floorMod(a, b), whole);
        double rest = of(a).mod(of(b)).item();
        assertEquals(b == 0 ? Double.NaN : Math.floorMod(a, b), rest, 0.0);
      }
    }
    assertEquals(0.5, of(-1).mod(1.5).item());
  }

  @Test
  void sumsOfExponentials() {
    assertEquals(2e-9, of(0).logAddExp(of(Math.log(2e-9))).item(), 1e-17);
    assertEquals(1000 + Math.log(2), of(1000).logAddExp(of(1000)).item(), 1e-12);
    assertEquals(INFINITY, of(INFINITY).logAddExp(of(INFINITY)).item());
    assertEquals(INFINITY, of(-INFINITY).logAddExp(of(INFINITY)).item());
    assertEquals(-INFINITY, of(-INFINITY).logAddExp(of(-INFINITY)).item());
    assertEquals(3, of(-INFINITY).logAddExp(of(3)).item());
    assertEquals(Double.NaN, of(Double.NaN).logAddExp(of(INFINITY)).item());
    Tensor a = of(-INFINITY);
    Tensor b = of(3);
    Tensor y = a.logAddExp(b);
    assertEquals(0, Autodiff.gradient(y, a).item());
    assertEquals(1, Autodiff.gradient(y, b).item());
  }

  /** To 4 units in the last place; zeros with their sign. */
  private static void assertSame(double expected, double actual) {
    if (expected == 0 || !Double.isFinite(expected)) {
      assertEquals(expected, actual);
    } else {
      assertEquals(expected, actual, 8 * Math.ulp(expected));
    }
  }
}
