package shinso.verify.bench;

import java.util.List;

/**
 * What a step of a workload has to do whoever does it, read off its description.
 *
 * <p>The operations are the multiplications and additions of products and convolutions: forward,
 * for the gradients of all weights, and for the gradients of all operands that depend on weights,
 * hence not of the batch. Compulsory bytes are those of the parameters and of the optimiser's
 * state, once read and once written, and of the batch, read once; whatever lies between could stay
 * in cache.
 *
 * @param flops operations of a step
 * @param bytes compulsory bytes of a step
 * @param parameters numbers that the step updates
 */
record Work(double flops, long bytes, long parameters) {
  private static final long FLOAT = 4;

  /**
   * Returns the work of a step.
   *
   * @throws IllegalArgumentException if the description makes no sense
   */
  static Work of(Workload w) {
    return switch (w.kind()) {
      case MLP, CNN -> network(w);
      case RNN -> rnn(w);
      case RBM -> rbm(w);
      case VAE -> vae(w);
      case IWAE -> iwae(w);
      case NADE -> nade(w);
      case GAN -> gan(w);
      case DCGAN -> dcgan(w);
      case DRAW -> draw(w);
      case OPT -> opt(w);
    };
  }

  /** Operations and parameters that add up while one goes through the layers. */
  private static final class Sum {
    final long batch;
    double flops;
    long parameters;

    Sum(long batch) {
      this.batch = batch;
    }

    /** A dense layer with bias: one product forward, one for the weights, one for the input. */
    void dense(long in, long out, boolean inputGradient) {
      flops += 2.0 * batch * in * out * (inputGradient ? 3 : 2);
      parameters += in * out + out;
    }

    void conv(SizedLayer.Conv c, boolean inputGradient) {
      long weights = (long) c.kernel() * c.kernel() * c.channels() * c.filters();
      flops += 2.0 * batch * c.outHeight() * c.outWidth() * weights * (inputGradient ? 3 : 2);
      parameters += weights + c.filters();
    }

    /** A kernel of 5 x 5 in steps of two, either way, whose small side has so many rows. */
    void strided(long rows, long in, long out, boolean inputGradient) {
      flops += 2.0 * batch * rows * rows * 25 * in * out * (inputGradient ? 3 : 2);
      parameters += 25 * in * out + out;
    }

    Work work(int state, long batchNumbers) {
      return new Work(flops, FLOAT * (2 * (1 + state) * parameters + batchNumbers), parameters);
    }
  }

  private static Work network(Workload w) {
    List<SizedLayer> layers = SizedLayer.of(w);
    Sum sum = new Sum(w.batch());
    long input = 1;
    for (int i = 0; i < layers.size(); i++) {
      long size =
          switch (layers.get(i)) {
            case SizedLayer.Dense d -> {
              sum.dense(d.in(), d.out(), i > 0);
              yield d.in();
            }
            case SizedLayer.Conv c -> {
              sum.conv(c, i > 0);
              yield (long) c.height() * c.width() * c.channels();
            }
            case SizedLayer.Pool p -> (long) p.height() * p.width() * p.channels();
          };
      input = i == 0 ? size : input;
    }
    return sum.work(state(w, "opt"), sum.batch * input);
  }

  private static Work rnn(Workload w) {
    String cell = w.choice("cell", "lstm", "gru", "rnn");
    long steps = w.size("steps");
    long features = w.size("features");
    long hidden = w.size("hidden");
    long gates =
        hidden
            * switch (cell) {
              case "lstm" -> 4;
              case "gru" -> 3;
              default -> 1;
            };
    Sum sum = new Sum(w.batch());
    // The first state is zero: it takes no product, and its gradient is not wanted.
    sum.flops = 2.0 * sum.batch * gates * (2 * features * steps + 3 * hidden * (steps - 1));
    // A reset gate needs its recurrent bias apart from the other one.
    sum.parameters = gates * (features + hidden + 1) + (cell.equals("gru") ? hidden : 0);
    sum.dense(hidden, w.size("classes"), true);
    return sum.work(state(w, "opt"), sum.batch * steps * features);
  }

  private static Work rbm(Workload w) {
    long visible = w.size("visible");
    long hidden = w.size("hidden");
    Sum sum = new Sum(w.batch());
    // Hidden units once, both sides in each step of the chain, and two outer products.
    sum.flops = 2.0 * sum.batch * visible * hidden * (1 + 2 * w.size("k", 1) + 2);
    sum.parameters = visible * hidden + visible + hidden;
    return sum.work(0, sum.batch * visible);
  }

  private static Work vae(Workload w) {
    int[] sizes = w.sizes("sizes", "-", 3);
    if (sizes.length != 3) {
      throw new IllegalArgumentException(
          "workload '%s': sizes are three, those of data, hidden and latent layer, not '%s'"
              .formatted(w.text(), w.value("sizes")));
    }
    Sum sum = new Sum(w.batch());
    sum.dense(sizes[0], sizes[1], false);
    sum.dense(sizes[1], sizes[2], true);
    sum.dense(sizes[1], sizes[2], true);
    sum.dense(sizes[2], sizes[1], true);
    sum.dense(sizes[1], sizes[0], true);
    return sum.work(state(w, "opt"), sum.batch * sizes[0]);
  }

  private static Work iwae(Workload w) {
    int[] sizes = LearnerStep.threeSizes(w);
    long h = sizes[1];
    Sum sum = new Sum(w.batch());
    sum.dense(sizes[0], h, false);
    sum.dense(h, h, true);
    sum.dense(h, 2L * sizes[2], true);
    Sum drawn = new Sum((long) w.batch() * w.size("k", 1));
    drawn.dense(sizes[2], h, true);
    drawn.dense(h, h, true);
    drawn.dense(h, sizes[0], true);
    sum.flops += drawn.flops;
    sum.parameters += drawn.parameters;
    return sum.work(state(w, "opt"), sum.batch * sizes[0]);
  }

  /**
   * A step of both players: G once for D and once for itself, with gradients of its weights; D on
   * real and made examples with gradients of its weights, and once more with those of its input.
   */
  private static Work game(Sum g, Sum gAlone, Sum d, Sum dInput, long pixels) {
    Sum sum = new Sum(g.batch);
    sum.flops = gAlone.flops / 2 + g.flops + 2 * d.flops + dInput.flops * 2 / 3;
    sum.parameters = g.parameters + d.parameters;
    return sum.work(2, sum.batch * pixels);
  }

  private static Work gan(Workload w) {
    int[] sizes = LearnerStep.threeSizes(w);
    long h = sizes[1];
    Sum g = new Sum(w.batch());
    g.dense(sizes[2], h, false);
    g.dense(h, h, true);
    g.dense(h, sizes[0], true);
    Sum d = new Sum(w.batch());
    d.dense(sizes[0], h, false);
    d.dense(h, h, true);
    d.dense(h, 1, true);
    Sum whole = new Sum(w.batch());
    whole.dense(sizes[0], h, true);
    whole.dense(h, h, true);
    whole.dense(h, 1, true);
    Sum alone = new Sum(w.batch());
    alone.dense(sizes[2], h, false);
    alone.dense(h, h, false);
    alone.dense(h, sizes[0], false);
    return game(g, alone, d, whole, sizes[0]);
  }

  /** Kernels of 5 x 5 between 28 x 28 x 1, 14 x 14 x m and 7 x 7 x 2m. */
  private static Work dcgan(Workload w) {
    long m = w.size("maps");
    long noise = w.size("noise", 100);
    Sum g = new Sum(w.batch());
    Sum alone = new Sum(w.batch());
    Sum d = new Sum(w.batch());
    Sum whole = new Sum(w.batch());
    long inner = 49 * 2 * m;
    g.dense(noise, inner, false);
    g.strided(7, 2 * m, m, true);
    g.strided(14, m, 1, true);
    alone.dense(noise, inner, false);
    alone.strided(7, 2 * m, m, false);
    alone.strided(14, m, 1, false);
    for (Sum s : new Sum[] {d, whole}) {
      s.strided(14, 1, m, s == whole);
      s.strided(7, m, 2 * m, true);
      s.dense(inner, 1, true);
    }
    return game(g, alone, d, whole, 784);
  }

  private static Work draw(Workload w) {
    long t = w.size("glimpses");
    long h = 256;
    long z = 100;
    long pixels = 784;
    Sum sum = new Sum(w.batch());
    sum.dense(2 * 4 + h + h, 4 * h, true);
    sum.dense(z + h, 4 * h, true);
    sum.dense(h, 2 * z, true);
    sum.dense(h, 5, true);
    sum.dense(h, 5, true);
    sum.dense(h, 25, true);
    sum.flops *= t;
    // Reading of two images by 2 filters, writing by 5, first along columns, then along rows.
    double attention = 2 * (2 * pixels + 2 * 2 * 28) + 5 * 5 * 28 + 5 * pixels;
    sum.flops += 2.0 * sum.batch * attention * 3 * t;
    sum.parameters += pixels + 2 * h;
    return sum.work(state(w, "opt"), sum.batch * pixels);
  }

  private static Work nade(Workload w) {
    long visible = w.size("visible");
    long hidden = w.size("hidden");
    Sum sum = new Sum(w.batch());
    // A term of each visible unit for every hidden one, and of each hidden layer for its unit; in
    // the gradients the first for its weights, the second for its weights and its input.
    sum.flops = 2.0 * sum.batch * visible * hidden * (2 + 3);
    sum.parameters = 2 * visible * hidden + visible + hidden;
    return sum.work(state(w, "opt"), sum.batch * visible);
  }

  private static Work opt(Workload w) {
    Sum sum = new Sum(1);
    sum.parameters = w.size("n");
    // What comes in is the gradient.
    return sum.work(state(w, "kind"), sum.parameters);
  }

  /** Numbers that the optimiser keeps for each parameter. */
  private static int state(Workload w, String option) {
    return switch (w.choice(option, "adam", "sgd", "momentum")) {
      case "adam" -> 2;
      case "momentum" -> 1;
      default -> 0;
    };
  }
}
