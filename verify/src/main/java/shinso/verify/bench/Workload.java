package shinso.verify.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.core.op.PoolSpec;
import shinso.nn.layer.Network;

/**
 * A training step to be timed.
 *
 * <pre>
 * mlp:batch=128,sizes=784-512-512-10,act=relu,opt=adam
 * cnn:batch=128,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10,pad=valid,opt=adam
 * </pre>
 *
 * <p>{@code cNkK} is a convolution with N filters of K by K and a rectifier, {@code pK} max
 * pooling, {@code dN} a dense layer, with a rectifier but for the last.
 *
 * @param kind mlp or cnn
 * @param options the rest, by name
 */
record Workload(String text, String kind, Map<String, String> options) {
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "mlp", Set.of("batch", "sizes", "act", "opt"),
          "cnn", Set.of("batch", "input", "layers", "pad", "opt"));

  static Workload parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    Set<String> known = KNOWN.get(kind);
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown workload '%s' in '%s'; there are %s"
              .formatted(kind, text, KNOWN.keySet().stream().sorted().toList()));
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : text.substring(colon + 1).split(",", -1)) {
      int equals = option.indexOf('=');
      if (equals < 0 || !known.contains(option.substring(0, equals))) {
        throw new IllegalArgumentException(
            "workload '%s': '%s' is not one of %s with a value"
                .formatted(text, option, known.stream().sorted().toList()));
      }
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return new Workload(text, kind, options);
  }

  int batch() {
    return Integer.parseInt(options.getOrDefault("batch", "1"));
  }

  String optimizer() {
    return options.getOrDefault("opt", "adam");
  }

  /** The shape of an example. */
  int[] input() {
    return kind.equals("mlp")
        ? new int[] {numbers(required("sizes"), "-")[0]}
        : numbers(required("input"), "x");
  }

  /** The network, ending in one number a class. */
  Network.Builder network() {
    Network.Builder net = Network.of(input());
    return kind.equals("mlp") ? mlp(net) : cnn(net);
  }

  private Network.Builder mlp(Network.Builder net) {
    int[] sizes = numbers(required("sizes"), "-");
    for (int i = 1; i < sizes.length; i++) {
      net.dense(sizes[i]);
      if (i + 1 < sizes.length) {
        switch (options.getOrDefault("act", "relu")) {
          case "relu" -> net.relu();
          case "tanh" -> net.tanh();
          case "sigmoid" -> net.sigmoid();
          default ->
              throw new IllegalArgumentException("act is relu, tanh or sigmoid in '" + text + "'");
        }
      }
    }
    return net;
  }

  private Network.Builder cnn(Network.Builder net) {
    boolean same = options.getOrDefault("pad", "valid").equals("same");
    List<String> items = Arrays.asList(required("layers").split("-", -1));
    boolean flat = false;
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i);
      switch (item.charAt(0)) {
        case 'c' -> {
          int[] sizes = numbers(item.substring(1), "k");
          net.conv(sizes[0], sizes[1], o -> same ? o.padding(sizes[1] / 2) : o).relu();
        }
        case 'p' -> net.maxPool(PoolSpec.of(Integer.parseInt(item.substring(1))));
        case 'd' -> {
          if (!flat) {
            net.flatten();
            flat = true;
          }
          net.dense(Integer.parseInt(item.substring(1)));
          if (i + 1 < items.size()) {
            net.relu();
          }
        }
        default ->
            throw new IllegalArgumentException("'" + item + "' in '" + text + "' is not a layer");
      }
    }
    return net;
  }

  private String required(String option) {
    String value = options.get(option);
    if (value == null) {
      throw new IllegalArgumentException("workload '%s' needs %s=…".formatted(text, option));
    }
    return value;
  }

  private static int[] numbers(String text, String separator) {
    return Arrays.stream(text.split(separator, -1)).mapToInt(Integer::parseInt).toArray();
  }
}
