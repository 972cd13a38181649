package shinso.interchange.pytorch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.Conv1d;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.ConvTranspose2d;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Embedding;
import shinso.nn.layer.GroupNorm;
import shinso.nn.layer.Gru;
import shinso.nn.layer.LayerNorm;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Prelu;
import shinso.nn.layer.SimpleRnn;

/**
 * How the parameters of a layer lie in the PyTorch module that computes the same.
 *
 * @param layer the layer's record
 * @param module the module, such as {@code nn.Linear}
 */
public record Layout(Class<? extends Record> layer, String module, List<Row> rows) {
  private static final Conversion SAME = new Conversion.Same();
  private static final Conversion TRANSPOSED = new Conversion.Axes(List.of(1, 0));

  /** Stands in keys of recurrent modules for the layer's number and direction. */
  static final String LAYER = "{layer}";

  /** Keeps a copy. */
  public Layout {
    rows = List.copyOf(rows);
  }

  /**
   * A parameter.
   *
   * @param component the name of the record's component
   * @param keys the names of the module's parameters that it is made of; {@code {layer}} in them is
   *     {@code l0}, {@code l1_reverse} and so on
   * @param here how it lies here
   * @param there how it lies in PyTorch
   * @param isBias whether zeros stand for it where the module has none
   */
  public record Row(
      String component,
      List<String> keys,
      String here,
      String there,
      boolean isBias,
      Conversion conversion) {
    /** Keeps a copy. */
    public Row {
      keys = List.copyOf(keys);
    }
  }

  private static Row row(
      String component, String key, String here, String there, Conversion conversion) {
    return new Row(component, List.of(key), here, there, false, conversion);
  }

  private static Row vector(String component, String key) {
    return row(component, key, "[features]", "[features]", SAME);
  }

  private static Row bias() {
    return new Row("bias", List.of("bias"), "[out]", "[out]", true, SAME);
  }

  private static Row gates(
      String component, String key, String here, String there, Integer... order) {
    return row(
        component,
        key + "_" + LAYER,
        "[in, gates · hidden], gates " + here,
        "[gates · hidden, in], gates " + there,
        new Conversion.Gates(List.of(order)));
  }

  private static Row biases(String here, String there, int apart, Integer... order) {
    return new Row(
        "bias",
        List.of("bias_ih_" + LAYER, "bias_hh_" + LAYER),
        "one, gates " + here,
        "two that are added, gates " + there,
        true,
        new Conversion.Biases(List.of(order), apart));
  }

  private static final List<Layout> ALL =
      List.of(
          new Layout(
              Dense.class,
              "nn.Linear",
              List.of(row("weight", "weight", "[in, out]", "[out, in]", TRANSPOSED), bias())),
          new Layout(
              Conv1d.class,
              "nn.Conv1d",
              List.of(
                  row(
                      "weight",
                      "weight",
                      "[k, in, out]",
                      "[out, in, k]",
                      new Conversion.Axes(List.of(2, 1, 0))),
                  bias())),
          new Layout(
              Conv2d.class,
              "nn.Conv2d",
              List.of(
                  row(
                      "weight",
                      "weight",
                      "[kh, kw, in / groups, out]",
                      "[out, in / groups, kh, kw]",
                      new Conversion.Axes(List.of(2, 3, 1, 0))),
                  bias())),
          new Layout(
              ConvTranspose2d.class,
              "nn.ConvTranspose2d",
              List.of(
                  row(
                      "weight",
                      "weight",
                      "[kh, kw, out / groups, in]",
                      "[in, out / groups, kh, kw]",
                      new Conversion.Axes(List.of(2, 3, 1, 0))),
                  bias())),
          new Layout(
              BatchNorm.class,
              "nn.BatchNorm1d, nn.BatchNorm2d",
              List.of(
                  vector("gain", "weight"),
                  vector("bias", "bias"),
                  vector("mean", "running_mean"),
                  vector("variance", "running_var"))),
          new Layout(
              LayerNorm.class,
              "nn.LayerNorm",
              List.of(vector("gain", "weight"), vector("bias", "bias"))),
          new Layout(
              GroupNorm.class,
              "nn.GroupNorm",
              List.of(vector("gain", "weight"), vector("bias", "bias"))),
          new Layout(
              Embedding.class,
              "nn.Embedding",
              List.of(row("weight", "weight", "[symbols, features]", "[symbols, features]", SAME))),
          new Layout(Prelu.class, "nn.PReLU", List.of(vector("slope", "weight"))),
          new Layout(
              SimpleRnn.class,
              "nn.RNN",
              List.of(
                  gates("inputWeight", "weight_ih", "h", "h", 0),
                  gates("hiddenWeight", "weight_hh", "h", "h", 0),
                  biases("h", "h", 0, 0))),
          new Layout(
              Lstm.class,
              "nn.LSTM",
              List.of(
                  gates("inputWeight", "weight_ih", "i, f, g, o", "i, f, g, o", 0, 1, 2, 3),
                  gates("hiddenWeight", "weight_hh", "i, f, g, o", "i, f, g, o", 0, 1, 2, 3),
                  biases("i, f, g, o", "i, f, g, o", 0, 0, 1, 2, 3))),
          new Layout(
              Gru.class,
              "nn.GRU",
              List.of(
                  gates("inputWeight", "weight_ih", "n, r, z", "r, z, n", 2, 0, 1),
                  gates("hiddenWeight", "weight_hh", "r, z, n", "r, z, n", 0, 1, 2),
                  biases("n, r, z", "r, z, n", 1, 2, 0, 1),
                  new Row(
                      "candidateBias",
                      List.of("bias_hh_" + LAYER),
                      "[hidden]",
                      "n of the second bias",
                      true,
                      new Conversion.LastGate(3)))));

  /** Returns the whole table. */
  public static List<Layout> all() {
    return ALL;
  }

  /** Returns the row of a layer, null if PyTorch has no such module. */
  static @Nullable Layout of(Object layer) {
    return ALL.stream().filter(l -> l.layer == layer.getClass()).findFirst().orElse(null);
  }

  /** Returns whether this is a recurrent layer. */
  boolean isRecurrent() {
    return rows.getFirst().keys.getFirst().contains(LAYER);
  }
}
