package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.decode.NextToken;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Attention;
import shinso.nn.layer.Bidirectional;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Dropout;
import shinso.nn.layer.Embedding;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;

/**
 * A recurrent network that reads a sequence, and another one that writes a sequence of another
 * length.
 *
 * <pre>
 * h_j = g(E x_j, h_{j−1})                                  the encoder
 * r_i, s_i = f(F y_{i−1}, s_{i−1}, h₁ … h_S)               the decoder, see {@link Context}
 * p(y_i | y₁ … y_{i−1}, x) = softmax(W r_i + b)
 * log p(y | x) = Σ_i log p(y_i | y₁ … y_{i−1}, x)
 * </pre>
 *
 * <p>y₀ is the end mark, and so is the last y, so that lengths have probabilities, too. In
 * learning, y_{i−1} is the right token whatever the network thinks of it (teacher forcing: Williams
 * and Zipser, "A learning algorithm for continually running fully recurrent neural networks",
 * 1989), or now and then what the network would have written (scheduled sampling: Bengio et al.,
 * 2015).
 *
 * <p>Source: Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
 * machine translation" (2014), section 2.2; Sutskever, Vinyals and Le, "Sequence to sequence
 * learning with neural networks" (2014), section 2.
 *
 * @param source E, a vector for each token of sources, {@code [tokens, e]}
 * @param target F, a vector for each token of targets, {@code [tokens, e]}
 * @param encoder g, {@link Recurrent} or {@link Bidirectional}
 * @param decoder f
 * @param output W and b, {@code [r, tokens]}
 * @param dropout of vectors and of r
 */
public record EncoderDecoder(
    Embedding source,
    Embedding target,
    Layer encoder,
    Decoder decoder,
    Dense output,
    Dropout dropout)
    implements NextToken {
  /** The token that ends sequences and stands before the first. */
  public static final int END = 0;

  /** How the decoder knows of the source. */
  public enum Context {
    /** By its first state, the last one of an encoder that reads backwards: Sutskever et al. */
    STATE,
    /** By a summary at every step: Cho et al. (2014). */
    SUMMARY,
    /** By additive attention to a source read from both ends: Bahdanau et al. (2015). */
    ADDITIVE,
    /** By multiplicative attention, fed to the next step: Luong et al. (2015). */
    MULTIPLICATIVE
  }

  /**
   * The sizes of a network.
   *
   * @param context how the decoder knows of the source
   * @param cell what its layers are
   * @param layers how many of them lie over each other in the encoder and in the decoder
   * @param features e, of a token's vector
   * @param hidden units of each layer
   * @param dropout probability with which features are dropped in learning: those of vectors, those
   *     between layers, and those that logits are made of
   */
  public record Config(
      Context context, Cell cell, int layers, int features, int hidden, double dropout) {
    /** One layer without dropout. */
    public static Config of(Context context, Cell cell, int features, int hidden) {
      return new Config(context, cell, 1, features, hidden, 0);
    }

    /** Four layers of 1,000 LSTM units: Sutskever et al. (2014), section 3.4. */
    public static final Config SUTSKEVER = new Config(Context.STATE, Cell.LSTM, 4, 1_000, 1_000, 0);

    /** A layer of 1,000 gated units: Cho et al. (2014), section 4.1. */
    public static final Config CHO = new Config(Context.SUMMARY, Cell.GRU, 1, 100, 1_000, 0);

    /** 1,000 gated units in each direction: Bahdanau et al. (2015), section 4.2. */
    public static final Config BAHDANAU = new Config(Context.ADDITIVE, Cell.GRU, 1, 620, 1_000, 0);

    /** Four layers of 1,000 LSTM units: Luong et al. (2015), section 4.1. */
    public static final Config LUONG =
        new Config(Context.MULTIPLICATIVE, Cell.LSTM, 4, 1_000, 1_000, 0.2);
  }

  /**
   * Returns a network with drawn weights.
   *
   * @param sourceTokens how many tokens sources are made of
   * @param targetTokens how many tokens targets are made of
   */
  public static EncoderDecoder of(Config config, int sourceTokens, int targetTokens, Rng rng) {
    int e = config.features;
    int n = config.hidden;
    Initializer drawn = Initializer.glorotUniform();
    Recurrent forward = layers(config, e, rng.split("encoder"));
    boolean feedsContext = config.context == Context.ADDITIVE || config.context == Context.SUMMARY;
    int annotation = config.context == Context.ADDITIVE ? 2 * n : n;
    int fed =
        switch (config.context) {
          case STATE -> 0;
          case SUMMARY, ADDITIVE -> annotation;
          case MULTIPLICATIVE -> n;
        };
    Recurrent cell = layers(config, e + fed, rng.split("decoder"));
    Rng key = rng.split("context");
    Dense readout =
        feedsContext
            ? Dense.of(n + e + annotation, 2 * n, drawn, key.split("readout"))
            : Dense.withoutBias(n + annotation, n, drawn, key.split("readout"));
    List<Dense> begin = begin(cell, n, key.split("begin"));
    Decoder decoder =
        switch (config.context) {
          case STATE -> new Decoder.FromState(cell);
          case SUMMARY -> new Decoder.FromContext(cell, begin, null, readout);
          case ADDITIVE -> {
            Attention a = Attention.Additive.of(n, annotation, n, drawn, key.split("attention"));
            yield new Decoder.FromContext(cell, begin, a, readout);
          }
          case MULTIPLICATIVE -> {
            Attention a = Attention.Multiplicative.of(n, annotation, drawn, key.split("attention"));
            yield new Decoder.Feeding(cell, a, readout);
          }
        };
    return new EncoderDecoder(
        Embedding.of(sourceTokens, e, Initializer.normal(1), rng.split("source")),
        Embedding.of(targetTokens, e, Initializer.normal(1), rng.split("target")),
        config.context == Context.ADDITIVE
            ? new Bidirectional(forward, layers(config, e, rng.split("backward")))
            : forward,
        decoder,
        Dense.of(n, targetTokens, drawn, rng.split("output")),
        new Dropout(config.dropout));
  }

  private static Recurrent layers(Config config, int features, Rng rng) {
    Network.Builder builder = Network.of(1, features);
    for (int i = 0; i < config.layers; i++) {
      builder = i == 0 || config.dropout == 0 ? builder : builder.dropout(config.dropout);
      builder = config.cell.append(builder, config.hidden);
    }
    return builder.build(rng);
  }

  /** A map from what is known of the source to each part of the state, and to the first query. */
  private static List<Dense> begin(Recurrent cell, int features, Rng rng) {
    List<Shape> parts = new ArrayList<>(cell.stateShapes());
    parts.add(parts.getLast());
    return IntStream.range(0, parts.size())
        .mapToObj(
            i -> Dense.of(features, parts.get(i).dim(0), Initializer.glorotUniform(), rng.split(i)))
        .toList();
  }

  // ---- reading

  /**
   * Returns what decoding begins with.
   *
   * @param tokens of the sources, I32 {@code [b, s]}
   * @param lengths how many of them belong to each, at least 1, I32 {@code [b]}
   */
  public Start read(Tensor tokens, Tensor lengths) {
    Decoder.Start start = read(tokens, lengths, Pass.inference());
    return new Start(lengths.zerosLike(), start.state(), start.given());
  }

  private Decoder.Start read(Tensor tokens, Tensor lengths, Pass all) {
    Pass pass = all.withLengths(lengths);
    Tensor read = decoder instanceof Decoder.FromState ? reversed(tokens, lengths) : tokens;
    Tensor x = dropout.forward(source.forward(read, pass), pass); // [b, s, e]
    Recurrent.Output h =
        encoder instanceof Bidirectional both
            ? both.run(x, pass)
            : ((Recurrent) encoder).run(x, null, pass);
    return decoder.start(new Decoder.Source(h.output(), h.state(), pass));
  }

  /** Returns sequences with their tokens the other way round, each within its length. */
  private static Tensor reversed(Tensor tokens, Tensor lengths) {
    Tensor n = lengths.unsqueeze(1); // [b, 1]
    Tensor t = Tensor.iota(tokens.shape().dim(1)); // [s]
    return tokens.takeAlong(1, Tensor.select(n.greater(t), n.sub(1).sub(t), t));
  }

  // ---- writing

  @Override
  public Next next(Tensor token, List<Tensor> state, List<Tensor> given) {
    Pass pass = Pass.inference();
    Decoder.Turn turn = decoder.step(target.forward(token, pass), state, given, pass);
    return new Next(output.forward(turn.features(), pass), turn.state());
  }

  /**
   * When the right token is what a step sees, and when another one drawn by the network.
   *
   * @param chance ε, the probability of the right token, a scalar
   * @param rng of the draws
   */
  public record Teacher(Tensor chance, Rng rng) {
    /** Bengio et al., "Scheduled sampling for sequence prediction" (2015), section 2.4. */
    private Tensor before(Tensor right, Tensor logits, Rng key) {
      Tensor drawn = logits.stopGradient().categorical(key.split("token"));
      Tensor coin = Tensor.uniform(key.split("coin"), right.shape().dim(0));
      return Tensor.select(coin.less(chance), right, drawn);
    }
  }

  /**
   * Returns the logits of all tokens of targets.
   *
   * @param batch sources {@code [b, s]}, their lengths {@code [b]}, the targets' lengths {@code
   *     [b]}, and the targets {@code [b, t]}, each with its end mark, all I32
   * @param teacher null for the right token at every step
   * @return {@code [b, t, tokens]}; what stands after a target's end means nothing
   */
  public Tensor logits(List<Tensor> batch, @Nullable Teacher teacher, Pass pass) {
    Tensor right = batch.getLast();
    int time = right.shape().dim(1);
    Decoder.Start start = read(batch.get(0), batch.get(1), pass);
    List<Tensor> state = start.state();
    Tensor before = right.transpose().pad(0, 1, 0, END).slice(0, 0, time); // [t, b]
    Tensor taught = dropout.forward(target.forward(before, pass), pass); // [t, b, e]
    List<Tensor> steps = new ArrayList<>();
    Tensor written = null;
    for (int i = 0; i < time; i++) {
      Tensor y = taught.at(0, i); // [b, e]
      if (teacher != null && written != null) {
        Tensor token = teacher.before(before.at(0, i), written, teacher.rng.split(i));
        y = dropout.forward(target.forward(token, pass), pass);
      }
      Decoder.Turn turn = decoder.step(y, state, start.given(), pass);
      state = turn.state();
      Tensor r = dropout.forward(turn.features(), pass); // [b, r]
      if (teacher != null) {
        written = output.forward(r, pass); // [b, tokens]
      }
      steps.add(written == null ? r : written);
    }
    Tensor all = Tensor.stack(0, steps).swapAxes(0, 1); // [b, t, *]
    return teacher == null ? output.forward(all, pass) : all;
  }

  /** Returns −log p of each token of the targets of a batch, {@code [b, t]}; 0 after the end. */
  public Tensor negativeLogLikelihood(List<Tensor> batch, Pass pass) {
    Tensor each = Losses.softmaxCrossEntropyEach(logits(batch, null, pass), batch.getLast());
    return Tensor.select(mask(batch), each, 0);
  }

  /** Returns which tokens belong to the targets of a batch: 1 or 0, {@code [b, t]}. */
  static Tensor mask(List<Tensor> batch) {
    return Recurrent.mask(batch.get(2), batch.getLast().shape().dim(1));
  }

  /**
   * Returns where in the sources the network looks while it writes targets, α: {@code [b, t, s]}.
   *
   * @throws IllegalStateException if it has no attention
   */
  public Tensor attention(List<Tensor> batch) {
    Pass pass = Pass.inference();
    Tensor right = batch.getLast();
    Decoder.Start start = read(batch.get(0), batch.get(1), pass);
    List<Tensor> state = start.state();
    Tensor before = right.pad(1, 1, 0, END); // [b, 1 + t]
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < right.shape().dim(1); i++) {
      Tensor y = target.forward(before.at(1, i), pass);
      Decoder.Turn turn = decoder.step(y, state, start.given(), pass);
      state = turn.state();
      if (turn.attention() == null) {
        throw new IllegalStateException(
            "this network looks at no part of the source; make one with a context by attention");
      }
      weights.add(turn.attention());
    }
    return Tensor.stack(1, weights);
  }
}
