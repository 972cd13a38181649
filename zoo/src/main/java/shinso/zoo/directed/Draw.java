package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.Normal;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Pass;
import shinso.nn.model.Decoder;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Sampler;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.LossLearner;

/**
 * Deep recurrent attentive writer: a variational auto-encoder that draws on a canvas, a patch at
 * each of T glimpses (Gregor, Danihelka, Graves, Rezende and Wierstra, "DRAW: a recurrent neural
 * network for image generation", 2015).
 *
 * <pre>
 * x̂_t = x − σ(c_{t−1})                                          (3)
 * r_t = read(x, x̂_t, h^dec_{t−1})                               (4)
 * h^enc_t = LSTM^enc(h^enc_{t−1}, [r_t, h^dec_{t−1}])           (5)
 * z_t ~ q(z_t | h^enc_t) = N(μ_t, σ_t²)                         (6, 1, 2)
 * h^dec_t = LSTM^dec(h^dec_{t−1}, z_t)                          (7)
 * c_t = c_{t−1} + write(h^dec_t)                                (8)
 * log p(x) ≥ E log p(x | c_T) − Σ_t KL(q(z_t | h^enc_t) ‖ N(0, I))     (9 to 12)
 * </pre>
 *
 * <p>Generation leaves (3) to (6) out and draws z_t from N(0, I) (13 to 16). Where to read and to
 * write follows from h^dec by {@link FilterBanks} (21, 27 to 29); without windows both take the
 * whole image (17, 18). c₀ and the first h are learned.
 *
 * @param encoder LSTM^enc
 * @param decoder LSTM^dec
 * @param posterior of h^enc: μ and log σ, {@code [hidden] -> [2 noise]}
 * @param reading of h^dec: where the reading grid lies, {@code [hidden] -> [5]}; null without
 * @param writing of h^dec: where the writing grid lies; null without
 * @param patch of h^dec: what is written, {@code [hidden] -> [write write]}, or of all pixels
 * @param canvas c₀, {@code [rows columns]}
 * @param encoderStart h^enc₀, {@code [hidden]}
 * @param decoderStart h^dec₀, {@code [hidden]}
 * @param config sizes
 */
public record Draw(
    Lstm encoder,
    Lstm decoder,
    Dense posterior,
    @Nullable Dense reading,
    @Nullable Dense writing,
    Dense patch,
    Param canvas,
    Param encoderStart,
    Param decoderStart,
    Config config)
    implements Sampler, LatentVariableModel, Decoder {
  /** Gradients of a batch are shortened to this norm. */
  private static final double LONGEST = 10;

  /**
   * Sizes.
   *
   * @param rows of a picture
   * @param columns of a picture
   * @param glimpses T
   * @param hidden units of each LSTM
   * @param noise the length of a z_t
   * @param read rows and columns of the reading grid; 0 to read everything
   * @param write rows and columns of the writing grid; 0 to write everywhere
   */
  public record Config(
      int rows, int columns, int glimpses, int hidden, int noise, int read, int write) {
    /** The paper's for MNIST with attention. */
    public static final Config MNIST = new Config(28, 28, 64, 256, 100, 2, 5);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is too small
     */
    public Config {
      if (Math.min(Math.min(rows, columns), Math.min(hidden, noise)) < 1 || glimpses < 1) {
        throw new IllegalArgumentException(
            ("draw: at least 1 row, column, glimpse, hidden unit and latent variable, not %d, %d,"
                    + " %d, %d and %d")
                .formatted(rows, columns, glimpses, hidden, noise));
      }
      if (read < 0 || read == 1 || write < 0 || write == 1) {
        throw new IllegalArgumentException(
            "draw: grids have at least 2 rows, or 0 for none, not %d and %d"
                .formatted(read, write));
      }
    }

    /** Returns this with another number of glimpses. */
    public Config withGlimpses(int number) {
      return new Config(rows, columns, number, hidden, noise, read, write);
    }

    private int pixels() {
      return rows * columns;
    }

    private int seen() {
      return 2 * (read > 0 ? read * read : pixels());
    }
  }

  /** Returns a model with drawn weights. */
  public static Draw of(Config c, Rng rng) {
    Initializer init = Initializer.glorotUniform();
    int written = c.write > 0 ? c.write * c.write : c.pixels();
    return new Draw(
        Lstm.of(c.seen() + c.hidden, c.hidden, init, rng.split("encoder")),
        Lstm.of(c.noise, c.hidden, init, rng.split("decoder")),
        Dense.of(c.hidden, 2 * c.noise, init, rng.split("posterior")),
        c.read > 0 ? window(c, init, rng.split("reading")) : null,
        c.write > 0 ? window(c, init, rng.split("writing")) : null,
        Dense.of(c.hidden, written, init, rng.split("patch")),
        Param.of(Tensor.zeros(c.pixels())),
        Param.of(Tensor.zeros(c.hidden)),
        Param.of(Tensor.zeros(c.hidden)),
        c);
  }

  private static Dense window(Config c, Initializer init, Rng rng) {
    return Dense.of(c.hidden, FilterBanks.PARAMETERS, init, rng);
  }

  // ---- attention

  private FilterBanks grid(Dense window, int size, Tensor h) {
    return FilterBanks.of(of(window, h), size, config.rows, config.columns);
  }

  private static Tensor of(Dense layer, Tensor h) {
    return layer.forward(h, Pass.inference());
  }

  /** Returns what is seen of the picture and of the error, {@code [b, 2 read read]} (27, 17). */
  private Tensor read(Tensor x, Tensor error, Tensor h) {
    if (reading == null) {
      return Tensor.concat(1, List.of(x.flatten(1), error.flatten(1)));
    }
    FilterBanks grid = grid(reading, config.read, h);
    return Tensor.concat(1, List.of(grid.read(x).flatten(1), grid.read(error).flatten(1)));
  }

  /** Returns what is added to the canvas, {@code [b, rows, columns]} (28, 29, 18). */
  private Tensor write(Tensor h) {
    Tensor w = of(patch, h);
    int b = h.shape().dim(0);
    return writing == null
        ? w.reshape(b, config.rows, config.columns)
        : grid(writing, config.write, h).write(w.reshape(b, config.write, config.write));
  }

  // ---- the drawing

  /** h and the cell of an LSTM before the first step: {@code [b, hidden]} each. */
  private List<Tensor> start(Param h, int b) {
    Tensor first = h.value().unsqueeze(0).tile(0, b);
    return List.of(first, first.zerosLike());
  }

  /**
   * What there is after a step of the decoder.
   *
   * @param state h^dec and the cell
   * @param canvas c, {@code [b, rows, columns]}
   */
  private record Hand(List<Tensor> state, Tensor canvas) {
    Tensor h() {
      return state.getFirst();
    }
  }

  private Hand begin(int b) {
    Tensor c = canvas.value().reshape(1, config.rows, config.columns).tile(0, b);
    return new Hand(start(decoderStart, b), c);
  }

  /** Equations 7 and 8. */
  private Hand draw(Hand before, Tensor z) {
    List<Tensor> state = decoder.step(z, before.state, Pass.inference()).state();
    return new Hand(state, before.canvas.add(write(state.getFirst())));
  }

  /** How z_t is chosen. */
  @FunctionalInterface
  private interface Choice {
    Tensor of(Distribution q, int t);
  }

  /**
   * What came of looking at examples.
   *
   * @param codes z₁ … z_T, {@code [b, noise]} each
   * @param divergence Σ_t KL(q(z_t) ‖ p(z_t)), {@code [b]}
   * @param canvas c_T, {@code [b, rows, columns]}
   */
  private record Seen(List<Tensor> codes, Tensor divergence, Tensor canvas) {}

  /** Equations 3 to 8. */
  private Seen look(Tensor pictures, Choice choice) {
    int b = pictures.shape().dim(0);
    Tensor x = pictures.reshape(b, config.rows, config.columns);
    List<Tensor> state = start(encoderStart, b);
    Hand hand = begin(b);
    List<Tensor> codes = new ArrayList<>();
    Tensor divergence = x.zerosLike().sum(1, 2); // [b]
    for (int t = 0; t < config.glimpses; t++) {
      Tensor error = x.sub(hand.canvas.sigmoid());
      Tensor r = read(x, error, hand.h());
      Tensor in = Tensor.concat(1, List.of(r, hand.h()));
      state = encoder.step(in, state, Pass.inference()).state();
      Tensor parameters = of(posterior, state.getFirst()); // [b, 2 noise]
      Tensor mean = parameters.slice(1, 0, config.noise);
      Tensor logScale = parameters.slice(1, config.noise, 2 * config.noise);
      Distribution q = new Normal(mean, logScale).independent(1);
      Tensor z = choice.of(q, t);
      divergence = divergence.add(Kl.of(q, Generator.prior(mean)));
      codes.add(z);
      hand = draw(hand, z);
    }
    return new Seen(codes, divergence, hand.canvas);
  }

  /**
   * Returns a lower bound on log p(x) in nats, estimated with one draw of z₁ … z_T: {@code [b, *]
   * -> [b]}.
   *
   * @param x pixels of 0 and 1
   */
  public Tensor bound(Tensor x, Rng rng) {
    Seen seen = look(x, (q, t) -> q.sample(rng.split(t)));
    Distribution pixels = new Bernoulli(seen.canvas.flatten(1)).independent(1);
    return pixels.logProbability(x.flatten(1)).sub(seen.divergence);
  }

  /** Returns σ(c₁) … σ(c_T), how pictures come about: {@code [T, b, rows, columns]} (14, 15). */
  public Tensor canvases(Tensor codes) {
    Hand hand = begin(codes.shape().dim(0));
    List<Tensor> all = new ArrayList<>();
    for (Tensor z : codes.split(1, each())) {
      hand = draw(hand, z);
      all.add(hand.canvas.sigmoid());
    }
    return Tensor.stack(0, all);
  }

  private int[] each() {
    int[] lengths = new int[config.glimpses];
    Arrays.fill(lengths, config.noise);
    return lengths;
  }

  /** Returns codes drawn from the prior: {@code [count, T noise]} (13). */
  public Tensor codes(int count, Rng rng) {
    return Tensor.normal(rng, count, config.glimpses * config.noise);
  }

  // ---- abilities

  /** Draws pictures of 0 and 1: {@code [count, rows, columns]} (16). */
  @Override
  public Tensor sample(int count, Rng rng) {
    return decode(codes(count, rng.split(0))).bernoulli(rng.split(1));
  }

  @Override
  public Tensor drawCodes(int count, Rng rng) {
    return codes(count, rng);
  }

  /** Returns z₁ … z_T, each the mean of q after those before: {@code [b, T noise]}. */
  @Override
  public Tensor encode(Tensor x) {
    return Tensor.concat(1, look(x, (q, t) -> q.mean()).codes);
  }

  /** Returns σ(c_T), {@code [b, rows, columns]}. */
  @Override
  public Tensor decode(Tensor z) {
    return canvases(z).at(0, -1);
  }

  /**
   * Returns ascent of the bound, with gradients clipped at a norm of 10; grey values are drawn as
   * bits at each use.
   */
  public LossLearner learning(Optimizer rule) {
    LossLearner.Loss loss =
        (batch, rng) -> bound(batch.getFirst().bernoulli(rng.split(0)), rng.split(1)).neg();
    return LossLearner.of(this, loss, rule).clipped(LONGEST);
  }
}
