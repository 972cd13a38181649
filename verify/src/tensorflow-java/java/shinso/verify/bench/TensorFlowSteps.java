package shinso.verify.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.LongStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Times the steps of TensorFlow-Java in graph mode, on the mlp, cnn and lstm workloads. */
public final class TensorFlowSteps {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  /** Assignments of first values, which the session runs once. */
  private final List<Op> initial = new ArrayList<>();

  private final List<Variable<TFloat32>> parameters = new ArrayList<>();

  private TensorFlowSteps() {}

  /** Prints a JSON object for each workload; takes {@code --threads N --seconds S WORKLOAD…}. */
  public static void main(String[] args) {
    PeerProgram.run(
        "tensorflow-java",
        args,
        (workload, threads) -> new TensorFlowSteps().step(workload, threads),
        System.out);
  }

  private DoubleSupplier step(Workload w, int threads) {
    int batch = w.batch();
    Operand<TFloat32> logits;
    int classes;
    switch (w.kind()) {
      case MLP, CNN -> {
        List<SizedLayer> layers = SizedLayer.of(w);
        logits = network(layers, batch);
        classes = layers.getLast() instanceof SizedLayer.Dense d ? d.out() : 0;
      }
      case RNN -> {
        classes = w.size("classes");
        logits = lstm(w, batch, classes);
      }
      default -> throw new UnsupportedOperationException("no " + w.kind() + " in this peer");
    }
    Operand<TFloat32> labels = data(labels(batch, classes));
    SoftmaxCrossEntropyWithLogits<TFloat32> entropy =
        tf.nn.softmaxCrossEntropyWithLogits(logits, labels);
    Mean<TFloat32> loss = tf.math.mean(entropy.loss(), tf.constant(0));
    List<Op> updates = updates(w.choice("opt", "adam", "sgd", "momentum"), loss);

    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .build();
    Session session = new Session(graph, config);
    run(session, initial);
    return () -> {
      Session.Runner runner = session.runner();
      updates.forEach(runner::addTarget);
      try (Result result = runner.fetch(loss).run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    };
  }

  private static void run(Session session, List<Op> targets) {
    Session.Runner runner = session.runner();
    targets.forEach(runner::addTarget);
    runner.run().close();
  }

  private Operand<TFloat32> network(List<SizedLayer> layers, int batch) {
    Operand<TFloat32> x =
        switch (layers.getFirst()) {
          case SizedLayer.Dense d -> data(uniform(batch, d.in()));
          case SizedLayer.Conv c -> data(uniform(batch, c.height(), c.width(), c.channels()));
          case SizedLayer.Pool p -> data(uniform(batch, p.height(), p.width(), p.channels()));
        };
    boolean flat = layers.getFirst() instanceof SizedLayer.Dense;
    for (SizedLayer layer : layers) {
      switch (layer) {
        case SizedLayer.Conv c -> {
          Operand<TFloat32> filters = weights(c.kernel(), c.kernel(), c.channels(), c.filters());
          String padding = c.same() ? "SAME" : "VALID";
          x = tf.nn.conv2d(x, filters, List.of(1L, 1L, 1L, 1L), padding);
          x = tf.nn.relu(tf.nn.biasAdd(x, bias(c.filters())));
        }
        case SizedLayer.Pool p -> {
          Operand<TInt32> window = tf.constant(new int[] {1, p.size(), p.size(), 1});
          x = tf.nn.maxPool(x, window, window, "VALID");
        }
        case SizedLayer.Dense d -> {
          if (!flat) {
            x = tf.reshape(x, tf.constant(new int[] {batch, d.in()}));
            flat = true;
          }
          x = activate(d.activation(), dense(x, d.in(), d.out()));
        }
      }
    }
    return x;
  }

  private Operand<TFloat32> activate(String function, Operand<TFloat32> x) {
    return switch (function) {
      case "relu" -> tf.nn.relu(x);
      case "tanh" -> tf.math.tanh(x);
      case "sigmoid" -> tf.math.sigmoid(x);
      default -> x;
    };
  }

  /**
   * Unrolled over the steps; what the input gives to the gates is one product for all of them, the
   * faster of the two ways to write it.
   */
  private Operand<TFloat32> lstm(Workload w, int batch, int classes) {
    if (!w.choice("cell", "lstm", "gru", "rnn").equals("lstm")) {
      throw new UnsupportedOperationException("of the recurrent cells this peer has the lstm only");
    }
    int steps = w.size("steps");
    int features = w.size("features");
    int hidden = w.size("hidden");
    Operand<TFloat32> x = data(uniform(steps * batch, features));
    Operand<TFloat32> recurrent = weights(hidden, 4 * hidden);
    Operand<TFloat32> fromInput =
        tf.reshape(
            dense(x, features, 4 * hidden), tf.constant(new int[] {steps, batch, 4 * hidden}));
    List<? extends Operand<TFloat32>> each = tf.unstack(fromInput, (long) steps).output();
    Operand<TFloat32> h = null;
    Operand<TFloat32> c = null;
    for (Operand<TFloat32> input : each) {
      Operand<TFloat32> z = h == null ? input : tf.math.add(input, tf.linalg.matMul(h, recurrent));
      List<? extends Operand<TFloat32>> gates = tf.split(tf.constant(1), z, 4L).output();
      Operand<TFloat32> in = tf.math.sigmoid(gates.get(0));
      Operand<TFloat32> forget = tf.math.sigmoid(gates.get(1));
      Operand<TFloat32> out = tf.math.sigmoid(gates.get(3));
      Operand<TFloat32> fresh = tf.math.mul(in, tf.math.tanh(gates.get(2)));
      c = c == null ? fresh : tf.math.add(tf.math.mul(forget, c), fresh);
      h = tf.math.mul(out, tf.math.tanh(c));
    }
    if (h == null) {
      throw new IllegalArgumentException("a sequence has at least one step");
    }
    return dense(h, hidden, classes);
  }

  private Operand<TFloat32> dense(Operand<TFloat32> x, int in, int out) {
    return tf.nn.biasAdd(tf.linalg.matMul(x, weights(in, out)), bias(out));
  }

  private List<Op> updates(String optimizer, Operand<TFloat32> loss) {
    Gradients gradients = tf.gradients(loss, parameters);
    List<Op> updates = new ArrayList<>();
    Variable<TFloat32> beta1Power = variable(tf.constant(0.9f), Shape.scalar());
    Variable<TFloat32> beta2Power = variable(tf.constant(0.999f), Shape.scalar());
    for (int i = 0; i < parameters.size(); i++) {
      Variable<TFloat32> p = parameters.get(i);
      Operand<TFloat32> g = gradients.dy(i);
      Shape shape = p.shape();
      updates.add(
          switch (optimizer) {
            case "adam" ->
                tf.train.applyAdam(
                    p,
                    zeros(shape),
                    zeros(shape),
                    beta1Power,
                    beta2Power,
                    tf.constant(1e-3f),
                    tf.constant(0.9f),
                    tf.constant(0.999f),
                    tf.constant(1e-8f),
                    g);
            case "sgd" -> tf.train.applyGradientDescent(p, tf.constant(0.01f), g);
            default ->
                tf.train.applyMomentum(p, zeros(shape), tf.constant(0.01f), g, tf.constant(0.9f));
          });
    }
    if (optimizer.equals("adam")) {
      // After the updates that read them.
      Ops later = tf.withControlDependencies(List.copyOf(updates));
      updates.add(later.assign(beta1Power, later.math.mul(beta1Power, tf.constant(0.9f))));
      updates.add(later.assign(beta2Power, later.math.mul(beta2Power, tf.constant(0.999f))));
    }
    return updates;
  }

  private Variable<TFloat32> variable(Operand<TFloat32> first, Shape shape) {
    Variable<TFloat32> v = tf.variable(shape, TFloat32.class);
    initial.add(tf.assign(v, first));
    return v;
  }

  private Variable<TFloat32> zeros(Shape shape) {
    return variable(tf.zeros(tf.constant(shape), TFloat32.class), shape);
  }

  /** Data that stays the same; a variable, so that nothing is computed of it ahead. */
  private Variable<TFloat32> data(Operand<TFloat32> values) {
    return variable(values, values.shape());
  }

  private Operand<TFloat32> uniform(int... dims) {
    long[] shape = LongStream.range(0, dims.length).map(i -> dims[(int) i]).toArray();
    return tf.random.randomUniform(tf.constant(shape), TFloat32.class);
  }

  private Operand<TFloat32> labels(int batch, int classes) {
    int[] drawn = new int[batch];
    for (int i = 0; i < batch; i++) {
      drawn[i] = i % classes;
    }
    return tf.oneHot(tf.constant(drawn), tf.constant(classes), tf.constant(1f), tf.constant(0f));
  }

  private Variable<TFloat32> weights(int... dims) {
    long fanIn = 1;
    for (int i = 0; i + 1 < dims.length; i++) {
      fanIn *= dims[i];
    }
    float scale = (float) (1 / Math.sqrt(fanIn));
    Operand<TFloat32> first =
        tf.math.mul(tf.math.sub(uniform(dims), tf.constant(0.5f)), tf.constant(2 * scale));
    return parameter(first);
  }

  private Variable<TFloat32> bias(int size) {
    return parameter(tf.zeros(tf.constant(new int[] {size}), TFloat32.class));
  }

  private Variable<TFloat32> parameter(Operand<TFloat32> first) {
    Variable<TFloat32> v = variable(first, first.shape());
    parameters.add(v);
    return v;
  }
}
