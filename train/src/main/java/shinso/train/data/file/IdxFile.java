package shinso.train.data.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.InMemoryDataset;

/**
 * An array in the IDX format of MNIST: two zero bytes, a byte for the element type, one for the
 * number of axes, their lengths as big-endian 32-bit integers, then the elements, big-endian and
 * row-major.
 *
 * <p>Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", section "File formats".
 */
public final class IdxFile {
  /** Type of the elements. */
  public enum Type {
    /** Unsigned byte. */
    UINT8(0x08, 1, "unsigned bytes"),
    /** Signed byte. */
    INT8(0x09, 1, "signed bytes"),
    /** 16-bit integer. */
    INT16(0x0B, 2, "16-bit integers"),
    /** 32-bit integer. */
    INT32(0x0C, 4, "32-bit integers"),
    /** 32-bit floating point. */
    FLOAT32(0x0D, 4, "32-bit floats"),
    /** 64-bit floating point. */
    FLOAT64(0x0E, 8, "64-bit floats");

    private final int code;
    private final int bytes;
    private final String words;

    Type(int code, int bytes, String words) {
      this.code = code;
      this.bytes = bytes;
      this.words = words;
    }
  }

  private final Path path;
  private final Type type;
  private final Shape shape;
  private final byte[] content;

  private IdxFile(Path path, Type type, Shape shape, byte[] content) {
    this.path = path;
    this.type = type;
    this.shape = shape;
    this.content = content;
  }

  /**
   * Reads a file, gzipped or plain.
   *
   * @throws DataException if it is missing, empty, not IDX, cut off, longer than its header says,
   *     or its header says more than fits into the heap
   */
  public static IdxFile read(Path path) {
    return DataFile.read(path, in -> parse(path, in));
  }

  /**
   * Reads images {@code [n, h, w]} or {@code [n, h, w, c]} and their labels {@code [n]}.
   *
   * @return images F32 {@code [h, w, c]}, bytes scaled to 0..1, and I32 labels
   * @throws DataException if a file is not what it should be, the numbers of images and labels
   *     differ, there are none, or a label has no name
   */
  public static InMemoryDataset readImages(Path images, Path labels, List<String> classNames) {
    IdxFile x = read(images);
    IdxFile t = read(labels);
    int rank = x.shape.rank();
    if (rank != 3 && rank != 4) {
      throw new DataException(
          "%s: holds an array of shape %s, not images [n, height, width]; are images and labels exchanged?"
              .formatted(images, x.shape));
    }
    if (t.shape.rank() != 1 || t.type == Type.FLOAT32 || t.type == Type.FLOAT64) {
      throw new DataException(
          "%s: holds %s of shape %s, not labels [n]; are images and labels exchanged?"
              .formatted(labels, t.type.words, t.shape));
    }
    if (x.shape.dim(0) != t.shape.dim(0)) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s has %,d images, but %s has %,d labels; take both files from the same set",
              images,
              x.shape.dim(0),
              labels,
              t.shape.dim(0)));
    }
    if (x.shape.size() == 0) {
      throw new DataException(
          "%s: the data set is empty: its shape is %s".formatted(images, x.shape));
    }
    Shape example = x.shape.slice(1, rank);
    if (rank == 3) {
      example = example.insert(-1, 1);
    }
    Column pixels =
        x.type == Type.UINT8
            ? Column.bytes("image", example, x.content)
            : Column.floats("image", example, x.toFloatArray());
    return InMemoryDataset.of(
        images.toString(), List.of(pixels, labelColumn(t, classNames)), classNames);
  }

  /** Returns the element type. */
  public Type type() {
    return type;
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns the elements in row-major order, as numbers (unsigned bytes are 0 to 255).
   *
   * @throws DataException if they don't fit into the heap
   */
  public float[] toFloatArray() {
    checkFits();
    float[] values = new float[shape.size()];
    ByteBuffer in = ByteBuffer.wrap(content);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case UINT8, INT8, INT16, INT32 -> integer(in, i);
            case FLOAT32 -> in.getFloat(4 * i);
            case FLOAT64 -> (float) in.getDouble(8 * i);
          };
    }
    return values;
  }

  /**
   * Returns the elements in row-major order.
   *
   * @throws DataException if they are floating point numbers, or don't fit into the heap
   */
  public int[] toIntArray() {
    if (type == Type.FLOAT32 || type == Type.FLOAT64) {
      throw new DataException(path + ": holds " + type.words + ", not integers");
    }
    checkFits();
    int[] values = new int[shape.size()];
    ByteBuffer in = ByteBuffer.wrap(content);
    Arrays.setAll(values, i -> integer(in, i));
    return values;
  }

  private void checkFits() {
    String claim = "holds %s %s, as 32-bit numbers".formatted(dims(shape), type.words);
    DataFile.checkFits(path, claim, (long) Integer.BYTES * shape.size());
  }

  private int integer(ByteBuffer in, int i) {
    return switch (type) {
      case UINT8 -> in.get(i) & 0xFF;
      case INT8 -> in.get(i);
      case INT16 -> in.getShort(2 * i);
      case INT32 -> in.getInt(4 * i);
      case FLOAT32, FLOAT64 -> throw new IllegalStateException(type.words);
    };
  }

  private static IdxFile parse(Path path, InputStream in) throws IOException {
    byte[] magic = in.readNBytes(4);
    Type type = magic.length == 4 && magic[0] == 0 && magic[1] == 0 ? type(magic[2]) : null;
    if (type == null || magic[3] < 0) {
      throw new DataException(
          "%s: is not an IDX file: it begins with %s; is it the right file?"
              .formatted(path, HexFormat.ofDelimiter(" ").formatHex(magic)));
    }
    byte[] lengths = in.readNBytes(4 * magic[3]);
    if (lengths.length < 4 * magic[3]) {
      throw new DataException(path + ": is cut off within its header; download or copy it again");
    }
    Shape shape = shape(path, type, ByteBuffer.wrap(lengths));
    int size = shape.size() * type.bytes;
    String claim = "its header says %s %s".formatted(dims(shape), type.words);
    DataFile.checkFits(path, claim, size);
    byte[] content = in.readNBytes(size);
    if (content.length < size || in.read() >= 0) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %s (%,d bytes), but %s; download or copy it again",
              path,
              claim,
              size,
              content.length < size
                  ? String.format(Locale.ROOT, "it is cut off after %,d", content.length)
                  : "there is more"));
    }
    return new IdxFile(path, type, shape, content);
  }

  private static @Nullable Type type(byte code) {
    return Arrays.stream(Type.values()).filter(t -> t.code == code).findFirst().orElse(null);
  }

  private static Shape shape(Path path, Type type, ByteBuffer lengths) {
    int[] dims = new int[lengths.remaining() / 4];
    lengths.asIntBuffer().get(dims);
    long bytes = type.bytes;
    for (int d : dims) {
      bytes = d < 0 || bytes > Integer.MAX_VALUE ? Long.MAX_VALUE : bytes * Math.max(d, 1);
    }
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new DataException(
          "%s: its header says an array of %s %s, which is damaged or too large for one file"
              .formatted(
                  path,
                  Arrays.stream(dims)
                      .mapToObj(Integer::toUnsignedString)
                      .collect(Collectors.joining(" x ")),
                  type.words));
    }
    return Shape.of(dims);
  }

  private static String dims(Shape shape) {
    if (shape.rank() == 0) {
      return "one of";
    }
    return Arrays.stream(shape.dims())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" x "));
  }

  private static Column labelColumn(IdxFile file, List<String> classNames) {
    int[] labels = file.toIntArray();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new DataException(
            "%s: the label %d at position %d is not in 0 to %d; is it the right file?"
                .formatted(file.path, labels[i], i, classNames.size() - 1));
      }
    }
    return Column.labels("label", labels, classNames.size());
  }
}
