package shinso.verify.bench;

import java.util.ArrayList;
import java.util.List;

/** A layer of an mlp or cnn workload, with the sizes that it sees. */
sealed interface SizedLayer {
  /**
   * A convolution with bias and rectifier, over {@code [batch, height, width, channels]}.
   *
   * @param same whether the image keeps its size, by padding with zeros
   */
  record Conv(int height, int width, int channels, int filters, int kernel, boolean same)
      implements SizedLayer {
    int outHeight() {
      return same ? height : height - kernel + 1;
    }

    int outWidth() {
      return same ? width : width - kernel + 1;
    }
  }

  /** Maximum pooling by windows of this size side by side; what doesn't fill one is left out. */
  record Pool(int height, int width, int channels, int size) implements SizedLayer {}

  /**
   * A dense layer with bias; before the first of them images become vectors.
   *
   * @param activation relu, tanh or sigmoid; empty for the last layer
   */
  record Dense(int in, int out, String activation) implements SizedLayer {}

  /**
   * Reads the layers off a workload's description.
   *
   * @throws IllegalArgumentException if it is neither mlp nor cnn, or makes no sense
   */
  static List<SizedLayer> of(Workload w) {
    return switch (w.kind()) {
      case MLP -> mlp(w);
      case CNN -> cnn(w);
      default -> throw new IllegalArgumentException("'" + w.text() + "' has no list of layers");
    };
  }

  private static List<SizedLayer> mlp(Workload w) {
    int[] sizes = w.sizes("sizes", "-", 2);
    String activation = w.choice("act", "relu", "tanh", "sigmoid");
    List<SizedLayer> layers = new ArrayList<>();
    for (int i = 1; i < sizes.length; i++) {
      layers.add(new Dense(sizes[i - 1], sizes[i], i + 1 < sizes.length ? activation : ""));
    }
    return layers;
  }

  private static List<SizedLayer> cnn(Workload w) {
    int[] image = w.sizes("input", "x", 3);
    if (image.length != 3) {
      throw wrong(w, w.value("input"), "an image is height x width x channels, 28x28x1");
    }
    boolean same = w.choice("pad", "valid", "same").equals("same");
    int height = image[0];
    int width = image[1];
    int channels = image[2];
    boolean flat = false;
    List<SizedLayer> layers = new ArrayList<>();
    String[] items = w.value("layers").split("-", -1);
    for (int i = 0; i < items.length; i++) {
      String item = items[i];
      if (!item.matches("c[1-9][0-9]{0,5}k[1-9][0-9]{0,2}|[pd][1-9][0-9]{0,5}")) {
        throw wrong(w, item, "write c32k3 for 32 filters of 3x3, p2 for pooling, d10 for dense");
      }
      if (flat && item.charAt(0) != 'd') {
        throw wrong(w, item, "after a dense layer come dense layers only");
      }
      String[] numbers = item.substring(1).split("k", -1);
      int n = Integer.parseInt(numbers[0]);
      switch (item.charAt(0)) {
        case 'c' -> {
          int kernel = Integer.parseInt(numbers[1]);
          if (same && kernel % 2 == 0) {
            throw wrong(w, item, "filters that keep the image's size have an odd width, c32k3");
          }
          Conv conv = new Conv(height, width, channels, n, kernel, same);
          layers.add(conv);
          height = conv.outHeight();
          width = conv.outWidth();
          channels = n;
        }
        case 'p' -> {
          layers.add(new Pool(height, width, channels, n));
          height /= n;
          width /= n;
        }
        default -> {
          long in = flat ? channels : (long) height * width * channels;
          if (in > Integer.MAX_VALUE) {
            throw wrong(w, item, "the image before it has too many numbers; make it smaller");
          }
          layers.add(new Dense((int) in, n, i + 1 < items.length ? "relu" : ""));
          flat = true;
          channels = n;
        }
      }
      if (height < 1 || width < 1) {
        throw wrong(w, item, "it leaves nothing of the image; make the input larger");
      }
    }
    if (!flat) {
      throw wrong(w, items[items.length - 1], "the last layer is dense, dN");
    }
    return layers;
  }

  private static IllegalArgumentException wrong(Workload w, String value, String wayOut) {
    return new IllegalArgumentException(
        "workload '%s': '%s' won't do: %s".formatted(w.text(), value, wayOut));
  }
}
