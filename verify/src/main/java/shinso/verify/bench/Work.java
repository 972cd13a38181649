package shinso.verify.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
  /** Numbers that an optimiser keeps for each parameter. */
  private static final Map<String, Integer> STATE = Map.of("adam", 2, "momentum", 1, "sgd", 0);

  private static final long FLOAT = 4;

  /**
   * Returns the work of a step.
   *
   * @throws IllegalArgumentException if the description makes no sense
   */
  static Work of(Workload w) {
    return of(w.text(), String.valueOf(w.kind()), w.options());
  }

  /** Returns the work of a step of a kind of workload with these options. */
  static Work of(String text, String kind, Map<String, String> options) {
    Description d = new Description(text, options);
    return switch (kind) {
      case "mlp" -> mlp(d);
      case "cnn" -> cnn(d);
      case "rnn" -> rnn(d);
      case "rbm" -> rbm(d);
      case "vae" -> vae(d);
      case "opt" -> opt(d);
      default ->
          throw new IllegalArgumentException(
              "unknown workload '%s' in '%s'; there are cnn, mlp, opt, rbm, rnn and vae"
                  .formatted(kind, text));
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

    Work work(int state, long batchNumbers) {
      return new Work(flops, FLOAT * (2 * (1 + state) * parameters + batchNumbers), parameters);
    }
  }

  private static Work mlp(Description d) {
    long[] sizes = d.sizes("sizes", "-", 2, Integer.MAX_VALUE);
    d.choice("act", "relu", "relu", "tanh", "sigmoid");
    Sum sum = new Sum(d.number("batch", 1));
    for (int i = 1; i < sizes.length; i++) {
      sum.dense(sizes[i - 1], sizes[i], i > 1);
    }
    return sum.work(state(d), sum.batch * sizes[0]);
  }

  private static Work cnn(Description d) {
    long[] image = d.sizes("input", "x", 3, 3);
    boolean same = d.choice("pad", "valid", "valid", "same").equals("same");
    Sum sum = new Sum(d.number("batch", 1));
    long h = image[0];
    long w = image[1];
    long c = image[2];
    boolean flat = false;
    boolean first = true;
    for (String item : d.text("layers").split("-", -1)) {
      String sizes = item.isEmpty() ? "" : item.substring(1);
      if (item.startsWith("c") && !flat) {
        long[] s = d.sizes("layers", item, sizes, "k", 2, 2);
        long k = s[1];
        if (same && k % 2 == 0) {
          throw d.wrong("layers", item, "a filter that keeps the size has an odd width, c32k3");
        }
        h = same ? h : h - k + 1;
        w = same ? w : w - k + 1;
        sum.flops += 2.0 * sum.batch * h * w * s[0] * k * k * c * (first ? 2 : 3);
        sum.parameters += k * k * c * s[0] + s[0];
        c = s[0];
        first = false;
      } else if (item.startsWith("p") && !flat) {
        long k = d.sizes("layers", item, sizes, "k", 1, 1)[0];
        h /= k;
        w /= k;
      } else if (item.startsWith("d")) {
        long n = d.sizes("layers", item, sizes, "k", 1, 1)[0];
        long in = flat ? c : h * w * c;
        flat = true;
        sum.dense(in, n, !first);
        c = n;
        first = false;
      } else {
        throw d.wrong(
            "layers",
            item,
            "layers are cNkK (N filters of K by K), pK (pooling), and after these dN (dense)");
      }
      if (h < 1 || w < 1) {
        throw d.wrong("layers", item, "nothing is left of the image before it");
      }
    }
    if (!flat) {
      throw d.wrong("layers", d.text("layers"), "the last layer is dense, dN");
    }
    return sum.work(state(d), sum.batch * image[0] * image[1] * image[2]);
  }

  private static Work rnn(Description d) {
    String cell = d.choice("cell", "lstm", "lstm", "gru", "rnn");
    long steps = d.number("steps");
    long features = d.number("features");
    long hidden = d.number("hidden");
    long gates =
        hidden
            * switch (cell) {
              case "lstm" -> 4;
              case "gru" -> 3;
              default -> 1;
            };
    Sum sum = new Sum(d.number("batch", 1));
    // The first state is zero: it takes no product, and its gradient is not wanted.
    sum.flops =
        2.0 * sum.batch * gates * (2 * features * steps + 3 * hidden * Math.max(0, steps - 1));
    // A reset gate needs its recurrent bias apart from the other one.
    sum.parameters = gates * (features + hidden + 1) + (cell.equals("gru") ? hidden : 0);
    sum.dense(hidden, d.number("classes"), true);
    return sum.work(state(d), sum.batch * steps * features);
  }

  private static Work rbm(Description d) {
    long visible = d.number("visible");
    long hidden = d.number("hidden");
    Sum sum = new Sum(d.number("batch", 1));
    // Hidden units once, both sides in each step of the chain, and two outer products.
    sum.flops = 2.0 * sum.batch * visible * hidden * (1 + 2 * d.number("k", 1) + 2);
    sum.parameters = visible * hidden + visible + hidden;
    return sum.work(0, sum.batch * visible);
  }

  private static Work vae(Description d) {
    long[] sizes = d.sizes("sizes", "-", 3, 3);
    Sum sum = new Sum(d.number("batch", 1));
    sum.dense(sizes[0], sizes[1], false);
    sum.dense(sizes[1], sizes[2], true);
    sum.dense(sizes[1], sizes[2], true);
    sum.dense(sizes[2], sizes[1], true);
    sum.dense(sizes[1], sizes[0], true);
    return sum.work(state(d), sum.batch * sizes[0]);
  }

  private static Work opt(Description d) {
    Sum sum = new Sum(1);
    sum.parameters = d.number("n");
    // What comes in is the gradient.
    return sum.work(stateOf(d, "kind"), sum.parameters);
  }

  private static int state(Description d) {
    return stateOf(d, "opt");
  }

  private static int stateOf(Description d, String option) {
    Integer state = STATE.get(d.choice(option, "adam", "adam", "sgd", "momentum"));
    return state == null ? 0 : state;
  }

  /** The options of a workload, whose numbers are read here so that wrong ones are named. */
  private record Description(String workload, Map<String, String> options) {
    private static final int LARGEST = 1 << 28;

    IllegalArgumentException wrong(String option, String value, String wayOut) {
      return new IllegalArgumentException(
          "workload '%s': %s has '%s': %s".formatted(workload, option, value, wayOut));
    }

    String text(String option) {
      String value = options.get(option);
      if (value == null) {
        throw new IllegalArgumentException("workload '%s' needs %s=…".formatted(workload, option));
      }
      return value;
    }

    long number(String option) {
      return number(option, text(option), text(option));
    }

    long number(String option, long absent) {
      return options.containsKey(option) ? number(option) : absent;
    }

    private long number(String option, String where, String value) {
      long n = 0;
      if (value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
        n = value.isEmpty() ? 0 : Long.parseLong(value);
      }
      if (n < 1 || n > LARGEST) {
        throw wrong(option, where, "sizes are whole numbers from 1 to " + LARGEST);
      }
      return n;
    }

    long[] sizes(String option, String separator, int least, int most) {
      return sizes(option, text(option), text(option), separator, least, most);
    }

    long[] sizes(String option, String where, String value, String separator, int least, int most) {
      List<Long> numbers = new ArrayList<>();
      for (String part : value.split(separator, -1)) {
        numbers.add(number(option, where, part));
      }
      if (numbers.size() < least || numbers.size() > most) {
        String count = least == most ? least + "" : "at least " + least;
        throw wrong(
            option, where, "give %s numbers, separated by '%s'".formatted(count, separator));
      }
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    String choice(String option, String absent, String... allowed) {
      String value = options.getOrDefault(option, absent);
      if (!Arrays.asList(allowed).contains(value)) {
        throw wrong(option, value, "it is one of " + String.join(", ", allowed));
      }
      return value;
    }
  }
}
