package shinso.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.ReceptiveField;
import shinso.nn.model.Classifier;
import shinso.nn.model.Saliency;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;

/**
 * Pictures of what a convolutional network has learned and does: its filters, its feature maps,
 * which pixels a decision hangs on, and what its units respond to most.
 *
 * <p>Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014), for
 * units by the patches that activate them most; Girshick et al. (2014), section 3.1.
 */
public final class FeatureViews {
  private static final int LAYERS = 3;
  private static final int EXAMPLES = 6;
  private static final int MAPS = 11;
  private static final int UNITS = 10;
  private static final int PATCHES = 10;

  /** How many examples are searched for patches. */
  private static final int SEARCHED = 1_000;

  private static final int BATCH = 100;

  private final Network network;
  private final Dataset data;

  private FeatureViews(Network network, Dataset data) {
    this.network = network;
    this.data = data;
  }

  /**
   * Returns views of a classifier.
   *
   * @param network its output is logits
   * @param data of images, such as the test set, with class labels for {@link #saliency}
   */
  public static FeatureViews of(Network network, Dataset data) {
    return new FeatureViews(network, data);
  }

  /**
   * Returns all views as sections of a report: the filters of the first layer, saliency, and
   * feature maps of the first three convolutions, with patches where it is known what a unit sees.
   */
  public List<Section> sections() {
    List<Section> all = new ArrayList<>();
    Section filters = Section.filters(Parameters.all(network), network.input());
    if (filters != null) {
      all.add(filters);
    }
    all.add(Section.figure(saliency(), "saliency.png"));
    for (String layer : convolutions()) {
      all.add(Section.figure(featureMaps(layer), "feature-maps-" + file(layer) + ".png"));
      if (ReceptiveField.isKnown(network, layer)) {
        all.add(Section.figure(patches(layer), "patches-" + file(layer) + ".png"));
      }
    }
    return List.copyOf(all);
  }

  private static String file(String layer) {
    return layer.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** The first convolutions, or the activations behind them. */
  private List<String> convolutions() {
    List<String> found = new ArrayList<>();
    Layer before = null;
    for (Map.Entry<String, Layer> e : network.layers().entrySet()) {
      if (e.getValue() instanceof Conv2d) {
        found.add(e.getKey());
      } else if (e.getValue() instanceof Activation && before instanceof Conv2d) {
        found.set(found.size() - 1, e.getKey());
      }
      before = e.getValue() instanceof BatchNorm ? before : e.getValue();
    }
    return found.subList(0, Math.min(LAYERS, found.size()));
  }

  /**
   * Returns feature maps to look at: of each example the strongest response is 1, and where some
   * response is negative, none is one half. {@code [b, h, w, c] -> [b, h, w, c]}
   */
  public static Tensor visible(Tensor maps) {
    Tensor scaled = maps.div(maps.abs().maxKeep(1, 2, 3).maximum(1e-12));
    return maps.min().item() < 0 ? scaled.mul(0.5).add(0.5) : scaled;
  }

  /** Returns some examples, and what the first channels of a layer make of each. */
  public Pictures featureMaps(String layer) {
    Tensor x = first(EXAMPLES);
    Shape in = x.shape();
    Tensor maps = activation(x, layer); // [n, h, w, c]
    int shown = Math.min(MAPS, maps.shape().dim(3));
    Tensor large = visible(maps).slice(3, 0, shown).resizeNearest(in.dim(1), in.dim(2));
    Tensor apart = large.permute(0, 3, 1, 2).unsqueeze(4); // [n, shown, h, w, 1]
    Shape picture = Shape.of(in.dim(0), shown, in.dim(1), in.dim(2), in.dim(3));
    Tensor rows = Tensor.concat(1, List.of(x.unsqueeze(1), apart.broadcastTo(picture)));
    return Figure.pictures(
            "Feature maps of " + layer,
            rows.reshape(in.dim(0) * (shown + 1), in.dim(1), in.dim(2), in.dim(3)))
        .columns(shown + 1)
        .caption("Examples, and the first %d of %d channels".formatted(shown, maps.shape().dim(3)));
  }

  /** Returns some examples, and below them the pixels that the score of their class hangs on. */
  public Pictures saliency() {
    int n = Math.min(PATCHES, data.size());
    List<Tensor> batch = data.batch(IntStream.range(0, n).toArray());
    Tensor x = batch.getFirst();
    Tensor map = Saliency.of(Classifier.of(network), x, batch.getLast());
    Tensor scaled = map.div(map.maxKeep(1, 2, 3).maximum(1e-30)).broadcastTo(x.shape());
    return Figure.pictures("Saliency", Tensor.concat(0, List.of(x, scaled)))
        .columns(n)
        .caption("Examples, and how much the score of their class changes with each pixel");
  }

  /**
   * Returns, for each of the first channels of a layer, the parts of examples to which it responds
   * most, one of an example; the first 1,000 examples are searched.
   *
   * @throws IllegalArgumentException if it is not known what a unit of the layer sees
   */
  public Pictures patches(String layer) {
    ReceptiveField field = ReceptiveField.of(network, layer);
    int searched = Math.min(SEARCHED, data.size());
    List<Response> all = responses(layer, searched);
    List<float[]> patches = new ArrayList<>();
    int units = all.stream().mapToInt(Response::unit).max().orElse(0) + 1;
    int shown = Math.min(PATCHES, searched);
    for (int unit = 0; unit < units; unit++) {
      int u = unit;
      all.stream()
          .filter(r -> r.unit == u)
          .sorted(
              Comparator.comparingDouble(Response::strength)
                  .reversed()
                  .thenComparingInt(Response::example))
          .limit(shown)
          .forEach(r -> patches.add(patch(r, field)));
    }
    int channels = network.input().dim(2);
    float[] flat = new float[patches.size() * field.height() * field.width() * channels];
    int at = 0;
    for (float[] p : patches) {
      System.arraycopy(p, 0, flat, at, p.length);
      at += p.length;
    }
    Shape shape = Shape.of(patches.size(), field.height(), field.width(), channels);
    return Figure.pictures("What activates " + layer + " most", Tensor.owning(flat, shape))
        .columns(shown)
        .caption(
            "A row for each of the first %d channels: the %d x %d pixels that it sees"
                .formatted(units, field.height(), field.width()));
  }

  /** Where an example activates a unit most. */
  private record Response(int example, int unit, float strength, int row, int column) {}

  private List<Response> responses(String layer, int examples) {
    Program program =
        Program.compile((Tensor x) -> {
          Tensor maps = activation(x, layer);
          Shape s = maps.shape();
          Tensor flat =
              maps.slice(3, 0, Math.min(UNITS, s.dim(3)))
                  .reshape(s.dim(0), s.dim(1) * s.dim(2), Math.min(UNITS, s.dim(3)));
          return Step.of(List.of()).output(flat.max(1)).output(flat.argmax(1).cast(DType.F32));
        });
    int columns = shape(layer).dim(2);
    List<Response> all = new ArrayList<>();
    for (int from = 0; from < examples; from += BATCH) {
      int[] batch = IntStream.range(from, Math.min(examples, from + BATCH)).toArray();
      var result = program.run(data.batch(batch).getFirst());
      float[] strengths = result.output(0).toFloatArray();
      float[] places = result.output(1).toFloatArray();
      int units = strengths.length / batch.length;
      for (int i = 0; i < strengths.length; i++) {
        int place = (int) places[i];
        all.add(
            new Response(
                batch[i / units], i % units, strengths[i], place / columns, place % columns));
      }
    }
    return all;
  }

  /** Cuts out what a unit sees; what lies outside of the example is 0. */
  private float[] patch(Response r, ReceptiveField f) {
    Tensor x = data.batch(new int[] {r.example}).getFirst();
    float[] values = x.toFloatArray();
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    int c = x.shape().dim(3);
    float[] patch = new float[f.height() * f.width() * c];
    for (int i = 0; i < f.height(); i++) {
      int row = f.top() + r.row * f.strideH() + i;
      for (int j = 0; j < f.width(); j++) {
        int column = f.left() + r.column * f.strideW() + j;
        if (row >= 0 && row < h && column >= 0 && column < w) {
          System.arraycopy(values, (row * w + column) * c, patch, (i * f.width() + j) * c, c);
        }
      }
    }
    return patch;
  }

  private Tensor first(int most) {
    return data.batch(IntStream.range(0, Math.min(most, data.size())).toArray()).getFirst();
  }

  private Shape shape(String layer) {
    return activation(first(1), layer).shape();
  }

  private Tensor activation(Tensor x, String layer) {
    SequencedMap<String, Tensor> all = network.activations(x, Pass.inference());
    @Nullable Tensor y = all.get(layer);
    if (y == null || y.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "there is no layer '%s' with feature maps [batch, height, width, channels]; layers are %s"
              .formatted(layer, all.keySet()));
    }
    return y;
  }
}
