package shinso.spark.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

/**
 * Reads rows as examples: which columns are the input, which is the target. Columns are vectors of
 * Spark ML, arrays of numbers, numbers, bytes (0 to 255 count as 0 to 1), or pictures as Spark's
 * source {@code image} reads them, whose colours come in the order red, green, blue.
 *
 * @param features the columns of the input, one after the other
 * @param shape the shape that the input has, without the axis of the batch
 * @param target the column of the target, null for none
 * @param classes how many classes there are, 0 if the target is numbers
 */
public record ExampleForm(
    List<String> features, List<Integer> shape, @Nullable String target, int classes)
    implements Serializable {
  private static final String PICTURE = "nChannels";
  private static final float BYTE = 255;

  /** Keeps copies. */
  public ExampleForm {
    features = List.copyOf(features);
    shape = List.copyOf(shape);
  }

  /** Returns the shape of one input. */
  public Shape inputShape() {
    return Shape.of(shape.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Requires that a table has the columns.
   *
   * @throws DistributionException that names the column, and what there is
   */
  public void check(StructType schema) {
    for (String name : features) {
      requireNumbers(schema, name, "features");
    }
    if (target != null) {
      requireNumbers(schema, target, "target");
    }
  }

  private static void requireNumbers(StructType schema, String name, String what) {
    List<String> names = List.of(schema.fieldNames());
    if (!names.contains(name)) {
      throw new DistributionException(
          "there is no column '%s' for the %s; the rows have %s"
              .formatted(name, what, String.join(", ", names)));
    }
    DataType type = schema.apply(name).dataType();
    if (!isNumbers(type)) {
      throw new DistributionException(
          "the column '%s' has the type %s; %s are a vector, an array of numbers, numbers, bytes or pictures"
              .formatted(name, type.catalogString(), what));
    }
  }

  private static boolean isNumbers(DataType type) {
    return type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof BinaryType
        || type instanceof ArrayType array && array.elementType() instanceof NumericType
        || type.typeName().equals("vector")
        || type instanceof StructType s && List.of(s.fieldNames()).contains(PICTURE);
  }

  /**
   * Reads a row.
   *
   * @param number of the row, for messages
   * @throws DistributionException if a value is missing or no finite number, or there are more or
   *     fewer than the shape has
   */
  public Example read(Row row, long number) {
    float[] input = numbers(row, features, number);
    int expected = inputShape().size();
    if (input.length != expected) {
      throw new DistributionException(
          "row %d: %s has %d numbers, not %d as %s needs"
              .formatted(number, String.join(", ", features), input.length, expected, shape));
    }
    if (target == null) {
      return new Example(input, new float[0], 0);
    }
    float[] wanted = numbers(row, List.of(target), number);
    if (classes == 0) {
      return new Example(input, wanted, 0);
    }
    if (wanted.length != 1
        || wanted[0] != (int) wanted[0]
        || wanted[0] < 0
        || wanted[0] >= classes) {
      throw new DistributionException(
          "row %d: %s is %s, which is no class from 0 to %d; number classes with StringIndexer"
              .formatted(number, target, wanted.length == 1 ? wanted[0] : "an array", classes - 1));
    }
    return new Example(input, new float[0], (int) wanted[0]);
  }

  private static float[] numbers(Row row, List<String> columns, long number) {
    if (columns.size() == 1) {
      return finite(numbers(row, columns.getFirst(), number), columns.getFirst(), number);
    }
    List<float[]> parts = new ArrayList<>();
    for (String name : columns) {
      parts.add(finite(numbers(row, name, number), name, number));
    }
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static float[] finite(float[] values, String name, long number) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new DistributionException(
            "row %d: %s is %s; leave such rows out or fill them in (Imputer)"
                .formatted(number, name, value));
      }
    }
    return values;
  }

  private static float[] numbers(Row row, String name, long number) {
    Object value = row.getAs(name);
    return switch (value) {
      case null ->
          throw new DistributionException(
              "row %d: %s is null; leave such rows out (na().drop()) or fill them in"
                  .formatted(number, name));
      case Vector v -> floats(v.toArray());
      case Number n -> new float[] {n.floatValue()};
      case Boolean b -> new float[] {b ? 1 : 0};
      case byte[] bytes -> scaled(bytes);
      case Row picture -> picture(picture, name, number);
      default -> floats(row.getList(row.fieldIndex(name)), name, number);
    };
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static float[] floats(List<?> values, String name, long number) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      if (!(values.get(i) instanceof Number n)) {
        throw new DistributionException(
            "row %d: %s has null at position %d; leave such rows out or fill them in"
                .formatted(number, name, i));
      }
      floats[i] = n.floatValue();
    }
    return floats;
  }

  private static float[] scaled(byte[] bytes) {
    float[] floats = new float[bytes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (bytes[i] & 0xFF) / BYTE;
    }
    return floats;
  }

  private static float[] picture(Row picture, String name, long number) {
    int channels = picture.<Integer>getAs(PICTURE);
    byte[] bytes = picture.getAs("data");
    if (channels < 1 || bytes.length % channels != 0) {
      throw new DistributionException(
          "row %d: %s is no picture; read pictures with the format 'image' and dropInvalid"
              .formatted(number, name));
    }
    float[] floats = scaled(bytes);
    // Spark keeps pictures as OpenCV does, blue first.
    for (int i = 0; channels >= 3 && i < floats.length; i += channels) {
      float blue = floats[i];
      floats[i] = floats[i + 2];
      floats[i + 2] = blue;
    }
    return floats;
  }

  /** Returns examples as a data set. */
  Dataset dataset(List<Example> examples) {
    Shape input = inputShape();
    float[] x = new float[Math.multiplyExact(examples.size(), input.size())];
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(examples.get(i).input(), 0, x, i * input.size(), input.size());
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.floats(String.join(", ", features), input, x));
    if (target != null && classes > 0) {
      int[] labels = examples.stream().mapToInt(Example::label).toArray();
      columns.add(Column.labels(target, labels, classes));
    } else if (target != null) {
      columns.add(targets(examples, target));
    }
    return InMemoryDataset.of("a worker's rows", columns);
  }

  private static Column targets(List<Example> examples, String name) {
    int width = examples.isEmpty() ? 1 : examples.getFirst().target().length;
    float[] y = new float[Math.multiplyExact(examples.size(), width)];
    IntStream.range(0, examples.size())
        .forEach(i -> {
          float[] one = examples.get(i).target();
          if (one.length != width) {
            throw new DistributionException(
                "%s has %d numbers in one row and %d in another"
                    .formatted(name, width, one.length));
          }
          System.arraycopy(one, 0, y, i * width, width);
        });
    return Column.floats(name, Shape.of(width), y);
  }
}
