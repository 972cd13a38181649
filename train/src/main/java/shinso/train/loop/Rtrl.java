package shinso.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.FeedbackRnn;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Streams.Chunk;
import shinso.train.loop.SupervisedLearner.Measure;

/**
 * Real-time recurrent learning: the derivatives of hidden units and outputs by all weights are
 * carried forward in time with the state, so that the gradient of each step's error is there at
 * once, and nothing of the past is kept.
 *
 * <pre>
 * p^j_rs(t) = ∂z_j/∂w_rs = f'(u_j) (δ_rj s + Σ_j' w_jj' p^j'_rs(t−1) + Σ_k w̃_jk p^k_rs(t−1))
 * p^k_rs(t) = ∂y_k/∂w_rs = f_out'(v_k) (δ_rk z_s + Σ_j w_kj p^j_rs(t))
 * ∂E_t/∂w_rs = Σ_k ∂E_t/∂y_k p^k_rs(t)
 * </pre>
 *
 * <p>s is what the weight w_rs multiplies: x, z_{t−1}, y_{t−1} or 1. The gradient of a {@linkplain
 * shinso.train.data.Chunks chunk} is the sum over its steps; with chunks of one step the weights
 * change at every step. As long as they are fixed, the sum over a sequence equals that of
 * back-propagation through time, whatever the chunks; afterwards p has grown with weights that are
 * no more, as in the paper. With n units, p has about n³ numbers and a step takes about n⁴
 * products.
 *
 * <p>Source: Williams and Zipser, "A learning algorithm for continually running fully recurrent
 * neural networks" (1989).
 */
public final class Rtrl implements Learner {
  private static final String LOSS = "loss";

  private final FeedbackRnn network;
  private final Measure each;
  private final Optimizer optimizer;
  private final UnaryOperator<List<Tensor>> gradients;
  private final Streams carried;

  private Rtrl(
      FeedbackRnn network,
      Measure each,
      Optimizer optimizer,
      UnaryOperator<List<Tensor>> gradients,
      Streams carried) {
    this.network = network;
    this.each = each;
    this.optimizer = optimizer;
    this.gradients = gradients;
    this.carried = carried;
  }

  /**
   * Returns a learner with states and derivatives of zeros.
   *
   * @param each the loss of each step, {@code [streams, steps]}; its mean over the steps that there
   *     are is made small
   * @param streams how many sequences are read side by side
   * @throws IllegalArgumentException if a function of the network is no function of each unit
   */
  public static Rtrl of(FeedbackRnn network, Measure each, Optimizer optimizer, int streams) {
    for (Activation f : List.of(network.hiddenFunction(), network.outputFunction())) {
      if (f.kind() == Activation.Kind.SOFTMAX) {
        throw new IllegalArgumentException(
            "real-time recurrent learning needs functions of each unit, not softmax; let the"
                + " outputs be logits");
      }
    }
    int n = network.bias().shape().dim(0);
    int outputs = network.outputBias().shape().dim(0);
    int weights = n * sources(network) + outputs * (n + 1);
    List<Shape> shapes = new ArrayList<>(network.stateShapes());
    shapes.add(Shape.of(weights, n));
    shapes.add(Shape.of(weights, outputs));
    Streams carried =
        Streams.of("carried", streams, shapes, Parameters.trainable(network).values());
    return new Rtrl(network, each, optimizer, UnaryOperator.identity(), carried);
  }

  /** The number of x, z, y and 1 together. */
  private static int sources(FeedbackRnn network) {
    return network.inputWeight().shape().dim(0)
        + network.bias().shape().dim(0)
        + network.outputBias().shape().dim(0)
        + 1;
  }

  /** Returns this with gradients scaled down so that their norm together is at most a limit. */
  public Rtrl clipNorm(double limit) {
    return new Rtrl(
        network, each, optimizer, g -> Gradients.clipByNorm(gradients.apply(g), limit), carried);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(network);
  }

  /** Returns the optimiser's state, and the network's state and its derivatives. */
  @Override
  public Map<String, Param> state() {
    Map<String, Param> all = new LinkedHashMap<>(optimizer.state(Parameters.trainable(network)));
    all.putAll(carried.state());
    return all;
  }

  /**
   * What passes from step to step.
   *
   * @param z hidden units, {@code [b, n]}
   * @param y outputs, {@code [b, k]}
   * @param pz their derivatives by all weights, {@code [b, weights, n]}
   * @param py {@code [b, weights, k]}
   */
  private record State(Tensor z, Tensor y, Tensor pz, Tensor py) {
    static State of(List<Tensor> parts) {
      return new State(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }

    List<Tensor> parts() {
      return List.of(z, y, pz, py);
    }

    /** Returns another state where sequences go on, and this one where they have ended. */
    State unlessOver(Tensor goesOn, State next) {
      List<Tensor> held = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Tensor now = parts().get(i);
        Tensor goes = Streams.column(goesOn, now.shape().rank());
        held.add(Tensor.select(goes, next.parts().get(i), now));
      }
      return of(held);
    }
  }

  private State next(Tensor x, State before) {
    Tensor sources = Tensor.concat(1, List.of(x, before.z, before.y, ones(x))); // [b, s]
    Tensor w = network.hiddenWeight().value();
    Tensor feedback = network.feedbackWeight().value();
    Tensor u =
        x.matmul(network.inputWeight().value())
            .add(before.z.matmul(w))
            .add(before.y.matmul(feedback))
            .add(network.bias().value());
    Tensor z = network.hiddenFunction().apply(u);
    Tensor later = times(before.pz, w).add(times(before.py, feedback)); // [b, weights, n]
    int others = later.shape().dim(1) - sources.shape().dim(1) * z.shape().dim(1);
    Tensor pz = slope(z, u).mul(later.add(own(sources, z).pad(1, 0, others, 0)));

    Tensor v = z.matmul(network.outputWeight().value()).add(network.outputBias().value());
    Tensor y = network.outputFunction().apply(v);
    Tensor through = times(pz, network.outputWeight().value()); // [b, weights, k]
    Tensor direct = own(Tensor.concat(1, List.of(z, ones(z))), y);
    others = through.shape().dim(1) - direct.shape().dim(1);
    Tensor py = slope(y, v).mul(through.add(direct.pad(1, others, 0, 0)));
    return new State(z, y, pz, py);
  }

  private static Tensor ones(Tensor like) {
    return like.slice(1, 0, 1).fullLike(1); // [b, 1]
  }

  /** Derivatives times weights, as one product. */
  private static Tensor times(Tensor p, Tensor weight) {
    Shape s = p.shape();
    Tensor rows = p.reshape(s.dim(0) * s.dim(1), s.dim(2)).matmul(weight);
    return rows.reshape(s.dim(0), s.dim(1), weight.shape().dim(1));
  }

  /** Returns the derivative of a function of each unit, {@code [b, 1, units]}. */
  private static Tensor slope(Tensor value, Tensor sum) {
    return Autodiff.gradient(value.sum(), sum).unsqueeze(1);
  }

  /** Returns δ_rj s_s, {@code [b, sources units, units]}. */
  private static Tensor own(Tensor sources, Tensor units) {
    int n = units.shape().dim(1);
    int s = sources.shape().dim(1);
    Tensor delta = Tensor.iota(n).oneHot(n).cast(units.dtype()); // [r, j]
    Tensor product = sources.reshape(-1, s, 1, 1).mul(delta); // [b, s, r, j]
    return product.reshape(-1, s * n, n);
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Chunk chunk = Chunk.of(batch);
    State state = State.of(carried.at(chunk));
    Tensor count = chunk.lengths().sum().cast(state.z.dtype());
    Tensor loss = null;
    Tensor all = null;
    for (int t = 0; t < chunk.x().shape().dim(1); t++) {
      Tensor goesOn = chunk.lengths().greater(t); // [b]
      state = state.unlessOver(goesOn, next(chunk.x().at(1, t), state));
      Tensor y = state.y.stopGradient().unsqueeze(1); // [b, 1, k]
      Tensor measured = each.of(y, chunk.target().slice(1, t, t + 1)).squeeze(1);
      Tensor error = Tensor.select(goesOn, measured, 0).sum().div(count);
      Tensor byOutput = Autodiff.gradient(error, y).swapAxes(1, 2); // [b, k, 1]
      Tensor g = state.py.matmul(byOutput).sum(0, 2); // [weights]
      loss = loss == null ? error : loss.add(error);
      all = all == null ? g : all.add(g);
    }
    if (loss == null || all == null) {
      throw new IllegalArgumentException("a chunk without steps: " + chunk.x().shape());
    }
    List<Param> params = List.copyOf(model().values());
    List<Tensor> g = gradients.apply(parts(all, params));
    return Step.of(optimizer.update(params, g))
        .and(carried.to(state.parts()))
        .metric(LOSS, loss, chunk.count());
  }

  /** Cuts the gradient into those of the parameters, in the order of the record. */
  private static List<Tensor> parts(Tensor all, List<Param> params) {
    int[] sizes = params.stream().mapToInt(p -> p.shape().size()).toArray();
    List<Tensor> parts = new ArrayList<>();
    List<Tensor> flat = all.split(0, sizes);
    for (int i = 0; i < sizes.length; i++) {
      parts.add(flat.get(i).reshape(params.get(i).shape()));
    }
    return parts;
  }

  /** Returns the loss of each chunk read from a state of zeros; give whole sequences as chunks. */
  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Chunk chunk = Chunk.of(batch);
    Tensor y = network.forward(chunk.x(), Pass.inference().withLengths(chunk.lengths()));
    return Step.of(List.of()).metric(LOSS, chunk.mean(each, y), chunk.count());
  }
}
