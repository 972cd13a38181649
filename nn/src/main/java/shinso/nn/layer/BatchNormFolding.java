package shinso.nn.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Puts batch normalisation into the affine maps before it:
 *
 * <pre>
 * γ (W x + b − μ) / √(σ² + ε) + β = (s W) x + (b − μ) s + β,   s = γ / √(σ² + ε)
 * </pre>
 */
final class BatchNormFolding {
  private BatchNormFolding() {}

  static Layer fold(Layer layer) {
    return switch (layer) {
      case Network n -> fold(n);
      case Sequential s -> new Sequential(fold(s.layers()));
      case Residual r ->
          new Residual(fold(r.layer()), r.shortcut() == null ? null : fold(r.shortcut()));
      case PoolUnpool p -> new PoolUnpool(p.spec(), fold(p.layer()));
      case Frozen f -> new Frozen(fold(f.layer()), f.keepsStatistics());
      default -> layer;
    };
  }

  static Network fold(Network network) {
    SequencedMap<String, Layer> folded = new LinkedHashMap<>();
    network
        .layers()
        .forEach((name, layer) -> {
          Layer both = folded.isEmpty() ? null : joined(folded.lastEntry().getValue(), layer);
          if (both == null) {
            folded.put(name, fold(layer));
          } else {
            folded.put(folded.lastEntry().getKey(), both);
          }
        });
    return new Network(network.input(), folded);
  }

  private static List<Layer> fold(List<Layer> layers) {
    List<Layer> folded = new ArrayList<>();
    for (Layer layer : layers) {
      Layer both = folded.isEmpty() ? null : joined(folded.getLast(), layer);
      if (both == null) {
        folded.add(fold(layer));
      } else {
        folded.set(folded.size() - 1, both);
      }
    }
    return folded;
  }

  /** Returns one layer for two, or null if there is none. */
  private static @Nullable Layer joined(Layer first, Layer second) {
    if (!(second instanceof BatchNorm norm)) {
      return null;
    }
    Tensor s = norm.gain().value().div(norm.variance().value().add(norm.epsilon()).sqrt());
    return switch (first) {
      case Dense d -> new Dense(scaled(d.weight(), s), bias(d.bias(), s, norm));
      case Conv1d c ->
          new Conv1d(scaled(c.weight(), s), bias(c.bias(), s, norm), c.spec(), c.samePadding());
      case Conv2d c -> joined(c, s, norm);
      case SeparableConv2d c -> new SeparableConv2d(c.depthwise(), joined(c.pointwise(), s, norm));
      case ConvTranspose2d c ->
          new ConvTranspose2d(
              scaled(c.weight(), transposed(s, c)),
              bias(c.bias(), s, norm),
              c.spec(),
              c.samePadding());
      default -> null;
    };
  }

  private static Conv2d joined(Conv2d c, Tensor s, BatchNorm norm) {
    return new Conv2d(scaled(c.weight(), s), bias(c.bias(), s, norm), c.spec(), c.samePadding());
  }

  private static Param scaled(Param weight, Tensor s) {
    return Param.of(weight.value().mul(s).evaluate());
  }

  private static Param bias(@Nullable Param bias, Tensor s, BatchNorm norm) {
    Tensor less = norm.mean().value().neg();
    Tensor b = bias == null ? less : bias.value().add(less);
    return Param.of(b.mul(s).add(norm.bias().value()).evaluate());
  }

  /** Returns factors for filters {@code [kh, kw, out / groups, in]}: {@code [out / groups, in]}. */
  private static Tensor transposed(Tensor s, ConvTranspose2d c) {
    int groups = c.spec().groups();
    int out = c.weight().shape().dim(2);
    int in = c.weight().shape().dim(3);
    return s.reshape(groups, out)
        .transpose()
        .unsqueeze(2)
        .broadcastTo(Shape.of(out, groups, in / groups))
        .reshape(out, in);
  }
}
