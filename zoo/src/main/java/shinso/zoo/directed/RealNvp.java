package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.model.Decoder;
import shinso.nn.model.DensityModel;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Sampler;

/**
 * Real-valued transformations that do not preserve volume: a generator network that can be run
 * backwards, so that its density is exact (Dinh, Sohl-Dickstein and Bengio, "Density estimation
 * using Real NVP", 2017; Goodfellow, Bengio and Courville, "Deep learning", section 20.10.2).
 *
 * <pre>
 * z ~ N(0, I),  x = g(z),  f = g⁻¹
 * p(x) = p(z) / |det ∂g / ∂z|
 * log p(x) = log p(f(x)) + log |det ∂f / ∂x|
 * </pre>
 *
 * <p>f is a chain of coupling layers, of which each leaves every second element as it is and scales
 * and shifts the others by what it sees there; the next one does it the other way round.
 *
 * @param couplings the layers of f, the one that sees x first
 * @param size the length of x and z
 */
public record RealNvp(List<Coupling> couplings, int size)
    implements DensityModel, Sampler, LatentVariableModel, Decoder {
  /** Keeps a copy. */
  public RealNvp {
    couplings = List.copyOf(couplings);
  }

  /**
   * Returns a model whose networks have two hidden layers of rectified units.
   *
   * @param layers coupling layers
   * @param hidden units of each hidden layer
   */
  public static RealNvp of(int size, int layers, int hidden, Rng rng) {
    List<Coupling> couplings =
        IntStream.range(0, layers)
            .mapToObj(i -> Coupling.of(size, hidden, i % 2, rng.split(i)))
            .toList();
    return new RealNvp(couplings, size);
  }

  /**
   * A value, and what the way to it did to volumes.
   *
   * @param value {@code [b, size]}
   * @param logDeterminant log |det ∂ value / ∂ x|, {@code [b]}
   */
  record Mapped(Tensor value, Tensor logDeterminant) {}

  /**
   * Affine coupling layer. With b = 1 for the elements that stay:
   *
   * <pre>
   * y = b x + (1 − b) (x exp(s(b x)) + t(b x))                    (9)
   * log |det ∂y / ∂x| = Σ (1 − b) s(b x)                          (6)
   * x = b y + (1 − b) (y − t(b y)) exp(−s(b y))                   (8)
   * s = a tanh(·)                                                 (section 4.1)
   * </pre>
   *
   * @param network what goes into tanh, and t, side by side, {@code [b, size] -> [b, 2 size]}
   * @param scale a, {@code [size]}
   * @param stays the elements i with i mod 2 = stays are left as they are
   */
  public record Coupling(Layer network, Param scale, int stays) {
    static Coupling of(int size, int hidden, int stays, Rng rng) {
      Network network =
          Network.of(size).dense(hidden).relu().dense(hidden).relu().dense(2 * size).build(rng);
      return new Coupling(network, Param.of(Tensor.ones(size)), stays);
    }

    /** The part of the elements that change: s and t, 0 for those that stay. */
    private record Change(Tensor s, Tensor t) {}

    private Tensor b(DType type) {
      return Tensor.iota(scale.shape().dim(0)).mod(2).equal(stays).cast(type);
    }

    private Change change(Tensor kept, Tensor b) {
      int d = scale.shape().dim(0);
      Tensor h = network.forward(kept, Pass.inference()); // [b, 2 d]
      Tensor changes = b.rsub(1);
      Tensor s = h.slice(1, 0, d).tanh().mul(scale.value()).mul(changes);
      return new Change(s, h.slice(1, d, 2 * d).mul(changes));
    }

    Mapped forward(Tensor x) {
      Tensor b = b(x.dtype());
      Change c = change(x.mul(b), b);
      return new Mapped(x.mul(c.s.exp()).add(c.t), c.s.sum(1)); // exp 0 = 1 leaves what stays
    }

    Tensor inverse(Tensor y) {
      Tensor b = b(y.dtype());
      Change c = change(y.mul(b), b);
      return y.sub(c.t).mul(c.s.neg().exp());
    }
  }

  /** Returns f(x) and log |det ∂f / ∂x|. */
  Mapped map(Tensor x) {
    Tensor value = x;
    Tensor logDeterminant = x.sum(1).zerosLike(); // [b]
    for (Coupling coupling : couplings) {
      Mapped next = coupling.forward(value);
      value = next.value;
      logDeterminant = logDeterminant.add(next.logDeterminant);
    }
    return new Mapped(value, logDeterminant);
  }

  /** Returns the exact log p(x): {@code [b, size] -> [b]}. */
  @Override
  public Tensor logProbability(Tensor x) {
    Mapped z = map(x);
    return Generator.prior(z.value).logProbability(z.value).add(z.logDeterminant);
  }

  /** Returns f(x). */
  @Override
  public Tensor encode(Tensor x) {
    return map(x).value;
  }

  /** Returns g(z). */
  @Override
  public Tensor decode(Tensor z) {
    return stages(z).getLast();
  }

  /** Returns z, and what it is after each layer of g. */
  List<Tensor> stages(Tensor z) {
    List<Tensor> stages = new ArrayList<>(List.of(z));
    for (Coupling coupling : couplings.reversed()) {
      stages.add(coupling.inverse(stages.getLast()));
    }
    return stages;
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return decode(drawCodes(count, rng));
  }

  /** Returns draws of N(0, I). */
  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return Tensor.normal(rng, count, size);
  }
}
