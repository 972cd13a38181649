package shinso.zoo.backprop;

import java.util.List;
import java.util.Locale;
import shinso.train.judge.Quantity;
import shinso.zoo.backprop.DeltaRule.Activation;
import shinso.zoo.backprop.DeltaRule.Backward;
import shinso.zoo.backprop.DeltaRule.Forward;
import shinso.zoo.backprop.DeltaRule.Layer;
import shinso.zoo.backprop.DeltaRule.Output;
import shinso.zoo.harness.*;

/**
 * Back-propagation step by step on an example that can be followed with a pencil: scalars x, w⁽²⁾
 * and w⁽³⁾, f(u) = u² in each of three layers, and the loss ŷ².
 *
 * <pre>
 * ./shinso run backprop-by-hand
 * ./shinso run backprop-by-hand --set x=1 --set w2=2 --set w3=3
 * </pre>
 */
public final class BackpropByHand implements Demo {
  private static final Setting<Double> X = Setting.number("x", "the input", -10, 10);
  private static final Setting<Double> W2 = Setting.number("w2", "the weight w⁽²⁾", -10, 10);
  private static final Setting<Double> W3 = Setting.number("w3", "the weight w⁽³⁾", -10, 10);

  private static final Quantity BY_W2 = Quantity.of("∂L/∂w⁽²⁾", "");
  private static final Quantity BY_W3 = Quantity.of("∂L/∂w⁽³⁾", "");
  private static final Quantity DIFFERENCE =
      Quantity.smaller("difference from the derivatives of the formula", "");

  @Override
  public Card card() {
    return Card.of("backprop-by-hand", "back-propagation on paper: x, two weights, f(u) = u²")
        .rows("D2")
        .source(
            "Rumelhart, Hinton and Williams, \"Learning representations by back-propagating"
                + " errors\", 1986");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(X.always(1.0), W2.always(2.0), W3.always(3.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of(Claim.atMost(DIFFERENCE, 1e-12, 1e-12, 1e-12));
  }

  @Override
  public void run(Run run) {
    double x = run.get(X);
    double w2 = run.get(W2);
    double w3 = run.get(W3);
    DeltaRule net =
        new DeltaRule(
            List.of(layer(1), layer(w2), layer(w3)),
            Output.of(Activation.SQUARE, Activation.SQUARE));
    double[] none = new double[1];
    Forward forward = net.forward(new double[] {x});
    Backward backward = net.backward(forward, none);
    double byW2 = backward.w().get(1)[0][0];
    double byW3 = backward.w().get(2)[0][0];

    run.text(
        "Back-propagation by hand",
        steps(w3, net.error(new double[] {x}, none), forward, backward));
    run.score(BY_W2, () -> byW2);
    run.score(BY_W3, () -> byW3);
    // L = (w⁽³⁾ (w⁽²⁾ x²)²)⁴ = w⁽³⁾⁴ w⁽²⁾⁸ x¹⁶
    double exact2 = 8 * Math.pow(w3, 4) * Math.pow(w2, 7) * Math.pow(x, 16);
    double exact3 = 4 * Math.pow(w3, 3) * Math.pow(w2, 8) * Math.pow(x, 16);
    double size = Math.max(1, Math.max(Math.abs(exact2), Math.abs(exact3)));
    run.score(DIFFERENCE, () -> Math.max(Math.abs(byW2 - exact2), Math.abs(byW3 - exact3)) / size);
  }

  private static Layer layer(double w) {
    return new Layer(new double[][] {{w}}, new double[1], Activation.SQUARE);
  }

  private static String steps(double w3, double loss, Forward f, Backward b) {
    double[] u = f.u().stream().mapToDouble(v -> v[0]).toArray();
    double[] z = f.z().stream().mapToDouble(v -> v[0]).toArray();
    double[] d = b.delta().stream().mapToDouble(v -> v[0]).toArray();
    return String.join(
        "\n",
        "forward",
        line("  u⁽¹⁾ = x                       = %s", u[0]),
        line("  h⁽¹⁾ = f(u⁽¹⁾) = u⁽¹⁾²         = %s", z[1]),
        line("  u⁽²⁾ = w⁽²⁾ h⁽¹⁾               = %s", u[1]),
        line("  h⁽²⁾ = u⁽²⁾²                   = %s", z[2]),
        line("  u⁽³⁾ = w⁽³⁾ h⁽²⁾               = %s", u[2]),
        line("  ŷ    = u⁽³⁾²                   = %s", z[3]),
        line("  L    = ŷ²                      = %s", loss),
        "backward",
        line(
            "  δ⁽³⁾ = L′(ŷ) f′(u⁽³⁾) = 2 ŷ · 2 u⁽³⁾       = 2 · %s · 2 · %s = %s",
            z[3], u[2], d[2]),
        line(
            "  δ⁽²⁾ = δ⁽³⁾ w⁽³⁾ f′(u⁽²⁾) = δ⁽³⁾ w⁽³⁾ 2 u⁽²⁾ = %s · %s · 2 · %s = %s",
            d[2], w3, u[1], d[1]),
        "gradients",
        line("  ∂L/∂w⁽³⁾ = δ⁽³⁾ h⁽²⁾ = %s · %s = %s", d[2], z[2], b.w().get(2)[0][0]),
        line("  ∂L/∂w⁽²⁾ = δ⁽²⁾ h⁽¹⁾ = %s · %s = %s", d[1], z[1], b.w().get(1)[0][0]));
  }

  private static String line(String format, Double... numbers) {
    Object[] texts = new Object[numbers.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.format(Locale.ROOT, "%.10g", numbers[i]).replaceFirst("\\.?0+$", "");
    }
    return String.format(Locale.ROOT, format, texts);
  }
}
