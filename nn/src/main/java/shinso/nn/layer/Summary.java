package shinso.nn.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;

/**
 * What a model is made of: a row for each layer, and totals. {@link #toString} is a table.
 *
 * @param input the shape of an example, without the batch
 * @param rows the layers in order
 * @param trainable the number of trained elements, shared ones counted once
 * @param state the number of saved elements that are not trained
 * @param bytes the memory of both
 */
public record Summary(Shape input, List<Row> rows, long trainable, long state, long bytes) {
  /**
   * One layer.
   *
   * @param name its path in the model, empty for the model itself
   * @param layer what it is
   * @param output the shape of its output for an example, without the batch
   * @param parameters the number of elements of its parameters that no earlier row has
   */
  public record Row(String name, String layer, Shape output, long parameters) {}

  /** Keeps a copy. */
  public Summary {
    rows = List.copyOf(rows);
  }

  /**
   * Returns the summary of a model: networks and sequences are taken apart, other layers are a row.
   *
   * @param input the shape of an example, without the batch
   * @throws IllegalArgumentException if the model doesn't take it
   */
  public static Summary of(Layer model, Shape input) {
    List<Row> rows = new ArrayList<>();
    Set<Param> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    add(rows, seen, "", model, Shape.of(1).concat(input));
    Collection<Param> all = Parameters.all(model).values();
    long trainable = Parameters.count(Parameters.trainable(model).values());
    long bytes = all.stream().mapToLong(p -> (long) p.shape().size() * p.dtype().bytes()).sum();
    return new Summary(input, rows, trainable, Parameters.count(all) - trainable, bytes);
  }

  private static Shape add(List<Row> rows, Set<Param> seen, String name, Layer layer, Shape in) {
    Shape shape = in;
    switch (layer) {
      case Network n -> {
        for (Map.Entry<String, Layer> e : n.layers().entrySet()) {
          shape = add(rows, seen, join(name, e.getKey()), e.getValue(), shape);
        }
      }
      case Sequential s -> {
        for (int i = 0; i < s.layers().size(); i++) {
          shape = add(rows, seen, join(name, Integer.toString(i)), s.layers().get(i), shape);
        }
      }
      default -> {
        shape = layer.outputShape(in);
        List<Param> own = Parameters.all(layer).values().stream().filter(seen::add).toList();
        rows.add(
            new Row(name, layer.toString(), Network.withoutBatch(shape), Parameters.count(own)));
      }
    }
    return shape;
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the table, without a line break at its end. */
  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"name", "layer", "output", "parameters"});
    lines.add(new String[] {"", "input", Network.batched(input), ""});
    for (Row r : rows) {
      String count = r.parameters == 0 ? "" : grouped(r.parameters);
      lines.add(new String[] {r.name, r.layer, Network.batched(r.output), count});
    }
    int[] width = new int[4];
    for (String[] line : lines) {
      for (int i = 0; i < width.length; i++) {
        width[i] = Math.max(width[i], line[i].length());
      }
    }
    StringBuilder s = new StringBuilder();
    for (String[] line : lines) {
      String row =
          String.format(
              Locale.ROOT,
              "%-"
                  + Math.max(1, width[0])
                  + "s  %-"
                  + width[1]
                  + "s  %-"
                  + width[2]
                  + "s  %"
                  + width[3]
                  + "s",
              (Object[]) line);
      s.append(row.stripTrailing()).append('\n');
    }
    s.append(grouped(trainable)).append(" parameters");
    if (state > 0) {
      s.append(" and ").append(grouped(state)).append(" that are not trained");
    }
    return s.append(", ").append(size(bytes)).toString();
  }

  private static String grouped(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " bytes";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
