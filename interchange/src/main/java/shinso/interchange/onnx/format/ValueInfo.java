package shinso.interchange.onnx.format;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of a graph: {@code ValueInfoProto}.
 *
 * @param type null if it is none that is read
 * @param dims the lengths of the axes; null if even their number is open
 */
public record ValueInfo(String name, @Nullable ElementType type, @Nullable List<Dim> dims) {
  /**
   * The length of an axis.
   *
   * @param value the length, −1 if it is open
   * @param name what an open length is called; may be empty
   */
  public record Dim(long value, String name) {
    /** Returns a length that is known. */
    public static Dim of(long value) {
      return new Dim(value, "");
    }

    /** Returns a length that is open. */
    public static Dim open(String name) {
      return new Dim(-1, name);
    }

    @Override
    public String toString() {
      return value >= 0 ? Long.toString(value) : name.isEmpty() ? "*" : name;
    }
  }

  /** Returns type and shape, such as {@code float[batch, 28, 28, 1]}. */
  public String text() {
    return (type == null ? "?" : type.toString())
        + (dims == null
            ? "[…]"
            : dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]")));
  }
}
