package shinso.zoo.energy;

import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.penalty.Sparsity;

/**
 * Convolutional restricted Boltzmann machine with probabilistic max pooling: the hidden units of a
 * map look for the same thing at all places, and at most one of a block of C x C is on.
 *
 * <pre>
 * E(v, h) = −Σₖ Σᵢⱼ hᵏᵢⱼ (bₖ + (Wᵏ ∗ v)ᵢⱼ) − c Σ v,   Σ_{block} hᵏᵢⱼ ≤ 1          (section 3.3)
 * P(hᵏᵢⱼ = 1 | v) = exp(I(hᵏᵢⱼ)) / (1 + Σ_{block} exp(I(hᵏ))),   I(hᵏᵢⱼ) = bₖ + (Wᵏ ∗ v)ᵢⱼ
 * P(vᵢⱼ = 1 | h) = σ(c + Σₖ (Wᵏ ∗ᵀ hᵏ)ᵢⱼ)
 * F(v) = −c Σ v − Σₖ Σ_{blocks} log(1 + Σ_{block} exp(I(hᵏ)))
 * </pre>
 *
 * <p>Real-valued visible units have mean c + Σₖ Wᵏ ∗ᵀ hᵏ, variance 1 and ½ Σ (v − c)² for −c Σ v.
 *
 * <p>Convolutions ∗ are without padding and don't turn the filter. Examples are flattened pictures
 * {@code [b, height · width · channels]} or pictures.
 *
 * <p>Source: Lee, Grosse, Ranganath and Ng, "Convolutional deep belief networks for scalable
 * unsupervised learning of hierarchical representations" (2009), sections 3.2 and 3.3.
 *
 * @param filters W, {@code [rows, columns, channels, maps]}
 * @param visibleBias c, {@code [channels]}
 * @param hiddenBias b, {@code [maps]}
 * @param height rows of a picture
 * @param width columns of a picture
 * @param pooling of detection units
 * @param values what visible units are
 */
public record ConvolutionalRbm(
    Param filters,
    Param visibleBias,
    Param hiddenBias,
    int height,
    int width,
    ProbabilisticMaxPooling pooling,
    Values values)
    implements GibbsSampler, AnnealedModel {
  private static final int BURN_IN = 1_000;

  /** What visible units are. */
  public enum Values {
    /** 0 or 1. */
    BINARY,
    /** Real numbers with variance 1 given the hidden units, for data that is whitened. */
    REAL
  }

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the filters don't fit into the picture, or their maps can't
   *     be cut into blocks
   */
  public ConvolutionalRbm {
    Shape f = filters.shape();
    if (f.rank() != 4 || f.dim(0) > height || f.dim(1) > width) {
      throw new IllegalArgumentException(
          ("convolutional machine: filters [rows, columns, channels, maps] that fit into %d x %d,"
                  + " not %s")
              .formatted(height, width, f));
    }
    pooling.require(height - f.dim(0) + 1, width - f.dim(1) + 1);
  }

  /**
   * Returns a machine with small random filters.
   *
   * @param picture {@code [height, width, channels]}
   * @param side rows and columns of a filter
   * @param maps how many filters
   * @param pool C, rows and columns of a block
   */
  public static ConvolutionalRbm of(
      Shape picture, int side, int maps, int pool, Values values, Rng rng) {
    Shape filters = Shape.of(side, side, picture.dim(2), maps);
    return new ConvolutionalRbm(
        Param.of(Initializer.normal(0.01).draw(filters, rng)),
        Param.of(Tensor.zeros(picture.dim(2))),
        Param.of(Tensor.zeros(maps)),
        picture.dim(0),
        picture.dim(1),
        new ProbabilisticMaxPooling(pool),
        values);
  }

  /**
   * Returns this with biases that give units their shares as long as filters are small: visible
   * ones that of the data, and detection units one that is small from the first step on, so that
   * filters share the work.
   *
   * @param visible how often a visible unit is on, or the mean of real ones
   * @param on how often a detection unit is on, below 1 / C²
   * @throws IllegalArgumentException if it is not
   */
  public ConvolutionalRbm withBaseRates(double visible, double on) {
    int units = pooling.size() * pooling.size();
    if (!(on > 0 && on * units < 1)) {
      throw new IllegalArgumentException(
          "convolutional machine: one of %d units of a block is on at most, so that each is on less"
                  .formatted(units)
              + " than 1 / %d of the time, not %s".formatted(units, on));
    }
    Tensor rate = visibleBias.value().fullLike(visible);
    visibleBias.assign(isBinary() ? Bernoulli.ofRates(rate).logits() : rate);
    hiddenBias.assign(hiddenBias.value().fullLike(Math.log(on / (1 - units * on))));
    return this;
  }

  private Tensor w() {
    return filters.value();
  }

  private Tensor picture(Tensor v) {
    return v.reshape(v.shape().dim(0), height, width, w().shape().dim(2));
  }

  /** Returns the shape of the detection units of an example: {@code [rows, columns, maps]}. */
  public Shape detectionShape() {
    Shape f = filters.shape();
    return Shape.of(height - f.dim(0) + 1, width - f.dim(1) + 1, f.dim(3));
  }

  /** Returns the shape of the pooling units of an example: {@code [rows, columns, maps]}. */
  public Shape poolingShape() {
    Shape d = detectionShape();
    return Shape.of(d.dim(0) / pooling.size(), d.dim(1) / pooling.size(), d.dim(2));
  }

  // ---- conditionals

  /** Returns I, what detection units are told: {@code [b, *] -> [b, rows, columns, maps]}. */
  public Tensor input(Tensor v) {
    return picture(v).conv2d(w(), ConvSpec.VALID).add(hiddenBias.value());
  }

  /** Returns P(h = 1 | v) of the detection units: {@code [b, *] -> [b, rows, columns, maps]}. */
  public Tensor detection(Tensor v) {
    return pooling.detection(input(v));
  }

  /** Returns P(p = 1 | v) of the pooling units: {@code [b, *] -> [b, rows/C, columns/C, maps]}. */
  public Tensor pooling(Tensor v) {
    return pooling.pooling(input(v));
  }

  /** Returns Σₖ Wᵏ ∗ᵀ hᵏ: {@code [b, rows, columns, maps] -> [b, height, width, channels]}. */
  Tensor back(Tensor h) {
    return h.convTranspose2d(w(), ConvSpec.VALID, height, width);
  }

  /** Returns E[v | h]: {@code [b, rows, columns, maps] -> [b, visible]}. */
  public Tensor visible(Tensor h) {
    Tensor x = back(h).add(visibleBias.value()).flatten(1);
    return isBinary() ? x.sigmoid() : x;
  }

  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    return draw(reconstruct(v, rng.split(0)), rng.split(1));
  }

  /** Draws visible units of these means. */
  Tensor draw(Tensor mean, Rng rng) {
    return isBinary() ? mean.bernoulli(rng) : mean.add(mean.normalLike(rng));
  }

  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    return visible(pooling.draw(input(v), rng));
  }

  @Override
  public Tensor observed(Tensor x, Rng rng) {
    return isBinary() ? x.flatten(1).bernoulli(rng) : x.flatten(1);
  }

  @Override
  public boolean isBinary() {
    return values == Values.BINARY;
  }

  // ---- energies

  /**
   * {@inheritDoc} It is infinite where two units of a block are on.
   *
   * @param hidden the detection units, {@code [b, rows · columns · maps]}
   */
  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor h = hidden.reshape(Shape.of(hidden.shape().dim(0)).concat(detectionShape()));
    Tensor e = visibleEnergy(visible).sub(input(visible).mul(h).sum(1, 2, 3)); // [b]
    return Tensor.select(pooling.allowed(h), e, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor freeEnergy(Tensor v) {
    return visibleEnergy(v).sub(pooling.logPartition(input(v)));
  }

  private Tensor visibleEnergy(Tensor v) {
    Tensor c = visibleBias.value();
    return isBinary()
        ? picture(v).mul(c).sum(1, 2, 3).neg()
        : picture(v).sub(c).square().sum(1, 2, 3).mul(0.5);
  }

  /**
   * Returns the divergence of how often the units of each map are on from how often they should be,
   * over all places and examples: what keeps filters from learning the same (Lee, Ekanadham and Ng
   * 2008; section 3.2 of the source).
   *
   * @param rho how often a detection unit should be on
   * @return a scalar
   */
  public Tensor sparsity(Tensor v, double rho) {
    Tensor p = detection(v);
    int maps = p.shape().dim(3);
    return Sparsity.kl(p.reshape(p.shape().size() / maps, maps), rho);
  }

  /**
   * Returns the distributions between one of independent visible units and this machine, of which
   * the hidden units are summed out, as for a machine without convolutions ({@link Rbm#annealing}):
   *
   * <pre>
   * f_β(v) = exp((1 − β) aᵀv + β c Σ v) Π_{blocks} (1 + Σ_{block} exp(β I)),   aᵢ = log pᵢ / (1 − pᵢ)
   * </pre>
   *
   * @param rates p, the shares of the visible units in the data: {@code [visible]}
   * @throws IllegalArgumentException if visible units are real
   */
  @Override
  public Ais.Path annealing(Tensor rates) {
    if (!isBinary()) {
      throw new IllegalArgumentException(
          "convolutional machine: real visible units have no base rates; anneal along a"
              + " GeometricPath from a normal distribution");
    }
    return new Annealing(this, Bernoulli.ofRates(rates).logits().evaluate());
  }

  private record Annealing(ConvolutionalRbm rbm, Tensor a) implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      return a.sigmoid().unsqueeze(0).tile(0, chains).bernoulli(rng);
    }

    @Override
    public double logNormalizer() {
      int c = rbm.pooling.size();
      return a.softplus().sum().item() + rbm.poolingShape().size() * Math.log(1 + c * c);
    }

    @Override
    public Tensor logWeight(Tensor v, Tensor beta) {
      Tensor own = v.mul(a.mul(beta.rsub(1))).sum(1).sub(rbm.visibleEnergy(v).mul(beta));
      return own.add(rbm.pooling.logPartition(rbm.input(v).mul(beta)));
    }

    @Override
    public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
      Tensor input = rbm.input(v);
      Tensor step = rbm.visibleEnergy(v).neg().sub(v.mul(a).sum(1)).mul(to.sub(from));
      return step.add(rbm.pooling.logPartition(input.mul(to)))
          .sub(rbm.pooling.logPartition(input.mul(from)));
    }

    @Override
    public Tensor transition(Tensor v, Tensor beta, Rng rng) {
      Tensor h = rbm.pooling.draw(rbm.input(v).mul(beta), rng.split(0));
      Tensor told = rbm.back(h).add(rbm.visibleBias.value()).flatten(1);
      return told.mul(beta).add(a.mul(beta.rsub(1))).sigmoid().bernoulli(rng.split(1));
    }
  }

  /** Draws by long chains of Gibbs sampling that begin with the visible biases alone. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(start, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    Tensor bias = Tensor.zeros(count, height, width, 1).add(visibleBias.value()).flatten(1);
    return draw(isBinary() ? bias.sigmoid() : bias, rng);
  }
}
