package shinso.nn.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.op.PoolSpec;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Named layers one after another, and the shape of an example that they were built for.
 *
 * {@snippet :
 * Network net =
 *     Network.of(28, 28, 1).conv(32, 3).relu().maxPool(2).flatten().dense(10).build(rng);
 * }
 *
 * <p>A layer is named after its kind and counted, {@code conv1}, {@code conv2}, {@code dense1}: the
 * parameters are {@code layers.conv1.weight}, {@code layers.conv1.bias} and so on, and a dropout
 * that is put in between changes none of these names, and no initial weight.
 *
 * @param input the shape of an example, without the batch
 * @param layers the layers by name, in order
 */
public record Network(Shape input, SequencedMap<String, Layer> layers) implements Recurrent {
  /** Keeps a copy. */
  public Network {
    layers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(layers));
  }

  /**
   * Returns a builder of networks for examples of a shape: {@code [height, width, channels]} for
   * images, {@code [features]} for vectors.
   */
  public static Builder of(int... input) {
    return new Builder(Shape.of(input));
  }

  /**
   * Returns the output for a batch {@code [batch, *input]}.
   *
   * @throws IllegalArgumentException if a layer doesn't take what the one before gives; the message
   *     names it
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return run(x, null, pass).output();
  }

  /** Returns the shapes of all layers' states, one after the other. */
  @Override
  public List<Shape> stateShapes() {
    return layers.values().stream()
        .flatMap(layer -> Recurrence.stateShapes(layer).stream())
        .toList();
  }

  /**
   * Returns the output for a batch {@code [batch, *input]}, and the states of the recurrent layers.
   *
   * @throws IllegalArgumentException if a layer doesn't take what the one before gives; the message
   *     names it
   */
  @Override
  public Output run(Tensor x, @Nullable List<Tensor> initial, Pass pass) {
    return through(x, initial, (name, layer, in, state) -> Recurrence.run(layer, in, state, pass));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a layer doesn't take what the one before gives, or needs
   *     the whole sequence; the message names it
   */
  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    return through(x, state, (name, layer, in, own) -> Recurrence.step(layer, in, own, pass));
  }

  /**
   * Returns what comes out of each layer for a batch {@code [batch, *input]}, by its name.
   *
   * @throws IllegalArgumentException if a layer doesn't take what the one before gives; the message
   *     names it
   */
  public SequencedMap<String, Tensor> activations(Tensor x, Pass pass) {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    through(
        x,
        null,
        (name, layer, in, state) -> {
          Output out = Recurrence.run(layer, in, state, pass);
          all.put(name, out.output());
          return out;
        });
    return all;
  }

  /** What is done with each layer. */
  private interface Visit {
    Output of(String name, Layer layer, Tensor in, @Nullable List<Tensor> state);
  }

  private Output through(Tensor x, @Nullable List<Tensor> initial, Visit visit) {
    Recurrence.Hand hand = new Recurrence.Hand(this, "network", x, initial);
    Tensor y = x;
    int number = 0;
    for (Map.Entry<String, Layer> e : layers.entrySet()) {
      number++;
      Tensor in = y;
      Layer layer = e.getValue();
      try {
        y = hand.keep(visit.of(e.getKey(), layer, in, hand.next(layer)));
      } catch (IllegalArgumentException error) {
        throw new IllegalArgumentException(
            "layer %d '%s' on %s, in a network for %s that got %s: %s"
                .formatted(
                    number, e.getKey(), in.shape(), batched(input), x.shape(), error.getMessage()),
            error);
      }
    }
    return new Output(y, hand.state());
  }

  /** Returns the shape of the output for one example, without the batch. */
  public Shape output() {
    return withoutBatch(outputShape(Shape.of(1).concat(input)));
  }

  /**
   * Returns the layers before one of them, which keep their parameters: what a network has learned
   * to see, for another head.
   *
   * {@snippet :
   * Layer body = Frozen.of(net.before("dense1"));
   * Network other = Network.of(28, 28, 1).layer("body", body).dense(5).build(rng);
   * }
   *
   * <p>With the body itself in place of the frozen one, body and head learn together.
   *
   * @throws IllegalArgumentException if there is no layer of this name, or none before it
   */
  public Network before(String layer) {
    int position = position(layer);
    if (position == 0) {
      throw new IllegalArgumentException("the network has no layer before '" + layer + "'");
    }
    return new Network(input, part(0, position));
  }

  /**
   * Returns a layer and all that come after it, which keep their parameters: the head to what is
   * {@linkplain #before before} it.
   *
   * @throws IllegalArgumentException if there is no layer of this name
   */
  public Network from(String layer) {
    int position = position(layer);
    return new Network(
        position == 0 ? input : before(layer).output(), part(position, layers.size()));
  }

  private int position(String layer) {
    int position = List.copyOf(layers.keySet()).indexOf(layer);
    if (position < 0) {
      throw new IllegalArgumentException(
          "the network has no layer '%s', but %s"
              .formatted(layer, String.join(", ", layers.keySet())));
    }
    return position;
  }

  private SequencedMap<String, Layer> part(int from, int to) {
    SequencedMap<String, Layer> part = new LinkedHashMap<>();
    layers.entrySet().stream()
        .skip(from)
        .limit(to - from)
        .forEach(e -> part.put(e.getKey(), e.getValue()));
    return part;
  }

  /** Returns the table of layers, shapes and numbers of parameters. */
  public Summary summary() {
    return Summary.of(this, input);
  }

  /**
   * Returns a network that gives the same in inference, without the batch normalisations that stand
   * directly behind an affine map or a convolution, whose weights and biases take them in; also
   * inside of other layers. The other layers are shared with this network.
   */
  public Network foldBatchNorms() {
    return BatchNormFolding.fold(this);
  }

  /** Returns the layers by name. */
  @Override
  public String toString() {
    return "Network" + batched(input) + layers;
  }

  /** Writes a shape with an open batch axis. */
  static String batched(Shape example) {
    String s = example.toString();
    return example.rank() == 0 ? "[*]" : "[*, " + s.substring(1);
  }

  /** Removes the batch axis. */
  static Shape withoutBatch(Shape shape) {
    return shape.slice(1, shape.rank());
  }

  /** Makes a layer that fits to its input. */
  @FunctionalInterface
  public interface Factory {
    /**
     * Returns the layer.
     *
     * @param input the shape of an example, without the batch
     * @param rng a key of this layer's own, given by its name
     */
    Layer create(Shape input, Rng rng);
  }

  /** Lists layers; nothing is made or checked before {@link #build}. */
  public static final class Builder {
    private final Shape input;
    private final List<Entry> entries = new ArrayList<>();

    private Builder(Shape input) {
      this.input = input;
    }

    /** A layer to be made; one with weights asks what follows how to initialise them. */
    private record Entry(
        String name, boolean counted, Making making, @Nullable Initializer wanted, boolean passes) {
      interface Making {
        Layer make(Shape input, Initializer suited, Rng rng);
      }
    }

    /** Appends a convolution with square filters, stride 1 and no padding. */
    public Builder conv(int filters, int kernel) {
      return conv(filters, kernel, o -> o);
    }

    /**
     * Appends a convolution with square filters, such as {@code conv(64, 3, o ->
     * o.stride(2).same())}.
     */
    public Builder conv(int filters, int kernel, UnaryOperator<Conv2d.Options> options) {
      return conv(filters, kernel, kernel, options);
    }

    /** Appends a convolution. */
    public Builder conv(
        int filters, int kernelH, int kernelW, UnaryOperator<Conv2d.Options> options) {
      return weights(
          "conv",
          (in, suited, rng) -> {
            requireImage(in);
            return Conv2d.of(in.dim(2), filters, kernelH, kernelW, full(options, suited), rng);
          });
    }

    /**
     * Appends a convolution of sequences {@code [time, features]}, with stride 1 and no padding.
     */
    public Builder conv1d(int filters, int kernel) {
      return conv1d(filters, kernel, o -> o);
    }

    /**
     * Appends a convolution of sequences {@code [time, features]}, such as {@code conv1d(64, 2, o
     * -> o.dilation(4).padding(0, 0, 4, 0))}, which sees nothing later.
     */
    public Builder conv1d(int filters, int kernel, UnaryOperator<Conv2d.Options> options) {
      return weights(
          "conv1d",
          (in, suited, rng) -> {
            requireSequence("a convolution of sequences", in);
            return Conv1d.of(in.dim(1), filters, kernel, full(options, suited), rng);
          });
    }

    /**
     * Appends a transposed convolution with square filters, such as {@code convTranspose(32, 4, o
     * -> o.stride(2).same())}, which doubles rows and columns.
     */
    public Builder convTranspose(int filters, int kernel, UnaryOperator<Conv2d.Options> options) {
      return weights(
          "convTranspose",
          (in, suited, rng) -> {
            requireImage(in);
            Conv2d.Options full = full(options, suited);
            return ConvTranspose2d.of(in.dim(2), filters, kernel, kernel, full, rng);
          });
    }

    /** Appends a convolution of each channel on its own, with square filters. */
    public Builder depthwiseConv(int kernel, UnaryOperator<Conv2d.Options> options) {
      return weights(
          "depthwiseConv",
          (in, suited, rng) -> {
            requireImage(in);
            Conv2d.Options full = full(options, suited).groups(in.dim(2));
            return Conv2d.of(in.dim(2), in.dim(2), kernel, kernel, full, rng);
          });
    }

    /** Appends a convolution of each channel on its own, then of all at each pixel. */
    public Builder separableConv(int filters, int kernel, UnaryOperator<Conv2d.Options> options) {
      return weights(
          "separableConv",
          (in, suited, rng) -> {
            requireImage(in);
            Conv2d.Options full = full(options, suited);
            return SeparableConv2d.of(in.dim(2), filters, kernel, kernel, full, rng);
          });
    }

    private static Conv2d.Options full(UnaryOperator<Conv2d.Options> options, Initializer suited) {
      Conv2d.Options o = options.apply(Conv2d.Options.DEFAULT);
      return o.initializer() == null ? o.init(suited) : o;
    }

    /** Appends an affine map to {@code out} features. */
    public Builder dense(int out) {
      return dense(out, o -> o);
    }

    /** Appends an affine map, such as {@code dense(10, o -> o.noBias())}. */
    public Builder dense(int out, UnaryOperator<Dense.Options> options) {
      return weights(
          "dense",
          (in, suited, rng) -> {
            requireFeatures(in);
            Dense.Options o = options.apply(Dense.Options.DEFAULT);
            Initializer given = o.initializer();
            Initializer init = given == null ? suited : given;
            return o.hasBias()
                ? Dense.of(in.dim(-1), out, init, rng)
                : Dense.withoutBias(in.dim(-1), out, init, rng);
          });
    }

    /** Appends long short-term memory over sequences {@code [time, features]}. */
    public Builder lstm(int hidden) {
      return recurrent("lstm", (in, init, rng) -> Lstm.of(in.dim(1), hidden, init, rng));
    }

    /** Appends gated recurrent units over sequences {@code [time, features]}. */
    public Builder gru(int hidden) {
      return recurrent("gru", (in, init, rng) -> Gru.of(in.dim(1), hidden, init, rng));
    }

    /** Appends a simple recurrent layer over sequences {@code [time, features]}. */
    public Builder rnn(int hidden) {
      return recurrent("rnn", (in, init, rng) -> SimpleRnn.of(in.dim(1), hidden, init, rng));
    }

    /**
     * Appends layers that read sequences from the beginning, and the same, with weights of their
     * own, from the end, such as {@code bidirectional(b -> b.lstm(64))}.
     */
    public Builder bidirectional(UnaryOperator<Builder> layers) {
      return recurrent(
          "bidirectional",
          (in, init, rng) -> {
            Builder both = layers.apply(new Builder(in));
            return new Bidirectional(
                both.build(rng.split("forward")), both.build(rng.split("backward")));
          });
    }

    /** Appends a layer that makes the rows of images the steps of sequences. */
    public Builder rows() {
      return passing("rows", Rows::new);
    }

    /** Appends a layer that keeps the last time step of a sequence. */
    public Builder last() {
      return passing("last", Last::new);
    }

    /** Appends max pooling with square windows that touch. */
    public Builder maxPool(int size) {
      return maxPool(size, size);
    }

    /** Appends max pooling with square windows. */
    public Builder maxPool(int size, int stride) {
      return passing("maxPool", () -> new MaxPool(PoolSpec.of(size, stride)));
    }

    /** Appends max pooling. */
    public Builder maxPool(PoolSpec spec) {
      return passing("maxPool", () -> new MaxPool(spec));
    }

    /** Appends average pooling with square windows that touch. */
    public Builder averagePool(int size) {
      return averagePool(size, size);
    }

    /** Appends average pooling with square windows. */
    public Builder averagePool(int size, int stride) {
      return passing("averagePool", () -> new AveragePool(PoolSpec.of(size, stride), false));
    }

    /** Appends the power mean of square windows that touch, P being at least 1. */
    public Builder lpPool(int size, double p) {
      return passing("lpPool", () -> new LpPool(PoolSpec.of(size), p));
    }

    /** Appends a layer that makes a square of each pixel, the pixel in its corner. */
    public Builder unpool(int size) {
      return unpool(size, Unpool.Filling.CORNER);
    }

    /** Appends a layer that makes a square of each pixel. */
    public Builder unpool(int size, Unpool.Filling filling) {
      return passing("unpool", () -> new Unpool(size, filling));
    }

    /**
     * Appends max pooling with square windows that touch, layers that keep the shape, and unpooling
     * to where the maxima were.
     */
    public Builder poolUnpool(int size, UnaryOperator<Builder> layers) {
      return weights(
          "poolUnpool",
          (in, suited, rng) -> {
            requireImage(in);
            PoolSpec spec = PoolSpec.of(size);
            Shape pooled = new MaxPool(spec).outputShape(Shape.of(1).concat(in));
            Builder inner = layers.apply(new Builder(withoutBatch(pooled)));
            return new PoolUnpool(spec, inner.build(rng));
          });
    }

    /** Appends the mean of each channel over all positions: {@code [*, c] -> [c]}. */
    public Builder globalAveragePool() {
      return passing("globalAveragePool", GlobalAveragePool::new);
    }

    /** Appends the largest element of each channel over all positions: {@code [*, c] -> [c]}. */
    public Builder globalMaxPool() {
      return passing("globalMaxPool", GlobalMaxPool::new);
    }

    /** Appends a layer that puts all features on one axis. */
    public Builder flatten() {
      return passing("flatten", Flatten::new);
    }

    /** Appends a layer that puts the features on other axes, such as those of images. */
    public Builder reshape(int... example) {
      return passing("reshape", () -> new Reshape(Shape.of(example)));
    }

    /** Appends dropout. */
    public Builder dropout(double rate) {
      return passing("dropout", () -> new Dropout(rate));
    }

    /** Appends dropout of features that are the same at all steps of a sequence. */
    public Builder variationalDropout(double rate) {
      return passing("variationalDropout", () -> new VariationalDropout(rate));
    }

    /** Appends batch normalisation of the last axis. */
    public Builder batchNorm() {
      return normalizing("batchNorm", in -> BatchNorm.of(in.dim(-1)));
    }

    /** Appends layer normalisation over the last axis. */
    public Builder layerNorm() {
      return normalizing("layerNorm", in -> LayerNorm.of(in.dim(-1)));
    }

    /** Appends group normalisation of the last axis. */
    public Builder groupNorm(int groups) {
      return normalizing("groupNorm", in -> GroupNorm.of(in.dim(-1), groups));
    }

    /** Appends local response normalisation over 5 channels, as Krizhevsky et al. (2012). */
    public Builder localResponseNorm() {
      return localResponseNorm(LocalResponseNorm.of());
    }

    /** Appends local response normalisation. */
    public Builder localResponseNorm(LocalResponseNorm norm) {
      return passing("localResponseNorm", () -> norm);
    }

    /** Appends local contrast normalisation in windows of a size, as Jarrett et al. (2009). */
    public Builder localContrastNorm(int size) {
      return passing("localContrastNorm", () -> LocalContrastNorm.of(size));
    }

    /** Appends vectors for I32 symbols: {@code [*] -> [*, features]}. */
    public Builder embedding(int symbols, int features) {
      return weights(
          "embedding",
          (in, suited, rng) -> Embedding.of(symbols, features, Initializer.normal(1), rng));
    }

    /**
     * Appends layers with a connection past them, such as {@code residual(b -> b.conv(64, 3, o ->
     * o.same()).relu())}; they must keep the shape.
     */
    public Builder residual(UnaryOperator<Builder> layers) {
      return weights(
          "residual", (in, suited, rng) -> Residual.of(layers.apply(new Builder(in)).build(rng)));
    }

    /**
     * Appends layers beside others, whose outputs are added, such as {@code residual(b ->
     * b.conv(64, 3, o -> o.same().stride(2)).relu(), s -> s.conv(64, 1, o -> o.stride(2)))}; both
     * must give the same shape.
     */
    public Builder residual(UnaryOperator<Builder> layers, UnaryOperator<Builder> shortcut) {
      return weights(
          "residual",
          (in, suited, rng) ->
              new Residual(
                  layers.apply(new Builder(in)).build(rng.split("layer")),
                  shortcut.apply(new Builder(in)).build(rng.split("shortcut"))));
    }

    /**
     * Appends the block of two 3 × 3 convolutions with batch normalisation of He et al. (2016),
     * figure 2, and the rectifier behind it, with a projection past it where the shape changes.
     *
     * @param filters of each convolution
     * @param stride of the first, 2 to halve the images
     */
    public Builder residualBlock(int filters, int stride) {
      return residualBlock(filters, stride, Residual.Shortcut.PROJECTION);
    }

    /**
     * Appends the block of two 3 × 3 convolutions with batch normalisation of He et al. (2016),
     * figure 2, and the rectifier behind it.
     *
     * @param filters of each convolution
     * @param stride of the first, 2 to halve the images
     * @param shortcut what goes past it where the shape changes; elsewhere it is the identity
     */
    public Builder residualBlock(int filters, int stride, Residual.Shortcut shortcut) {
      UnaryOperator<Conv2d.Options> usual = o -> o.same().noBias().init(Initializer.heNormal());
      return block(
          b ->
              b.conv(filters, 3, o -> usual.apply(o).stride(stride))
                  .batchNorm()
                  .relu()
                  .conv(filters, 3, usual)
                  .batchNorm(),
          filters,
          stride,
          shortcut);
    }

    /**
     * Appends the block of a 1 × 1, a 3 × 3 and a 1 × 1 convolution with batch normalisation of He
     * et al. (2016), figure 5, and the rectifier behind it.
     *
     * @param narrow the filters of the first two
     * @param filters of the last one
     * @param stride of the second, 2 to halve the images
     * @param shortcut what goes past it where the shape changes; elsewhere it is the identity
     */
    public Builder bottleneckBlock(
        int narrow, int filters, int stride, Residual.Shortcut shortcut) {
      UnaryOperator<Conv2d.Options> usual = o -> o.same().noBias().init(Initializer.heNormal());
      return block(
          b ->
              b.conv(narrow, 1, usual)
                  .batchNorm()
                  .relu()
                  .conv(narrow, 3, o -> usual.apply(o).stride(stride))
                  .batchNorm()
                  .relu()
                  .conv(filters, 1, usual)
                  .batchNorm(),
          filters,
          stride,
          shortcut);
    }

    private Builder block(
        UnaryOperator<Builder> layers, int filters, int stride, Residual.Shortcut shortcut) {
      return weights(
              "residual",
              (in, suited, rng) -> {
                requireImage(in);
                Network inner = layers.apply(new Builder(in)).build(rng.split("layer"));
                if (stride == 1 && in.dim(2) == filters) {
                  return Residual.of(inner);
                }
                Layer past =
                    switch (shortcut) {
                      case ZERO_PADDED -> new ZeroPadded(stride, filters);
                      case PROJECTION ->
                          new Builder(in)
                              .conv(filters, 1, o -> o.same().stride(stride).noBias())
                              .batchNorm()
                              .build(rng.split("shortcut"));
                    };
                return new Residual(inner, past);
              })
          .relu();
    }

    /** Appends a function of each element. */
    public Builder activation(Activation activation) {
      return layer(activation);
    }

    /** Appends max(x, 0). */
    public Builder relu() {
      return activation(Activation.RELU);
    }

    /** Appends tanh x. */
    public Builder tanh() {
      return activation(Activation.TANH);
    }

    /** Appends 1 / (1 + e⁻ˣ). */
    public Builder sigmoid() {
      return activation(Activation.SIGMOID);
    }

    /** Appends the softmax; losses named "from logits" and softmax cross-entropy go without it. */
    public Builder softmax() {
      return activation(Activation.SOFTMAX);
    }

    /** Appends rectifiers with a learned slope for each feature. */
    public Builder prelu() {
      return append(
          new Entry(
              "prelu",
              true,
              (in, suited, rng) -> Prelu.of(in.dim(-1)),
              Initializer.heNormal(0.25),
              false));
    }

    /** Appends the largest of each {@code pieces} neighbouring features. */
    public Builder maxout(int pieces) {
      return append(
          new Entry(
              "maxout",
              true,
              (in, suited, rng) -> new Maxout(pieces),
              Initializer.heNormal(),
              false));
    }

    /** Appends a layer named after its class and counted. */
    public Builder layer(Layer layer) {
      String kind =
          layer instanceof Activation a
              ? a.toString().replaceFirst("\\(.*", "")
              : layer.getClass().getSimpleName();
      return append(
          given(kind.substring(0, 1).toLowerCase(Locale.ROOT) + kind.substring(1), true, layer));
    }

    /** Appends a layer with a name. */
    public Builder layer(String name, Layer layer) {
      return append(given(name, false, layer));
    }

    /** Appends a layer with a name that is made to fit its input. */
    public Builder fitted(String name, Factory factory) {
      return append(
          new Entry(name, false, (in, suited, rng) -> factory.create(in, rng), null, false));
    }

    private static Entry given(String name, boolean counted, Layer layer) {
      Initializer wanted = layer instanceof Activation a ? a.initializer() : null;
      boolean passes = Parameters.all(layer).isEmpty();
      return new Entry(name, counted, (in, suited, rng) -> layer, wanted, passes);
    }

    private Builder weights(String kind, Entry.Making making) {
      return append(new Entry(kind, true, making, null, false));
    }

    private Builder recurrent(String kind, Entry.Making making) {
      // The weights feed gates, not the activation that follows.
      return weights(
          kind,
          (in, suited, rng) -> {
            requireSequence("a recurrent layer", in);
            return making.make(in, Initializer.glorotUniform(), rng);
          });
    }

    private Builder normalizing(String kind, Function<Shape, Layer> maker) {
      // It has parameters, but the weights before it feed the activation that follows.
      return append(
          new Entry(
              kind,
              true,
              (in, suited, rng) -> {
                requireSome(in);
                return maker.apply(in);
              },
              null,
              true));
    }

    private Builder passing(String kind, Supplier<Layer> layer) {
      return append(new Entry(kind, true, (in, suited, rng) -> layer.get(), null, true));
    }

    private Builder append(Entry entry) {
      entries.add(entry);
      return this;
    }

    /**
     * Makes the layers. Weights are initialised to suit the activation that follows them (He for
     * rectifiers, Glorot otherwise) unless their options say how; biases are zeros.
     *
     * @throws IllegalArgumentException if a layer doesn't fit; the message says which, its number
     *     and the shape it was given
     */
    public Network build(Rng rng) {
      if (entries.isEmpty()) {
        throw new IllegalArgumentException("a network has at least one layer");
      }
      SequencedMap<String, Layer> layers = new LinkedHashMap<>();
      Map<String, Integer> counts = new HashMap<>();
      Shape shape = Shape.of(1).concat(input);
      for (int i = 0; i < entries.size(); i++) {
        Entry e = entries.get(i);
        String name = e.counted ? e.name + counts.merge(e.name, 1, Integer::sum) : e.name;
        Shape in = withoutBatch(shape);
        try {
          Layer layer = e.making.make(in, suited(i), rng.split(name));
          Parameters.all(layer); // fails now, not when training starts
          shape = layer.outputShape(shape);
          requireBatch(shape);
          if (layers.putIfAbsent(name, layer) != null) {
            throw new IllegalArgumentException("another layer has this name");
          }
        } catch (IllegalArgumentException error) {
          throw new IllegalArgumentException(
              "layer %d '%s' on %s: %s".formatted(i + 1, name, batched(in), error.getMessage()),
              error);
        }
      }
      return new Network(input, layers);
    }

    /** What the next activation wants, before which there are no other weights. */
    private Initializer suited(int position) {
      for (Entry e : entries.subList(position + 1, entries.size())) {
        if (e.wanted != null) {
          return e.wanted;
        }
        if (!e.passes) {
          break;
        }
      }
      return Initializer.glorotUniform();
    }

    private static void requireImage(Shape in) {
      if (in.rank() != 3) {
        throw new IllegalArgumentException(
            "a convolution takes images [height, width, channels]; give the network such an input,"
                + " or use dense");
      }
    }

    private static void requireFeatures(Shape in) {
      if (in.rank() == 3) {
        throw new IllegalArgumentException(
            "these are images; put flatten() before it, or use conv(n, 1) for a dense map at every"
                + " pixel");
      }
      requireSome(in);
    }

    private static void requireSome(Shape in) {
      if (in.rank() == 0) {
        throw new IllegalArgumentException(
            "an example is a single number; put flatten() before it");
      }
    }

    private static void requireSequence(String layer, Shape in) {
      if (in.rank() != 2) {
        throw new IllegalArgumentException(
            layer + " takes sequences [time, features]; give the network such an input");
      }
    }

    private static void requireBatch(Shape out) {
      if (out.rank() == 0 || out.dim(0) != 1) {
        throw new IllegalArgumentException(
            "the batch must stay the first axis, but of one example this makes " + out);
      }
    }
  }
}
