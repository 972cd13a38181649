package shinso.verify.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Sgd;

/**
 * A training step to be timed.
 *
 * <pre>
 * mlp:batch=128,sizes=784-512-512-10,act=relu,opt=adam
 * cnn:batch=128,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10,pad=valid,opt=adam
 * rnn:cell=lstm,batch=128,steps=28,features=28,hidden=128,classes=10,opt=adam
 * rbm:batch=100,visible=784,hidden=500,k=1
 * vae:batch=128,sizes=784-400-20,opt=adam
 * iwae:batch=20,k=50,sizes=784-200-50,opt=adam
 * gan:batch=64,sizes=784-256-100
 * dcgan:batch=64,maps=64,noise=100
 * draw:batch=64,glimpses=10,opt=adam
 * nade:batch=100,visible=784,hidden=500,opt=adam
 * opt:kind=adam,n=670720
 * </pre>
 *
 * <p>{@code cNkK} is a convolution with N filters of K by K and a rectifier, {@code pK} max
 * pooling, {@code dN} a dense layer, with a rectifier but for the last. Activations are relu, tanh
 * and sigmoid, padding valid and same, cells lstm, gru and rnn, optimisers adam, sgd and momentum.
 * The lengths of sequences are full, or mixed: from one step to all, as many of each.
 *
 * @param text as it was given, for messages
 * @param options the values by name
 */
record Workload(String text, Kind kind, Map<String, String> options) {
  /** What is trained. */
  enum Kind {
    MLP("batch", "sizes", "act", "opt"),
    CNN("batch", "input", "layers", "pad", "opt"),
    RNN("cell", "batch", "steps", "lengths", "features", "hidden", "classes", "opt"),
    RBM("batch", "visible", "hidden", "k"),
    VAE("batch", "sizes", "opt"),
    IWAE("batch", "k", "sizes", "opt"),
    NADE("batch", "visible", "hidden", "opt"),
    GAN("batch", "sizes"),
    DCGAN("batch", "maps", "noise"),
    DRAW("batch", "glimpses", "opt"),
    OPT("kind", "n");

    private final List<String> options;

    Kind(String... options) {
      this.options = List.of(options);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a workload.
   *
   * @throws IllegalArgumentException if there is no such kind, or it has no such option
   */
  static Workload parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(k -> k.toString().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "workload '%s': there is no kind '%s', only %s"
                        .formatted(text, name, Arrays.toString(Kind.values()))));
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
      int equals = option.indexOf('=');
      if (equals < 0 || !kind.options.contains(option.substring(0, equals))) {
        throw new IllegalArgumentException(
            "workload '%s': '%s' is not one of %s with a value"
                .formatted(text, option, kind.options));
      }
      if (options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "workload '%s': '%s' is given twice".formatted(text, option.substring(0, equals)));
      }
    }
    return new Workload(text, kind, options);
  }

  int batch() {
    return size("batch", 1);
  }

  /** The value of an option that has to be there. */
  String value(String option) {
    String value = options.get(option);
    if (value == null) {
      throw new IllegalArgumentException("workload '%s': %s=… is missing".formatted(text, option));
    }
    return value;
  }

  /** One of these; the first if the option is not there. */
  String choice(String option, String... allowed) {
    String value = options.getOrDefault(option, allowed[0]);
    if (!Arrays.asList(allowed).contains(value)) {
      throw new IllegalArgumentException(
          "workload '%s': %s is one of %s, not '%s'"
              .formatted(text, option, Arrays.toString(allowed), value));
    }
    return value;
  }

  int size(String option) {
    return size(option, value(option));
  }

  int size(String option, int otherwise) {
    return options.containsKey(option) ? size(option) : otherwise;
  }

  /** At least so many sizes with something between them. */
  int[] sizes(String option, String separator, int least) {
    String[] parts = value(option).split(separator, -1);
    if (parts.length < least) {
      throw new IllegalArgumentException(
          "workload '%s': %s has at least %d sizes, such as 2%s3, not '%s'"
              .formatted(text, option, least, separator, value(option)));
    }
    return Arrays.stream(parts).mapToInt(p -> size(option, p)).toArray();
  }

  private int size(String option, String number) {
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "workload '%s': %s is a number from 1 to 999999999, not '%s'"
              .formatted(text, option, number));
    }
    return Integer.parseInt(number);
  }

  /** A fresh optimiser of the kind that an option names. */
  Optimizer optimizer(String option) {
    return switch (choice(option, "adam", "sgd", "momentum")) {
      case "adam" -> Adam.of(1e-3);
      case "sgd" -> Sgd.of(0.01);
      default -> Momentum.of(0.01, 0.9);
    };
  }
}
